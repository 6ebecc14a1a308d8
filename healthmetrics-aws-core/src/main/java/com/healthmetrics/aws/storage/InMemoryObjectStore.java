package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bucket in memory, for tests: it takes what an {@link InMemoryUploadUrlSigner} signed, and keeps
 * S3's promises about size, type, expiry and overwriting.
 *
 * <pre>{@code
 * InMemoryObjectStore store = new InMemoryObjectStore(Clock.systemUTC());
 * UploadUrlSigner signer = new InMemoryUploadUrlSigner(store, cdn::resolve);
 * PresignedPut upload =
 *     signer.presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 3));
 * store.upload(upload, "image/png", new byte[] {1, 2, 3});
 * byte[] stored = store.bytes(upload.key()).orElseThrow();
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class InMemoryObjectStore {
  private final Clock clock;
  private final Map<ObjectKey, PresignedUpload> signed = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Stored> objects = new ConcurrentHashMap<>();

  private static final class Stored {
    private final String contentType;
    private final byte[] bytes;

    Stored(String contentType, byte[] bytes) {
      this.contentType = contentType;
      this.bytes = bytes.clone();
    }
  }

  /**
   * An empty store.
   *
   * @param clock what decides whether an upload has expired
   */
  public InMemoryObjectStore(Clock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** The clock that signers of this store share with it. */
  Clock clock() {
    return clock;
  }

  void remember(PresignedUpload upload) {
    signed.put(upload.key(), upload);
  }

  /**
   * Does what a browser does: sends a picture with a presigned upload.
   *
   * <p>As in S3, a PUT creates once and never overwrites, while a POST may be sent again until it
   * expires.
   *
   * @param upload what a signer of this store signed
   * @param contentType the content type the browser sends
   * @param body the picture; copied
   * @throws UploadRejectedException if the upload was signed for another store or has expired, if
   *     type, size or checksum differ from what was signed, or if a PUT would overwrite; nothing is
   *     stored
   */
  public void upload(PresignedUpload upload, String contentType, byte[] body) {
    ObjectKey key = upload.key();
    if (signed.get(key) != upload) {
      throw new UploadRejectedException(
          Rule.NOT_SIGNED_HERE,
          "uploads signed by this store's own signer",
          "an upload of another signer",
          "This upload was not signed for this store. Sign it with a signer of this store.");
    }
    Instant now = clock.instant();
    if (!now.isBefore(upload.expiresAt())) {
      throw new UploadRejectedException(
          Rule.EXPIRED,
          "before " + upload.expiresAt(),
          now.toString(),
          "The upload expired at " + upload.expiresAt() + ", and it is " + now + ". Sign anew.");
    }
    if (!contentType.equals(upload.contentType())) {
      throw new UploadRejectedException(
          Rule.CONTENT_TYPE,
          upload.contentType(),
          Checks.quote(contentType),
          "The content type is "
              + Checks.quote(contentType)
              + ", but "
              + upload.contentType()
              + " was signed. Send the content type that was signed.");
    }
    if (!upload.allowsSize(body.length)) {
      throw new UploadRejectedException(
          Rule.SIZE,
          upload.sizeLimit(),
          body.length + " bytes",
          "The body has "
              + body.length
              + " bytes, but "
              + upload.sizeLimit()
              + " were signed. Declare the size that is sent.");
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
                  "The body does not have the "
                      + header
                      + " that was signed. Send the bytes that were declared.");
            });
    store(upload, new Stored(contentType, body));
  }

  private void store(PresignedUpload upload, Stored stored) {
    if (upload instanceof PresignedPost) {
      objects.put(upload.key(), stored);
    } else if (objects.putIfAbsent(upload.key(), stored) != null) {
      throw new UploadRejectedException(
          Rule.ALREADY_UPLOADED,
          "one upload for each presigned PUT",
          "a second upload",
          "There is an object with this key already, and a presigned PUT never overwrites. Sign"
              + " anew.");
    }
  }

  /**
   * The bytes of an object.
   *
   * @param key the object's key
   * @return a copy of its bytes, or empty when there is no such object
   */
  public Optional<byte[]> bytes(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(stored -> stored.bytes.clone());
  }

  /**
   * The content type of an object.
   *
   * @param key the object's key
   * @return its content type, or empty when there is no such object
   */
  public Optional<String> contentType(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(stored -> stored.contentType);
  }

  /**
   * What is stored.
   *
   * @return the keys of all objects, a copy
   */
  public Set<ObjectKey> keys() {
    return Set.copyOf(objects.keySet());
  }

  /** How many objects there are. */
  @Override
  public String toString() {
    return "InMemoryObjectStore[" + objects.size() + " objects]";
  }
}
