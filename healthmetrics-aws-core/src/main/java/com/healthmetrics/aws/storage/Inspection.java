package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an upload must be, compared with what was uploaded. Immutable and thread-safe.
 *
 * @param key where it is published
 * @param type the type of the key
 * @param policy the policy it was signed under
 * @param request the request, as far as it is known
 */
record Inspection(
    ObjectKey key, ImageType type, UploadPolicy policy, Optional<UploadRequest> request) {

  static Inspection of(UploadPolicy policy, String owner, ObjectKey key) {
    return new Inspection(key, requireType(key, policy, owner), policy, Optional.empty());
  }

  static Inspection of(UploadPolicy policy, UploadRequest request, ObjectKey key) {
    Admission admission = Admission.of(policy, request);
    if (requireType(key, policy, request.owner()) != admission.type()) {
      throw foreignKey();
    }
    return new Inspection(key, admission.type(), policy, Optional.of(request));
  }

  private static ImageType requireType(ObjectKey key, UploadPolicy policy, String owner) {
    Admission.checkOwner(owner);
    return UploadKeys.typeOf(key, policy, owner).orElseThrow(Inspection::foreignKey);
  }

  private static UploadRejectedException foreignKey() {
    return new UploadRejectedException(
        Rule.KEY,
        "a key that was signed for this owner, under this policy",
        "another key",
        "The key was not made for this owner under this policy, so it was not inspected. Pass the"
            + " key of the presigned upload.");
  }

  /** The rule that the object breaks according to what the store reports of it. */
  Optional<UploadRejectedException> problemInHead(ObjectHead head) {
    if (head.sizeBytes() < 1 || head.sizeBytes() > policy.maxBytes()) {
      String limit = "1 to " + policy.maxBytes() + " bytes";
      return rejected(Rule.SIZE, limit, head.sizeBytes() + " bytes");
    }
    String stored = head.contentType().orElseThrow(Inspection::noContentType);
    if (!stored.equals(type.mediaType())) {
      return rejected(Rule.CONTENT_TYPE, type.mediaType(), Checks.quote(stored));
    }
    return Optional.empty();
  }

  private static StorageException noContentType() {
    return new StorageException(
        Kind.INVALID,
        "The store did not report the object's content type, so it was neither accepted nor"
            + " removed.");
  }

  /** The rule that the bytes break. */
  Optional<UploadRejectedException> problemInBytes(byte[] bytes) {
    Optional<ImageType> actual = ImageType.ofFirstBytes(bytes);
    if (!actual.equals(Optional.of(type))) {
      return rejected(
          Rule.MAGIC_BYTES,
          "a file that begins like " + type.mediaType(),
          actual.map(ImageType::mediaType).orElse("no known picture type"));
    }
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> declared = request.flatMap(algorithm::declaredBy);
      if (declared.isPresent() && !declared.get().equals(algorithm.of(bytes))) {
        return rejected(Rule.CHECKSUM, "the " + algorithm.header() + " of the request", "another");
      }
    }
    return Optional.empty();
  }

  private static Optional<UploadRejectedException> rejected(Rule rule, String limit, String value) {
    return Optional.of(
        new UploadRejectedException(
            rule,
            limit,
            value,
            ("The uploaded object is not allowed, and was removed. %s allowed: %s; found: %s."
                    + " Upload another file.")
                .formatted(subject(rule), limit, value)));
  }

  private static String subject(Rule rule) {
    return switch (rule) {
      case SIZE -> "Size";
      case CONTENT_TYPE -> "Content type";
      case CHECKSUM -> "Checksum";
      default -> "First bytes";
    };
  }

  /** What to publish: the inspected bytes, with what the policy says and nothing else. */
  NewObject published(ObjectHead pending, byte[] bytes) {
    NewObject object = NewObject.ofUncopied(key, type.mediaType(), bytes);
    if (policy.cacheControl().isPresent()) {
      object = object.withCacheControl(policy.cacheControl().get());
    }
    for (Map.Entry<String, String> entry : kept(pending.metadata()).entrySet()) {
      object = object.withMetadata(entry.getKey(), entry.getValue());
    }
    return object;
  }

  private Map<String, String> kept(Map<String, String> metadata) {
    Map<String, String> kept = new LinkedHashMap<>(metadata);
    kept.keySet().retainAll(policy.keptMetadata());
    return kept;
  }

  /**
   * Requires that an object at the final key, which another call must have published, carries what
   * this policy publishes.
   */
  void requirePublished(ObjectHead head) {
    boolean asPublished =
        head.contentType().equals(Optional.of(type.mediaType()))
            && head.cacheControl().equals(policy.cacheControl());
    if (!asPublished) {
      throw new StorageException(
          Kind.ALREADY_EXISTS,
          "There is an object with this key that was not published under this policy: its content"
              + " type or cache header differs. The upload was neither accepted nor removed. Verify it"
              + " under the policy that it was signed with; if that is this one, delete the object, or"
              + " store it with the policy's headers.");
    }
  }

  /** The type and the policy; the key names a user. */
  @Override
  public String toString() {
    return "Inspection[" + type + ", " + policy + "]";
  }
}
