package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The checks of every store before it reads or deletes, and the failures they share. */
final class StoreRules {
  private static final String PREFIX_RULE =
      " Use whole segments ending in a slash, such as avatars/user-42/.";

  private StoreRules() {}

  /** Refuses the whole bucket, and a prefix of user-42 that user-421 matches too. */
  static void requirePrefix(String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException(
          "The prefix is empty, which is the whole bucket." + PREFIX_RULE);
    }
    int bytes = prefix.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > ObjectKey.MAX_BYTES) {
      throw new IllegalArgumentException(
          "The prefix has %s bytes; S3 keys have at most %s.%s"
              .formatted(bytes, ObjectKey.MAX_BYTES, PREFIX_RULE));
    }
    int unsafe = Checks.indexOfUnsafeCharacter(prefix);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          "The prefix contains " + Checks.describeCharacter(prefix, unsafe) + "." + PREFIX_RULE);
    }
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "The prefix %s does not end in a slash, so it would match its neighbors too.%s"
              .formatted(Checks.quote(prefix), PREFIX_RULE));
    }
    for (String segment : prefix.substring(0, prefix.length() - 1).split("/", -1)) {
      if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException(
            "The prefix has the segment " + Checks.quote(segment) + "." + PREFIX_RULE);
      }
    }
  }

  static void requirePrefix(String prefix, int limit) {
    requirePrefix(prefix);
    requireLimit(limit);
  }

  static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("The limit is " + limit + "; allow at least 1 object.");
    }
  }

  /**
   * A key or a prefix, after its pending twin. A pending one has none, nor has one that leaves no
   * room for it in a key.
   */
  static Stream<String> pendingFirst(String name) {
    String twin = ObjectKey.PENDING + name;
    boolean hasTwin =
        !name.startsWith(ObjectKey.PENDING)
            && twin.getBytes(StandardCharsets.UTF_8).length <= ObjectKey.MAX_BYTES;
    return hasTwin ? Stream.of(twin, name) : Stream.of(name);
  }

  /** The prefixes of all uploads of an owner, each once. */
  static List<String> folders(Collection<UploadPolicy> policies, String owner) {
    try {
      Admission.checkOwner(owner);
    } catch (UploadRejectedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (policies.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no policy, so no upload of the owner would be erased. Pass every policy that"
              + " uploads are signed under.");
    }
    return policies.stream().map(policy -> UploadKeys.folder(policy, owner)).distinct().toList();
  }

  static StorageException limitExceeded(int limit) {
    return new StorageException(
        Kind.LIMIT_EXCEEDED,
        ("More than %s objects or versions would be deleted, so nothing was deleted. If that is what"
                + " you expect, pass a larger limit.")
            .formatted(limit));
  }

  static void requireRange(long firstByte, long lastByte) {
    if (firstByte < 0 || lastByte < firstByte) {
      throw new IllegalArgumentException(
          ("The bytes %s to %s are not a valid range. Begin at 0 or later and end at the first"
                  + " byte or later.")
              .formatted(firstByte, lastByte));
    }
  }

  /** Without an entity tag it is unknown whether the object has changed. */
  static void requireTag(ObjectHead seen) {
    if (seen.eTag().isEmpty()) {
      throw new StorageException(
          Kind.INVALID,
          "The store reported no entity tag for the object, so it is unknown whether it has changed"
              + " since it was inspected.");
    }
  }

  static UncheckedIOException unreadable(IOException failure) {
    return new UncheckedIOException(
        "The content of the object could not be read, so nothing was stored.", failure);
  }

  static StorageException beyondTheEnd(long firstByte) {
    return new StorageException(
        Kind.RANGE_NOT_SATISFIABLE,
        "The object has no byte at index " + firstByte + "; head() returns its size.");
  }
}
