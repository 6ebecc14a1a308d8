package com.healthmetrics.aws.testkit.storage;

import java.util.Map;
import java.util.Optional;

/**
 * The condition under which an upload or a copy is stored. S3 User Guide, "How to prevent object
 * overwrites with conditional writes".
 *
 * @param createOnly whether the key must be free
 * @param ifMatch the entity tag that the current object must have
 */
record WriteCondition(boolean createOnly, Optional<String> ifMatch) {
  static final WriteCondition NONE = new WriteCondition(false, Optional.empty());

  /** Reads the condition of a request and refuses one that S3 does not implement either. */
  static WriteCondition of(Map<String, String> sent) {
    Optional<String> ifNoneMatch = Optional.ofNullable(sent.get("if-none-match"));
    Optional<String> ifMatch = Optional.ofNullable(sent.get("if-match"));
    if (ifNoneMatch.isPresent() && ifMatch.isPresent()) {
      throw S3Refusal.notImplementedHeader(
          "If-Match,If-None-Match", "A write has one condition, as on S3.");
    }
    if (ifNoneMatch.filter(value -> !value.equals("*")).isPresent()) {
      throw S3Refusal.notImplementedHeader(
          "If-None-Match", "A write accepts If-None-Match: * only, as on S3.");
    }
    if (ifMatch.filter(value -> value.equals("*")).isPresent()) {
      throw S3Refusal.notImplementedHeader(
          "If-Match", "A write accepts If-Match with an ETag only, as on S3.");
    }
    return new WriteCondition(ifNoneMatch.isPresent(), ifMatch);
  }
}
