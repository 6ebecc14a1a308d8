package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A bucket in memory, for tests. It also plays the browser: {@link #upload} sends what {@link
 * #uploads()} signed, under S3's rules for size, type, checksum, expiry and overwriting.
 *
 * <p>As on S3, what is sent is pending until {@link #verifier()} has inspected and published it.
 *
 * <p>It needs no credentials. Keys, headers, fields and expiry are those of {@link S3Bucket},
 * without the signature. The host of the URLs ends in {@code .invalid}, so nothing can be sent to
 * it by mistake.
 *
 * <pre>{@code
 * InMemoryBucket bucket = new InMemoryBucket();
 * UploadRequest request = UploadRequest.of("user-42", "image/png", png.length);
 * PresignedPut upload = bucket.uploads().presignPut(UploadPolicy.avatars(), request);
 * bucket.upload(upload, "image/png", png); // the bytes of a picture
 * boolean pending = bucket.keys().contains(upload.pendingKey());
 * bucket.verifier().verify(UploadPolicy.avatars(), "user-42", upload.key()).orThrow();
 * byte[] published = bucket.bytes(upload.key()).orElseThrow();
 * bucket.objects().erasePrefix("avatars/user-42/").orThrow();
 * }</pre>
 *
 * <p>It keeps no former versions, so erasing a prefix is the same as deleting it. It has no
 * permissions, so a missing object is always reported as missing. Thread-safe.
 */
public final class InMemoryBucket {
  private final Clock clock;
  private final InMemorySigner uploads;
  private final InMemoryObjects objects;
  private final UploadVerifier verifier;

  /** Creates an empty bucket with the system clock and without public URLs. */
  public InMemoryBucket() {
    this(Clock.systemUTC());
  }

  /**
   * Creates an empty bucket without public URLs.
   *
   * @param clock the clock that expiry is checked with
   */
  public InMemoryBucket(Clock clock) {
    this(clock, Optional.empty());
  }

  /**
   * Creates an empty bucket.
   *
   * @param clock the clock that expiry is checked with
   * @param publicUrls maps a key to its {@link PresignedUpload#publicUrl()}; usually {@code
   *     cdn::resolve}
   */
  public InMemoryBucket(Clock clock, Function<ObjectKey, URI> publicUrls) {
    this(clock, Optional.of(publicUrls));
  }

  private InMemoryBucket(Clock clock, Optional<Function<ObjectKey, URI>> publicUrls) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.uploads = new InMemorySigner(clock, publicUrls);
    this.objects = new InMemoryObjects(clock);
    this.verifier =
        new ObjectStoreVerifier(
            objects,
            publicUrls,
            Optional.empty(),
            MemoryBudget.ofHeap(),
            S3Connection.DEADLINE,
            Time.SYSTEM);
  }

  /** {@return the signer of uploads to this bucket} */
  public UploadUrlSigner uploads() {
    return uploads;
  }

  /** {@return the objects of this bucket} */
  public ObjectStore objects() {
    return objects;
  }

  /** {@return the verifier of uploads to this bucket} */
  public UploadVerifier verifier() {
    return verifier;
  }

  /**
   * Sends a picture with a presigned upload, as a browser does.
   *
   * <p>As in S3, a PUT creates the pending object and never overwrites it, while a POST may be sent
   * again until it expires. Neither touches a published object.
   *
   * @param upload an upload signed by {@link #uploads()}
   * @param contentType the content type the browser sends
   * @param body the picture; copied
   * @throws UploadRejectedException if the upload was signed for another bucket or has expired, if
   *     type, size or checksum differ from what was signed, or if a PUT would overwrite; nothing is
   *     stored
   */
  public void upload(PresignedUpload upload, String contentType, byte[] body) {
    if (!uploads.signed(upload)) {
      throw new UploadRejectedException(
          Rule.NOT_SIGNED_HERE,
          "uploads signed by uploads() of this bucket",
          "an upload of another signer",
          "This upload was not signed for this bucket. Sign it with uploads() of this bucket.");
    }
    Instant now = clock.instant();
    if (!now.isBefore(upload.expiresAt())) {
      throw new UploadRejectedException(
          Rule.EXPIRED,
          "before " + upload.expiresAt(),
          now.toString(),
          "The upload expired at %s, and it is %s. Sign again.".formatted(upload.expiresAt(), now));
    }
    if (!contentType.equals(upload.contentType())) {
      throw new UploadRejectedException(
          Rule.CONTENT_TYPE,
          upload.contentType(),
          Checks.quote(contentType),
          "The content type is %s, but %s was signed. Send the signed content type."
              .formatted(Checks.quote(contentType), upload.contentType()));
    }
    if (!upload.allowsSize(body.length)) {
      throw new UploadRejectedException(
          Rule.SIZE,
          upload.sizeLimit(),
          body.length + " bytes",
          "The body has %s bytes, but %s were signed. Declare the size of the body."
              .formatted(body.length, upload.sizeLimit()));
    }
    upload
        .plan()
        .checksumThatDiffers(body)
        .ifPresent(
            header -> {
              throw new UploadRejectedException(
                  Rule.CHECKSUM,
                  "the " + header + " that was signed",
                  "another",
                  "The body does not have the %s that was signed. Send the declared bytes."
                      .formatted(header));
            });
    if (upload instanceof PresignedPost) {
      objects.put(upload.pendingKey(), contentType, body, sent(upload));
    } else if (!objects.create(upload.pendingKey(), contentType, body, sent(upload))) {
      throw new UploadRejectedException(
          Rule.ALREADY_UPLOADED,
          "one upload for each presigned PUT",
          "a second upload",
          "This upload was sent already, and a presigned PUT never overwrites. Verify it, or sign"
              + " again.");
    }
  }

  /** What the browser sends in addition to the picture, names in lower case. */
  private static Map<String, String> sent(PresignedUpload upload) {
    Map<String, String> sent = new HashMap<>();
    upload.parameters().forEach((name, value) -> sent.put(name.toLowerCase(Locale.ROOT), value));
    return sent;
  }

  /**
   * {@return a copy of the bytes of an object, or empty if there is no such object}
   *
   * @param key the object's key
   */
  public Optional<byte[]> bytes(ObjectKey key) {
    return objects.bytes(key);
  }

  /**
   * {@return the content type of an object, or empty if there is no such object}
   *
   * @param key the object's key
   */
  public Optional<String> contentType(ObjectKey key) {
    return objects.head(key).flatMap(ObjectHead::contentType);
  }

  /** {@return the keys of all objects, a copy} */
  public Set<ObjectKey> keys() {
    return objects.keys();
  }

  /** The number of objects. */
  @Override
  public String toString() {
    return "InMemoryBucket[" + keys().size() + " objects]";
  }
}
