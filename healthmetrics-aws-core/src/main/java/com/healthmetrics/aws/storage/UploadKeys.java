package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.ObjectStore.PendingUpload;
import java.util.HexFormat;
import java.util.Optional;

/** The keys of uploads: {@code <prefix><owner>/<128 random bits>.<extension>}. */
final class UploadKeys {
  private static final int RANDOM_CHARACTERS = 2 * KeyRandom.BYTES;

  private UploadKeys() {}

  static ObjectKey newKey(UploadPolicy policy, String owner, ImageType type, KeyRandom random) {
    int length = policy.keyPrefix().length() + owner.length() + RANDOM_CHARACTERS + 8;
    StringBuilder key = new StringBuilder(length);
    random.appendHex(key.append(policy.keyPrefix()).append(owner).append('/'));
    return ObjectKey.of(key.append('.').append(type.extension()).toString());
  }

  /** The type of a key that was made for an owner under a policy; empty for every other key. */
  static Optional<ImageType> typeOf(ObjectKey key, UploadPolicy policy, String owner) {
    String folder = folder(policy, owner);
    if (!key.value().startsWith(folder)) {
      return Optional.empty();
    }
    return typeOf(key.value().substring(folder.length())).filter(policy.types()::contains);
  }

  /** The type of the last segment of an upload's key; empty if it has another form. */
  private static Optional<ImageType> typeOf(String name) {
    if (name.length() <= RANDOM_CHARACTERS || name.charAt(RANDOM_CHARACTERS) != '.') {
      return Optional.empty();
    }
    for (int i = 0; i < RANDOM_CHARACTERS; i++) {
      if (!HexFormat.isHexDigit(name.charAt(i)) || Character.isUpperCase(name.charAt(i))) {
        return Optional.empty();
      }
    }
    return ImageType.ofExtension(name.substring(RANDOM_CHARACTERS + 1));
  }

  /**
   * Whether a key was made for an upload into a folder, of whatever type: a policy may have allowed
   * others before.
   */
  static boolean isUpload(String key, String folder) {
    return key.startsWith(folder) && typeOf(key.substring(folder.length())).isPresent();
  }

  /** A listed object as a pending upload under a policy; empty if its key has another form. */
  static Optional<PendingUpload> pending(Listed listed, UploadPolicy policy) {
    String key = listed.key().substring(ObjectKey.PENDING.length());
    String rest = key.substring(policy.keyPrefix().length());
    String owner = rest.substring(0, Math.max(rest.indexOf('/'), 0));
    boolean uploaded =
        Admission.isOwner(owner)
            && isUpload(key, folder(policy, owner))
            && typeOf(ObjectKey.of(key), policy, owner).isPresent();
    return uploaded
        ? Optional.of(new PendingUpload(ObjectKey.of(key), owner, listed.lastModified()))
        : Optional.empty();
  }

  /** The prefix of the keys of an owner under a policy. */
  static String folder(UploadPolicy policy, String owner) {
    return policy.keyPrefix() + owner + "/";
  }
}
