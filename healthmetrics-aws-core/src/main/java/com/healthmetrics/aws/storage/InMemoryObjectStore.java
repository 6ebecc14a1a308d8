package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
 * store.erasePrefix("avatars/user-42/").orThrow();
 * }</pre>
 *
 * <p>It keeps no former versions, so erasing a prefix is deleting it. It knows no permissions, so a
 * missing object is always said to be missing. Safe for use by several threads.
 */
public final class InMemoryObjectStore implements ObjectStore {
  private static final String METADATA = "x-amz-meta-";

  private final Clock clock;
  private final Map<ObjectKey, PresignedUpload> signed = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Stored> objects = new ConcurrentHashMap<>();

  private static final class Stored {
    private final ObjectHead head;
    private final byte[] bytes;

    Stored(ObjectHead head, byte[] bytes) {
      this.head = head;
      this.bytes = bytes;
    }
  }

  /**
   * An empty store.
   *
   * @param clock what decides whether an upload has expired
   * @throws NullPointerException if {@code clock} is null
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
   * @throws NullPointerException if an argument is null
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
    store(upload, stored(key, contentType, body, sent(upload)));
  }

  /** What the browser sent beside the picture, names in lower case. */
  private static Map<String, String> sent(PresignedUpload upload) {
    Map<String, String> given =
        upload instanceof PresignedPut put ? put.headers() : ((PresignedPost) upload).fields();
    Map<String, String> sent = new HashMap<>();
    given.forEach((name, value) -> sent.put(name.toLowerCase(Locale.ROOT), value));
    return sent;
  }

  private Stored stored(ObjectKey key, String contentType, byte[] body, Map<String, String> sent) {
    Map<String, String> metadata = new HashMap<>();
    sent.forEach(
        (name, value) -> {
          if (name.startsWith(METADATA)) {
            metadata.put(name.substring(METADATA.length()), value);
          }
        });
    byte[] bytes = body.clone();
    ObjectHead head =
        ObjectHead.builder(key)
            .sizeBytes(bytes.length)
            .contentType(contentType)
            .eTag(eTag(bytes))
            .lastModified(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .metadata(metadata)
            .cacheControl(sent.get("cache-control"))
            .sha256(sent.get(ChecksumAlgorithm.SHA256.header()))
            .crc32c(sent.get(ChecksumAlgorithm.CRC32C.header()))
            .build();
    return new Stored(head, bytes);
  }

  /** The entity tag that S3 gives to an object of one part. */
  private static String eTag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5.", e);
    }
  }

  /**
   * Stores an object without an upload, where a test needs one to be there; replaces what has the
   * key.
   *
   * @param key the object's key
   * @param contentType its content type
   * @param body its bytes; copied
   * @throws NullPointerException if an argument is null
   */
  public void put(ObjectKey key, String contentType, byte[] body) {
    Objects.requireNonNull(contentType, "contentType");
    objects.put(Objects.requireNonNull(key, "key"), stored(key, contentType, body, Map.of()));
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
   * @throws NullPointerException if {@code key} is null
   */
  public Optional<byte[]> bytes(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(stored -> stored.bytes.clone());
  }

  /**
   * The content type of an object.
   *
   * @param key the object's key
   * @return its content type, or empty when there is no such object
   * @throws NullPointerException if {@code key} is null
   */
  public Optional<String> contentType(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).flatMap(stored -> stored.head.contentType());
  }

  /**
   * What is stored.
   *
   * @return the keys of all objects, a copy
   */
  public Set<ObjectKey> keys() {
    return Set.copyOf(objects.keySet());
  }

  @Override
  public Optional<ObjectHead> head(ObjectKey key) {
    return Optional.ofNullable(objects.get(Objects.requireNonNull(key, "key")))
        .map(stored -> stored.head);
  }

  @Override
  public InputStream open(ObjectKey key) {
    return new ByteArrayInputStream(requireStored(key).bytes);
  }

  @Override
  public InputStream open(ObjectKey key, long firstByte, long lastByte) {
    StoreRules.requireRange(firstByte, lastByte);
    return range(requireStored(key), firstByte, lastByte);
  }

  @Override
  public InputStream openIfUnchanged(ObjectHead seen, long firstByte, long lastByte) {
    StoreRules.requireTag(seen);
    StoreRules.requireRange(firstByte, lastByte);
    return range(requireUnchanged(requireStored(seen.key()), seen), firstByte, lastByte);
  }

  private static InputStream range(Stored stored, long firstByte, long lastByte) {
    byte[] bytes = stored.bytes;
    if (firstByte >= bytes.length) {
      throw StoreRules.beyondTheEnd(firstByte);
    }
    int end = (int) Math.min(lastByte, bytes.length - 1L) + 1;
    return new ByteArrayInputStream(bytes, (int) firstByte, end - (int) firstByte);
  }

  private Stored requireStored(ObjectKey key) {
    Stored stored = objects.get(Objects.requireNonNull(key, "key"));
    if (stored == null) {
      throw StoreRules.notFound();
    }
    return stored;
  }

  private static Stored requireUnchanged(Stored stored, ObjectHead seen) {
    if (!stored.head.eTag().equals(seen.eTag())) {
      throw StoreRules.changed();
    }
    return stored;
  }

  @Override
  public void delete(ObjectKey key) {
    objects.remove(Objects.requireNonNull(key, "key"));
  }

  @Override
  public void deleteIfUnchanged(ObjectHead seen) {
    StoreRules.requireTag(seen);
    objects.computeIfPresent(
        seen.key(),
        (key, stored) -> {
          requireUnchanged(stored, seen);
          // Without a value the entry is gone.
          return null;
        });
  }

  @Override
  public DeletionReport deleteAll(Collection<ObjectKey> keys) {
    Set<ObjectKey> distinct = new LinkedHashSet<>();
    for (ObjectKey key : keys) {
      distinct.add(Objects.requireNonNull(key, "key"));
    }
    DeletionReport.Collector results = new DeletionReport.Collector();
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (ObjectKey key : distinct) {
      if (interrupted) {
        results.failed(
            key.value(),
            Optional.empty(),
            Kind.NOT_ATTEMPTED,
            StorageFailures.explanation(Kind.NOT_ATTEMPTED));
      } else {
        objects.remove(key);
        results.deleted(key.value(), Optional.empty());
      }
    }
    if (interrupted && !distinct.isEmpty()) {
      throw StorageFailures.interrupted().during(results.report());
    }
    return results.report();
  }

  @Override
  public DeletionReport deletePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix);
    StoreRules.requireLimit(limit);
    List<ObjectKey> keys =
        objects.keySet().stream()
            .filter(key -> key.value().startsWith(prefix))
            .sorted(Comparator.comparing(ObjectKey::value))
            .toList();
    if (keys.size() > limit) {
      throw StoreRules.limitExceeded(limit);
    }
    return deleteAll(keys);
  }

  /** Deletes the objects: there are no former versions here. */
  @Override
  public DeletionReport erasePrefix(String prefix, int limit) {
    return deletePrefix(prefix, limit);
  }

  /** How many objects there are. */
  @Override
  public String toString() {
    return "InMemoryObjectStore[" + objects.size() + " objects]";
  }
}
