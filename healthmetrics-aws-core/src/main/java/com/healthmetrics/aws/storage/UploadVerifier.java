package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Looks at what a browser really uploaded, before anything is made of it: accepts the object, or
 * removes it.
 *
 * <p>S3 keeps size and content type to what was signed, but nobody has looked at the bytes: a page
 * of html can be uploaded as {@code image/png}. Call this when the browser says that it is done,
 * and keep the key only if the upload was accepted.
 *
 * <pre>{@code
 * UploadVerifier verifier = new UploadVerifier(objects);
 * ObjectHead accepted = verifier.verify(UploadPolicy.avatars(), "user-42", key).orThrow();
 * LOG.info("{} bytes, {}", accepted.sizeBytes(), accepted.eTag());
 * }</pre>
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Only keys that were made for the owner under the policy are looked at, so that nobody can
 *       have another one's picture confirmed or removed by naming its key.
 *   <li>An accepted object has a size and content type that the policy allows, a type that agrees
 *       with its key's extension and with its first bytes, no content encoding, and the checksum of
 *       the wish where that names one.
 *   <li>What was looked at, what was read and what is removed is the same object: where it is
 *       replaced in between, everything begins anew.
 *   <li>It may be called again and by several threads at once. An object that one call removed is
 *       {@link NotUploaded} or {@link Rejected} for the others, never accepted.
 *   <li>A {@link Rejected} object is removed. Where that fails it is a {@link StorageException};
 *       call again.
 * </ul>
 *
 * <p>A presigned PUT creates once, so what was accepted stays what it is. A presigned POST can be
 * sent again until it expires and then replaces the object: verify after {@link
 * PresignedUpload#expiresAt()}, or keep {@link ObjectHead#versionId()} and show that version.
 *
 * <p>The first bytes tell what a file claims to be, not that a decoder can show it. In a bucket
 * that keeps versions a removed object becomes a former version, which no CDN shows.
 *
 * <p>It costs a HEAD and a GET of 512 bytes; where a checksum is expected that the store does not
 * tell, the whole object is read. It needs {@code s3:GetObject}, {@code s3:DeleteObject} and, to
 * tell {@link NotUploaded} from {@link NotUploadedOrForbidden}, {@code s3:ListBucket}. Immutable
 * and safe for use by several threads.
 *
 * <p>Source: Amazon S3 User Guide, "Conditional requests", "How to perform conditional deletes".
 */
public final class UploadVerifier {
  /** How often an object may be replaced while it is looked at. */
  private static final int ATTEMPTS = 3;

  private final ObjectStore objects;

  /**
   * A verifier of what a bucket holds.
   *
   * @param objects the bucket
   * @throws NullPointerException if {@code objects} is null
   */
  public UploadVerifier(ObjectStore objects) {
    this.objects = Objects.requireNonNull(objects, "objects");
  }

  /**
   * Looks at an upload of which owner and policy are known.
   *
   * @param policy the policy it was signed under
   * @param owner whose picture it is, as it was signed; take it from the session
   * @param key the key that was signed; it may come from the browser
   * @return what was found
   * @throws UploadRejectedException of rule {@code KEY} if the key is not one that was made for
   *     this owner under this policy; nothing was looked at or removed
   * @throws StorageException if S3 could not be asked, a rejected object could not be removed, or
   *     the object kept changing; nothing was accepted
   * @throws NullPointerException if an argument is null
   */
  public UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key) {
    Objects.requireNonNull(policy, "policy");
    return verify(new Expected(key, requireType(key, policy, owner), policy, Optional.empty()));
  }

  /**
   * Looks at an upload of which the whole wish is known, checksum and content type included.
   *
   * <p>The declared size is not compared: S3 keeps a PUT to it, and a POST may differ from it.
   *
   * @param policy the policy it was signed under
   * @param request the wish, as it was signed
   * @param key the key that was signed; it may come from the browser
   * @return what was found
   * @throws UploadRejectedException of rule {@code KEY} if the key is not one that was made for
   *     this wish under this policy; of another rule if the policy refuses the wish itself; nothing
   *     was looked at or removed
   * @throws StorageException if S3 could not be asked, a rejected object could not be removed, or
   *     the object kept changing; nothing was accepted
   * @throws NullPointerException if an argument is null
   */
  public UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key) {
    Admission admission = Admission.of(policy, request);
    if (requireType(key, policy, request.owner()) != admission.type()) {
      throw foreignKey();
    }
    return verify(new Expected(key, admission.type(), policy, Optional.of(request)));
  }

  private static ImageType requireType(ObjectKey key, UploadPolicy policy, String owner) {
    Objects.requireNonNull(owner, "owner");
    return UploadKeys.typeOf(Objects.requireNonNull(key, "key"), policy, owner)
        .orElseThrow(UploadVerifier::foreignKey);
  }

  private static UploadRejectedException foreignKey() {
    return new UploadRejectedException(
        Rule.KEY,
        "a key that was signed for this owner, under this policy",
        "another key",
        "The key was not made for this owner under this policy, so it was not looked at. Give the"
            + " key of the presigned upload.");
  }

  /** What the object must be. */
  private record Expected(
      ObjectKey key, ImageType type, UploadPolicy policy, Optional<UploadRequest> request) {}

  private UploadVerification verify(Expected expected) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return look(expected);
      } catch (StorageException e) {
        if (e.kind() != Kind.CHANGED) {
          return outcomeOf(e, expected.key());
        }
      } catch (IOException e) {
        throw new StorageException(
            Kind.UNREACHABLE,
            "The object could not be read to its end, so it was neither accepted nor removed. Verify"
                + " it again.",
            e,
            null);
      }
    }
    throw new StorageException(
        Kind.CHANGED,
        "The object was replaced "
            + ATTEMPTS
            + " times while it was looked at, so it was neither accepted nor removed. Verify it once"
            + " the presigned upload has expired.");
  }

  /** Missing objects are no failure here, also where they vanish between two requests. */
  private static UploadVerification outcomeOf(StorageException failure, ObjectKey key) {
    return switch (failure.kind()) {
      case NOT_FOUND -> new NotUploaded(key);
      case MISSING_OR_FORBIDDEN -> new NotUploadedOrForbidden(key);
      default -> throw failure;
    };
  }

  private UploadVerification look(Expected expected) throws IOException {
    ObjectHead head = objects.head(expected.key()).orElse(null);
    if (head == null) {
      return new NotUploaded(expected.key());
    }
    Optional<UploadRejectedException> reason = problem(head, expected);
    if (reason.isEmpty()) {
      return new Accepted(head);
    }
    objects.deleteIfUnchanged(head);
    return new Rejected(expected.key(), reason.get());
  }

  private Optional<UploadRejectedException> problem(ObjectHead head, Expected expected)
      throws IOException {
    Optional<UploadRejectedException> inHead = problemInHead(head, expected);
    if (inHead.isPresent()) {
      return inHead;
    }
    Optional<UploadRejectedException> inBytes = problemInFirstBytes(head, expected.type());
    return inBytes.isPresent() ? inBytes : problemInChecksum(head, expected);
  }

  private static Optional<UploadRejectedException> problemInHead(
      ObjectHead head, Expected expected) {
    long maxBytes = expected.policy().maxBytes();
    if (head.sizeBytes() < 1 || head.sizeBytes() > maxBytes) {
      return rejected(Rule.SIZE, "1 to " + maxBytes + " bytes", head.sizeBytes() + " bytes");
    }
    String mediaType = expected.type().mediaType();
    if (!head.contentType().equals(Optional.of(mediaType))) {
      return rejected(
          Rule.CONTENT_TYPE, mediaType, head.contentType().map(Checks::quote).orElse("none"));
    }
    return head.contentEncoding()
        .flatMap(encoding -> rejected(Rule.CONTENT_ENCODING, "none", Checks.quote(encoding)));
  }

  private Optional<UploadRejectedException> problemInFirstBytes(ObjectHead head, ImageType type)
      throws IOException {
    byte[] firstBytes;
    try (InputStream content = objects.openIfUnchanged(head, 0, MagicBytes.LENGTH - 1)) {
      firstBytes = content.readNBytes(MagicBytes.LENGTH);
    }
    Optional<ImageType> actual = ImageType.ofFirstBytes(firstBytes);
    if (actual.equals(Optional.of(type))) {
      return Optional.empty();
    }
    return rejected(
        Rule.MAGIC_BYTES,
        "a file that begins as " + type.mediaType() + " does",
        actual.map(ImageType::mediaType).orElse("no picture that is known here"));
  }

  private Optional<UploadRejectedException> problemInChecksum(ObjectHead head, Expected expected)
      throws IOException {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> declared = expected.request().flatMap(algorithm::declaredBy);
      if (declared.isPresent() && !declared.get().equals(checksum(algorithm, head))) {
        return rejected(Rule.CHECKSUM, "the " + algorithm.header() + " of the wish", "another");
      }
    }
    return Optional.empty();
  }

  private String checksum(ChecksumAlgorithm algorithm, ObjectHead head) throws IOException {
    Optional<String> stored = algorithm.storedWith(head);
    if (stored.isPresent()) {
      return stored.get();
    }
    try (InputStream content = objects.openIfUnchanged(head, 0, head.sizeBytes() - 1)) {
      return algorithm.of(content);
    }
  }

  private static Optional<UploadRejectedException> rejected(Rule rule, String limit, String value) {
    return Optional.of(
        new UploadRejectedException(
            rule,
            limit,
            value,
            "What was uploaded is not what was allowed, and is removed. "
                + subject(rule)
                + " allowed: "
                + limit
                + "; found: "
                + value
                + ". Upload another file."));
  }

  private static String subject(Rule rule) {
    return switch (rule) {
      case SIZE -> "Size";
      case CONTENT_TYPE -> "Content type";
      case CONTENT_ENCODING -> "Content encoding";
      case CHECKSUM -> "Checksum";
      default -> "First bytes";
    };
  }

  /** Which bucket it looks at. */
  @Override
  public String toString() {
    return "UploadVerifier[" + objects + "]";
  }
}
