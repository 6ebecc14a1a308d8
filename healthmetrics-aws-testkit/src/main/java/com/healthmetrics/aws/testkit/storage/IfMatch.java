package com.healthmetrics.aws.testkit.storage;

import java.util.List;

/** The condition of {@code If-Match}. */
final class IfMatch {
  private IfMatch() {}

  /**
   * Refuses an object with another entity tag.
   *
   * @param ifMatch quoted entity tags, separated by commas, or {@code *} for any
   */
  static void require(String ifMatch, StoredObject object) {
    String tags = ifMatch.strip();
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
