package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of an {@link InMemoryBucket}. Thread-safe. */
final class InMemoryObjects implements ObjectStore {
  private final Clock clock;
  private final Map<ObjectKey, Stored> objects = new ConcurrentHashMap<>();

  private static final class Stored {
    final ObjectHead head;
    final byte[] bytes;

    Stored(ObjectHead head, byte[] bytes) {
      this.head = head;
      this.bytes = bytes;
    }
  }

  InMemoryObjects(Clock clock) {
    this.clock = clock;
  }

  /**
   * Stores an object, and replaces one that has the key.
   *
   * @param sent the headers or fields that came with it, names in lower case
   */
  void put(ObjectKey key, String contentType, byte[] body, Map<String, String> sent) {
    objects.put(key, stored(key, contentType, body, sent));
  }

  /** Stores an object unless there is one with the key; reports whether it did. */
  boolean create(ObjectKey key, String contentType, byte[] body, Map<String, String> sent) {
    return objects.putIfAbsent(key, stored(key, contentType, body, sent)) == null;
  }

  private Stored stored(ObjectKey key, String contentType, byte[] body, Map<String, String> sent) {
    Map<String, String> metadata = new HashMap<>();
    sent.forEach(
        (name, value) -> {
          if (name.startsWith(Metadata.PREFIX)) {
            metadata.put(name.substring(Metadata.PREFIX.length()), value);
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

  private Optional<Stored> find(ObjectKey key) {
    return Optional.ofNullable(objects.get(Objects.requireNonNull(key, "key")));
  }

  Optional<byte[]> bytes(ObjectKey key) {
    return find(key).map(stored -> stored.bytes.clone());
  }

  Set<ObjectKey> keys() {
    return Set.copyOf(objects.keySet());
  }

  @Override
  public Optional<ObjectHead> head(ObjectKey key) {
    return find(key).map(stored -> stored.head);
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
    return find(key).orElseThrow(() -> StorageFailures.of(Kind.NOT_FOUND));
  }

  private static Stored requireUnchanged(Stored stored, ObjectHead seen) {
    if (!stored.head.eTag().equals(seen.eTag())) {
      throw StorageFailures.of(Kind.CHANGED);
    }
    return stored;
  }

  @Override
  public ObjectHead put(NewObject object) {
    byte[] bytes;
    try (InputStream content = object.open()) {
      bytes = content.readAllBytes();
    } catch (IOException e) {
      throw StoreRules.unreadable(e);
    }
    ObjectHead head =
        ObjectHead.builder(object.key())
            .sizeBytes(bytes.length)
            .contentType(object.contentType())
            .eTag(eTag(bytes))
            .lastModified(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .metadata(object.metadata())
            .cacheControl(object.cacheControl().orElse(null))
            .sha256(object.sha256().orElse(null))
            .build();
    Stored stored = new Stored(head, bytes);
    if (object.replacesExisting()) {
      objects.put(object.key(), stored);
    } else if (objects.putIfAbsent(object.key(), stored) != null) {
      throw StorageFailures.of(Kind.ALREADY_EXISTS);
    }
    return head;
  }

  @Override
  public void delete(ObjectKey key) {
    StoreRules.pendingFirst(key.value()).map(ObjectKey::of).forEach(objects::remove);
  }

  @Override
  public void deleteIfUnchanged(ObjectHead seen) {
    StoreRules.requireTag(seen);
    objects.computeIfPresent(
        seen.key(),
        (key, stored) -> {
          requireUnchanged(stored, seen);
          // Null removes the entry.
          return null;
        });
  }

  @Override
  public DeletionReport deleteAll(Collection<ObjectKey> keys) {
    return deleteAll(new LinkedHashSet<>(List.copyOf(keys)), this::delete);
  }

  private static DeletionReport deleteAll(Set<ObjectKey> keys, Consumer<ObjectKey> delete) {
    DeletionReport.Collector results = new DeletionReport.Collector();
    if (Thread.currentThread().isInterrupted() && !keys.isEmpty()) {
      keys.forEach(key -> results.notAttempted(key.value(), Optional.empty()));
      throw StorageFailures.of(Kind.INTERRUPTED).during(results.report());
    }
    for (ObjectKey key : keys) {
      delete.accept(key);
      results.deleted(key.value(), Optional.empty());
    }
    return results.report();
  }

  @Override
  public Stream<Listed> list(String prefix) {
    StoreRules.requirePrefix(prefix);
    return keysBelow(prefix)
        .flatMap(key -> head(key).stream())
        .map(head -> new Listed(head.key().value(), head.sizeBytes(), head.lastModified()));
  }

  /** In S3's order. */
  private Stream<ObjectKey> keysBelow(String prefix) {
    return objects.keySet().stream()
        .filter(key -> key.value().startsWith(prefix))
        .sorted(
            Comparator.comparing(
                key -> key.value().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
  }

  @Override
  public DeletionReport deletePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix, limit);
    return delete(StoreRules.pendingFirst(prefix).flatMap(this::keysBelow), limit);
  }

  private DeletionReport delete(Stream<ObjectKey> keys, int limit) {
    Set<ObjectKey> all = keys.collect(Collectors.toCollection(LinkedHashSet::new));
    if (all.size() > limit) {
      throw StoreRules.limitExceeded(limit);
    }
    return deleteAll(all, objects::remove);
  }

  /** Deletes the objects: there are no former versions. */
  @Override
  public DeletionReport erasePrefix(String prefix, int limit) {
    return deletePrefix(prefix, limit);
  }

  @Override
  public DeletionReport eraseOwner(Collection<UploadPolicy> policies, String owner, int limit) {
    List<String> folders = StoreRules.folders(policies, owner);
    StoreRules.requireLimit(limit);
    return delete(
        folders.stream()
            .flatMap(StoreRules::pendingFirst)
            .flatMap(
                folder ->
                    keysBelow(folder).filter(key -> UploadKeys.isUpload(key.value(), folder))),
        limit);
  }

  /** The number of objects. */
  @Override
  public String toString() {
    return "InMemoryObjects[" + objects.size() + " objects]";
  }
}
