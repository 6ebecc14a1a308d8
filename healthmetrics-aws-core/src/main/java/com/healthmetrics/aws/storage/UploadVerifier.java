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
 *       with its key's extension and with its first bytes, no content encoding, disposition or
 *       cache header that was not signed, and the checksum of the wish where that names one.
 *   <li>What was looked at, what was read and what is removed has the same bytes ({@code
 *       If-Match}): where they are replaced in between, everything begins anew.
 *   <li>What the store does not tell never removes anything.
 *   <li>It may be called again and by several threads at once. An object that one call removed is
 *       {@link NotUploaded} or {@link Rejected} for the others, never accepted.
 *   <li>A {@link Rejected} object is removed. Where that fails it is a {@link StorageException};
 *       call again.
 * </ul>
 *
 * <p>What it cannot do:
 *
 * <ul>
 *   <li>Undo that the object was there. Until it is looked at, whoever knows the key of a publicly
 *       readable picture can load it, and a CDN may keep a copy for as long as its cache header
 *       says. A policy whose prefix the CDN does not serve to everybody has no such gap.
 *   <li>Close the presigned upload. A PUT never overwrites what was accepted, but after a removal
 *       its URL works again until it expires, so take a rejected key for dead. A POST replaces what
 *       was accepted until it expires, and one that began before may end later: take a PUT where it
 *       must stay what it is.
 *   <li>Decode. The first bytes tell what a file claims to be, not that it can be shown.
 * </ul>
 *
 * <p>In a bucket that keeps versions a removed object becomes a former version, which no CDN shows.
 *
 * <p>It costs a HEAD and a GET of 512 bytes; where a checksum is expected that the store does not
 * tell, the whole object is read. It needs {@code s3:GetObject}, {@code s3:DeleteObject}, for
 * objects encrypted with a KMS key {@code kms:Decrypt}, and {@code s3:ListBucket} to tell {@link
 * NotUploaded} from {@link NotUploadedOrForbidden}. Immutable and safe for use by several threads.
 *
 * <p>Source: Amazon S3 User Guide, "How to perform conditional reads", "How to perform conditional
 * deletes".
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
   *     this owner under this policy, of rule {@code OWNER} if the owner cannot have keys; nothing
   *     was looked at or removed
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
    Objects.requireNonNull(key, "key");
    Admission.checkOwner(owner);
    return UploadKeys.typeOf(key, policy, owner).orElseThrow(UploadVerifier::foreignKey);
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
          throw e;
        }
      } catch (IOException e) {
        throw unread(e);
      }
    }
    throw new StorageException(
        Kind.CHANGED,
        "The object changed "
            + ATTEMPTS
            + " times while it was looked at, so it was neither accepted nor removed. Verify it once"
            + " the presigned upload has expired.");
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

  private UploadVerification look(Expected expected) throws IOException {
    ObjectKey key = expected.key();
    ObjectHead head;
    try {
      Optional<ObjectHead> found = objects.head(key);
      if (found.isEmpty()) {
        return new NotUploaded(key);
      }
      head = found.get();
    } catch (StorageException e) {
      return outcomeOf(e, key);
    }
    try {
      Optional<UploadRejectedException> reason = problem(head, expected);
      if (reason.isEmpty()) {
        return new Accepted(head);
      }
      objects.deleteIfUnchanged(head);
      return new Rejected(key, reason.get());
    } catch (StorageException e) {
      return afterARefusal(e, key);
    }
  }

  private static UploadVerification outcomeOf(StorageException failure, ObjectKey key) {
    return switch (failure.kind()) {
      case NOT_FOUND -> new NotUploaded(key);
      case MISSING_OR_FORBIDDEN -> new NotUploadedOrForbidden(key, failure);
      default -> throw failure;
    };
  }

  /** Another call may have removed it meanwhile; what is still there may not be read or removed. */
  private UploadVerification afterARefusal(StorageException failure, ObjectKey key) {
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
    String stored = head.contentType().orElseThrow(UploadVerifier::untold);
    if (!stored.equals(mediaType)) {
      return rejected(Rule.CONTENT_TYPE, mediaType, Checks.quote(stored));
    }
    return unsigned("content-encoding", head.contentEncoding(), Optional.empty())
        .or(() -> unsigned("content-disposition", head.contentDisposition(), Optional.empty()))
        .or(() -> unsigned("cache-control", head.cacheControl(), expected.policy().cacheControl()));
  }

  private static StorageException untold() {
    return new StorageException(
        Kind.INVALID,
        "The store did not tell the object's content type, so it was neither accepted nor removed.");
  }

  /** S3 takes headers along that nobody signed, unless they are its own. */
  private static Optional<UploadRejectedException> unsigned(
      String name, Optional<String> stored, Optional<String> signed) {
    return stored
        .filter(value -> !stored.equals(signed))
        .flatMap(
            value ->
                rejected(
                    Rule.UNSIGNED_HEADER,
                    name + signed.map(known -> " " + Checks.quote(known)).orElse(" left out"),
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
      case UNSIGNED_HEADER -> "Header";
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
