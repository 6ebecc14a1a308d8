package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.nio.charset.StandardCharsets;

/** What every store checks before it reads or deletes, and how it refuses. */
final class StoreRules {
  private static final String PREFIX_RULE =
      " Give whole segments ending in a slash, such as avatars/user-42/.";

  private StoreRules() {}

  /** A prefix that cannot be the whole bucket, nor take user-421 along with user-42. */
  static void requirePrefix(String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException(
          "The prefix is empty, which is the whole bucket." + PREFIX_RULE);
    }
    int unsafe = Checks.indexOfUnsafeCharacter(prefix);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          "The prefix holds " + Checks.describeCharacter(prefix, unsafe) + "." + PREFIX_RULE);
    }
    int bytes = prefix.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > ObjectKey.MAX_BYTES) {
      throw new IllegalArgumentException(
          "The prefix has "
              + bytes
              + " bytes; S3's keys have at most "
              + ObjectKey.MAX_BYTES
              + "."
              + PREFIX_RULE);
    }
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "The prefix "
              + Checks.quote(prefix)
              + " does not end in a slash, so it would take its neighbours along."
              + PREFIX_RULE);
    }
    for (String segment : prefix.substring(0, prefix.length() - 1).split("/", -1)) {
      if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException(
            "The prefix has the segment " + Checks.quote(segment) + "." + PREFIX_RULE);
      }
    }
  }

  static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("The limit is " + limit + "; allow at least 1 object.");
    }
  }

  static StorageException limitExceeded(int limit) {
    return new StorageException(
        Kind.LIMIT_EXCEEDED,
        "More than "
            + limit
            + " objects begin with the prefix, so nothing was deleted. If that is what you expect,"
            + " name a larger limit in the call.");
  }

  static void requireRange(long firstByte, long lastByte) {
    if (firstByte < 0 || lastByte < firstByte) {
      throw new IllegalArgumentException(
          "The bytes "
              + firstByte
              + " to "
              + lastByte
              + " are no range; begin at 0 or later and end where it begins or later.");
    }
  }

  /** Without an entity tag nobody can tell whether the object is still the one that was seen. */
  static void requireTag(ObjectHead seen) {
    if (seen.eTag().isEmpty()) {
      throw new StorageException(
          Kind.INVALID,
          "The store gave no entity tag for the object, so nobody can tell whether it has changed"
              + " since it was looked at.");
    }
  }

  static StorageException changed() {
    return new StorageException(Kind.CHANGED, StorageFailures.explanation(Kind.CHANGED));
  }

  static StorageException notFound() {
    return new StorageException(
        Kind.NOT_FOUND, "There is no such object: it was never uploaded, or is deleted.");
  }

  static StorageException beyondTheEnd(long firstByte) {
    return new StorageException(
        Kind.RANGE_NOT_SATISFIABLE,
        "The object has no byte at index " + firstByte + "; head() says how many it has.");
  }
}
