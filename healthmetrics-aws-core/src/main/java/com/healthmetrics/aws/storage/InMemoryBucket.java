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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private final InMemorySigner signer;
  private final UploadUrlSigner uploads;
  private final InMemoryObjects objects;
  private final UploadVerifier verifier;

  /** Creates an empty bucket with the defaults of {@link #builder()}. */
  public InMemoryBucket() {
    this(builder());
  }

  private InMemoryBucket(Builder builder) {
    this.clock = builder.clock;
    this.signer = new InMemorySigner(clock, Optional.ofNullable(builder.publicUrls));
    this.objects = new InMemoryObjects(clock);
    UploadVerifier verifier =
        new ObjectStoreVerifier(
            objects,
            Optional.ofNullable(builder.publicUrls),
            Optional.ofNullable(builder.inspector),
            MemoryBudget.ofHeap(),
            S3Connection.DEADLINE,
            Time.SYSTEM);
    if (builder.observer == null) {
      this.uploads = signer;
      this.verifier = verifier;
    } else {
      UploadObserver observed = new UploadObserver(builder.observer, Time.SYSTEM);
      this.uploads = observed.observed(signer);
      this.verifier = observed.observed(verifier);
    }
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
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
    if (!signer.signed(upload)) {
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

  /**
   * Builder for {@link InMemoryBucket}, with the settings that a bucket in memory shares with
   * {@link S3Bucket}.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private Clock clock = Clock.systemUTC();
    private @Nullable Function<ObjectKey, URI> publicUrls;
    private @Nullable UploadInspector inspector;
    private @Nullable Consumer<UploadEvent> observer;

    private Builder() {}

    /**
     * Sets the clock that expiry is checked with. Default: the system clock.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the function that maps a key to its {@link PresignedUpload#publicUrl()} and {@link
     * UploadVerification.Accepted#publicUrl()}. Default: there is no public URL.
     *
     * @param urls usually {@code cdn::resolve}
     * @return this builder
     */
    public Builder publicUrls(Function<ObjectKey, URI> urls) {
      publicUrls = Objects.requireNonNull(urls, "urls");
      return this;
    }

    /**
     * Sets the application's own inspection of uploads. Default: none.
     *
     * @param inspector called for each upload that passed all other checks
     * @return this builder
     */
    public Builder inspector(UploadInspector inspector) {
      this.inspector = Objects.requireNonNull(inspector, "inspector");
      return this;
    }

    /**
     * Sets the observer of every signature and every verification. Default: none.
     *
     * @param observer called once per call, in its thread and after its outcome is known
     * @return this builder
     */
    public Builder observe(Consumer<UploadEvent> observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /** {@return a new, empty bucket} */
    public InMemoryBucket build() {
      return new InMemoryBucket(this);
    }
  }
}
