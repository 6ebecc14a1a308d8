package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.image.ImageFile;
import com.healthmetrics.aws.internal.image.UnreadableImageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy.ImageMetadata;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
        "This picture was not uploaded for this account and this purpose, so it was not inspected."
            + " Upload it again.");
  }

  /** Requires that the object is allowed according to what the store reports of it. */
  void checkHead(ObjectHead head) {
    checkSize(head.sizeBytes());
    String stored = head.contentType().orElseThrow(Inspection::noContentType);
    if (!stored.equals(type.mediaType())) {
      throw rejected(Rule.CONTENT_TYPE, type.mediaType(), Checks.quote(stored));
    }
  }

  private static StorageException noContentType() {
    return new StorageException(
        Kind.INVALID,
        "The store did not report the object's content type, so this call neither published"
            + " nor removed it.");
  }

  /**
   * Inspects the bytes of an upload.
   *
   * @return the bytes to publish
   * @throws UploadRejectedException if they are not allowed
   */
  byte[] inspect(ObjectHead pending, byte[] bytes, Optional<UploadInspector> inspector) {
    checkChecksum(bytes);
    ImageFile image = checkImage(bytes);
    Optional<byte[]> replacement = inspector.flatMap(own -> inspect(own, pending, bytes));
    if (replacement.isPresent()) {
      image = checkReplacement(replacement.get());
    }
    return policy.imageMetadata() == ImageMetadata.REMOVE
        ? image.withoutMetadata()
        : replacement.orElse(bytes);
  }

  /** The upload was allowed, so what is wrong with other bytes is no reason to remove it. */
  private ImageFile checkReplacement(byte[] replacement) {
    try {
      checkSize(replacement.length);
      return checkImage(replacement);
    } catch (UploadRejectedException e) {
      throw new StorageException(
          Kind.INSPECTOR_FAILED,
          ("The application's inspector returned bytes that are not allowed, so this call"
                  + " neither published nor removed the upload. Allowed: %s; returned: %s.")
              .formatted(e.limit(), e.value()),
          e,
          null);
    }
  }

  /** The size in bytes of all that is held in memory while an upload of some size is inspected. */
  long memoryFor(long sizeBytes, Optional<UploadInspector> inspector) {
    long largest = inspector.isPresent() ? policy.maxBytes() : sizeBytes;
    long replacement = inspector.isPresent() ? largest : 0;
    long rewritten = policy.imageMetadata() == ImageMetadata.REMOVE ? largest : 0;
    return sizeBytes + replacement + rewritten;
  }

  private void checkSize(long bytes) {
    if (bytes < 1 || bytes > policy.maxBytes()) {
      throw rejected(Rule.SIZE, "1 to " + Sizes.inWords(policy.maxBytes()), Sizes.inWords(bytes));
    }
  }

  private void checkChecksum(byte[] bytes) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> declared = request.flatMap(algorithm::declaredBy);
      if (declared.isPresent() && !declared.get().equals(algorithm.of(bytes))) {
        throw rejected(Rule.CHECKSUM, "the " + algorithm.header() + " of the request", "another");
      }
    }
  }

  private ImageFile checkImage(byte[] bytes) {
    ImageFile image = parsed(bytes);
    ImageType found = ImageType.of(image.format());
    if (found != type) {
      throw ofType(found.mediaType(), Optional.of(found));
    }
    if (image.pixels() > policy.maxPixels()) {
      throw rejected(
          Rule.PIXELS, "at most " + policy.maxPixels() + " pixels", image.pixels() + " pixels");
    }
    if (policy.imageMetadata() == ImageMetadata.REFUSE && !image.metadata().isEmpty()) {
      throw rejected(Rule.IMAGE_METADATA, "no metadata", String.join(", ", image.metadata()));
    }
    return image;
  }

  private ImageFile parsed(byte[] bytes) {
    try {
      return ImageFile.parse(bytes);
    } catch (UnreadableImageException e) {
      if (e.reason() == UnreadableImageException.Reason.UNKNOWN_FORMAT) {
        throw ofType("no known picture type", Optional.empty());
      }
      throw rejected(Rule.STRUCTURE, "an intact " + type.mediaType() + " file", e.getMessage());
    }
  }

  private UploadRejectedException ofType(String found, Optional<ImageType> type) {
    return rejected(Rule.FILE_TYPE, this.type.mediaType(), found, type);
  }

  private static Optional<byte[]> inspect(UploadInspector own, ObjectHead pending, byte[] bytes) {
    UploadInspector.Finding finding;
    try {
      finding = Objects.requireNonNull(own.inspect(pending, bytes), "the finding");
    } catch (Throwable e) {
      // Code of the application, and of the scanner that it calls, throws anything.
      Failures.beforeReplacing(e);
      throw new StorageException(
          Kind.INSPECTOR_FAILED,
          "The application's inspector failed with "
              + e.getClass().getName()
              + ", so this call neither published nor removed the upload. Verify it again.",
          e,
          null);
    }
    finding
        .reason()
        .ifPresent(
            reason -> {
              throw rejected(
                  Rule.INSPECTOR, "what the application's inspector allows", Checks.quote(reason));
            });
    return finding.replacement();
  }

  private static UploadRejectedException rejected(Rule rule, String limit, String value) {
    return rejected(rule, limit, value, Optional.empty());
  }

  private static UploadRejectedException rejected(
      Rule rule, String limit, String value, Optional<ImageType> found) {
    String message =
        ("The uploaded file is not allowed, and was removed. %s allowed: %s; found: %s."
                + " Upload another file.")
            .formatted(subject(rule), limit, value.replaceAll("\\.$", ""));
    return new UploadRejectedException(rule, limit, value, message, found);
  }

  private static String subject(Rule rule) {
    return switch (rule) {
      case SIZE -> "Size";
      case CONTENT_TYPE -> "Content type";
      case CHECKSUM -> "Checksum";
      case PIXELS -> "Pixels";
      case STRUCTURE -> "Structure";
      case IMAGE_METADATA -> "Metadata";
      case INSPECTOR -> "Content";
      default -> "File type";
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
          "There is an object with this key whose content type or cache header is not this policy's."
              + " This call neither published nor removed the upload. If the policy's cache header was changed"
              + " since, keep the object: it is published. To publish the pending upload in its place,"
              + " remove the object with deleteIfUnchanged, which leaves the pending one, and verify"
              + " again.");
    }
  }

  /** The type and the policy; the key names a user. */
  @Override
  public String toString() {
    return "Inspection[" + type + ", " + policy + "]";
  }
}
