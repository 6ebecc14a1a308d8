package com.healthmetrics.aws.testkit.storage;

import java.util.stream.Stream;

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
    boolean matches =
        tags.equals("*")
            || Stream.of(tags.split(",", -1)).map(String::strip).anyMatch(object.eTag()::equals);
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
