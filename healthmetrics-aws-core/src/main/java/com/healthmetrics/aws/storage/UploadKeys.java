package com.healthmetrics.aws.storage;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of uploads: {@code <prefix><owner>/<128 random bits>.<extension>}. */
final class UploadKeys {
  private static final int RANDOM_BYTES = 16;
  private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{32}");

  private UploadKeys() {}

  static ObjectKey newKey(UploadPolicy policy, String owner, ImageType type, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return ObjectKey.of(
        folder(policy, owner) + HexFormat.of().formatHex(bytes) + "." + type.extension());
  }

  /** The type of a key that was made for an owner under a policy; empty for every other key. */
  static Optional<ImageType> typeOf(ObjectKey key, UploadPolicy policy, String owner) {
    String folder = folder(policy, owner);
    if (!key.value().startsWith(folder)) {
      return Optional.empty();
    }
    String name = key.value().substring(folder.length());
    int dot = name.indexOf('.');
    if (dot < 0 || !RANDOM.matcher(name.substring(0, dot)).matches()) {
      return Optional.empty();
    }
    String extension = name.substring(dot + 1);
    return policy.types().stream().filter(type -> type.extension().equals(extension)).findFirst();
  }

  private static String folder(UploadPolicy policy, String owner) {
    return policy.keyPrefix() + owner + "/";
  }
}
