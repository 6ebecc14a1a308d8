package com.healthmetrics.aws.testkit.storage;

import java.util.List;

/** The condition that a request makes with {@code If-Match}. */
final class IfMatch {
  private IfMatch() {}

  /**
   * Refuses an object that is not the one the request is about.
   *
   * @param wanted entity tags in their quotes, separated by commas, or a star for any
   */
  static void require(String wanted, StoredObject object) {
    String tags = wanted.strip();
    boolean matches = tags.equals("*") || List.of(tags.split(" *, *")).contains(object.eTag());
    if (!matches) {
      throw S3Refusal.of(
              412,
              "PreconditionFailed",
              "At least one of the pre-conditions you specified did not hold",
              "If-Match was " + tags + " and the object has the ETag " + object.eTag() + ".")
          .with("Condition", "If-Match");
    }
  }
}
