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

/** Verifies the uploads in an {@link ObjectStore}. Immutable and thread-safe. */
final class ObjectStoreVerifier implements UploadVerifier {
  /** How often an object may be replaced while it is inspected. */
  private static final int ATTEMPTS = 3;

  private final ObjectStore objects;

  ObjectStoreVerifier(ObjectStore objects) {
    this.objects = Objects.requireNonNull(objects, "objects");
  }

  @Override
  public UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key) {
    Objects.requireNonNull(policy, "policy");
    return verify(new Expected(key, requireType(key, policy, owner), policy, Optional.empty()));
  }

  @Override
  public UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key) {
    Admission admission = Admission.of(policy, request);
    if (requireType(key, policy, request.owner()) != admission.type()) {
      throw foreignKey();
    }
    return verify(new Expected(key, admission.type(), policy, Optional.of(request)));
  }

  private static ImageType requireType(ObjectKey key, UploadPolicy policy, String owner) {
    Objects.requireNonNull(key, "key");
    Admission.checkOwner(owner);
    return UploadKeys.typeOf(key, policy, owner).orElseThrow(ObjectStoreVerifier::foreignKey);
  }

  private static UploadRejectedException foreignKey() {
    return new UploadRejectedException(
        Rule.KEY,
        "a key that was signed for this owner, under this policy",
        "another key",
        "The key was not made for this owner under this policy, so it was not inspected. Pass the"
            + " key of the presigned upload.");
  }

  /** What the object must be. */
  private record Expected(
      ObjectKey key, ImageType type, UploadPolicy policy, Optional<UploadRequest> request) {}

  private UploadVerification verify(Expected expected) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return inspect(expected);
      } catch (StorageException e) {
        if (e.kind() != Kind.CHANGED) {
          throw e;
        }
      } catch (IOException e) {
        throw unread(e);
      }
    }
    throw new StorageException(
        Kind.CHANGED,
        ("The object changed %s times while it was inspected, so it was neither accepted nor"
                + " removed. Verify it once the presigned upload has expired.")
            .formatted(ATTEMPTS));
  }

  private static StorageException unread(IOException failure) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    return new StorageException(
        interrupted ? Kind.INTERRUPTED : Kind.UNREACHABLE,
        "The object could not be read to its end, so it was neither accepted nor removed. Verify it"
            + " again.",
        failure,
        null);
  }

  private UploadVerification inspect(Expected expected) throws IOException {
    ObjectKey key = expected.key();
    Optional<ObjectHead> found;
    try {
      found = objects.head(key);
    } catch (StorageException e) {
      return outcomeOf(e, key);
    }
    if (found.isEmpty()) {
      return new NotUploaded(key);
    }
    ObjectHead head = found.get();
    try {
      Optional<UploadRejectedException> reason = problem(head, expected);
      if (reason.isEmpty()) {
        return new Accepted(head);
      }
      objects.deleteIfUnchanged(head);
      return new Rejected(key, reason.get());
    } catch (StorageException e) {
      return afterFailure(e, key);
    }
  }

  private static UploadVerification outcomeOf(StorageException failure, ObjectKey key) {
    return switch (failure.kind()) {
      case NOT_FOUND -> new NotUploaded(key);
      case MISSING_OR_FORBIDDEN -> new NotUploadedOrForbidden(key, failure);
      default -> throw failure;
    };
  }

  /**
   * Another call may have removed it in the meantime; an object that is still there is forbidden.
   */
  private UploadVerification afterFailure(StorageException failure, ObjectKey key) {
    boolean forbidden =
        failure.kind() == Kind.MISSING_OR_FORBIDDEN || failure.kind() == Kind.ACCESS_DENIED;
    if (!forbidden) {
      return outcomeOf(failure, key);
    }
    try {
      if (objects.head(key).isEmpty()) {
        return new NotUploaded(key);
      }
    } catch (StorageException e) {
      return outcomeOf(e, key);
    }
    throw new StorageException(
        Kind.ACCESS_DENIED,
        "The object is there, but the credentials may not read or remove it, so it was neither"
            + " accepted nor removed. Grant s3:GetObject, s3:DeleteObject and, where a KMS key"
            + " encrypts it, kms:Decrypt. "
            + failure.getMessage(),
        failure,
        null);
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
    String stored = head.contentType().orElseThrow(ObjectStoreVerifier::noContentType);
    if (!stored.equals(mediaType)) {
      return rejected(Rule.CONTENT_TYPE, mediaType, Checks.quote(stored));
    }
    return unsigned("content-encoding", head.contentEncoding(), Optional.empty())
        .or(() -> unsigned("content-disposition", head.contentDisposition(), Optional.empty()))
        .or(() -> unsigned("cache-control", head.cacheControl(), expected.policy().cacheControl()));
  }

  private static StorageException noContentType() {
    return new StorageException(
        Kind.INVALID,
        "The store did not report the object's content type, so it was neither accepted nor"
            + " removed.");
  }

  /** S3 accepts and stores unsigned headers, unless they are its own. */
  private static Optional<UploadRejectedException> unsigned(
      String name, Optional<String> stored, Optional<String> signed) {
    return stored
        .filter(value -> !stored.equals(signed))
        .flatMap(
            value ->
                rejected(
                    Rule.UNSIGNED_HEADER,
                    name + signed.map(known -> " " + Checks.quote(known)).orElse(" absent"),
                    Checks.quote(value)));
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
        "a file that begins like " + type.mediaType(),
        actual.map(ImageType::mediaType).orElse("no known picture type"));
  }

  private Optional<UploadRejectedException> problemInChecksum(ObjectHead head, Expected expected)
      throws IOException {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> declared = expected.request().flatMap(algorithm::declaredBy);
      if (declared.isPresent() && !declared.get().equals(checksum(algorithm, head))) {
        return rejected(Rule.CHECKSUM, "the " + algorithm.header() + " of the request", "another");
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
            ("The uploaded object is not allowed, and was removed. %s allowed: %s; found: %s."
                    + " Upload another file.")
                .formatted(subject(rule), limit, value)));
  }

  private static String subject(Rule rule) {
    return switch (rule) {
      case SIZE -> "Size";
      case CONTENT_TYPE -> "Content type";
      case UNSIGNED_HEADER -> "Header";
      case CHECKSUM -> "Checksum";
      default -> "First bytes";
    };
  }

  /** The store it inspects. */
  @Override
  public String toString() {
    return "UploadVerifier[" + objects + "]";
  }
}
