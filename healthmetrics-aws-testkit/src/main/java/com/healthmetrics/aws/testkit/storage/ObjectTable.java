package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ReadConditions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The objects of one bucket, with their versions if it keeps them. Thread-safe. */
final class ObjectTable {
  /** S3 lists keys in this order. */
  static final Comparator<String> UTF_8_ORDER =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  /** The id of the only version of an object that was stored without versioning. */
  static final String NULL_VERSION = "null";

  private static final int MAX_KEY_BYTES = 1024;

  private final ReentrantLock lock = new ReentrantLock();

  /** The versions of each key, newest first; never an empty list. */
  private final NavigableMap<String, List<Version>> objects = new TreeMap<>(UTF_8_ORDER);

  private final Clock clock;
  private final boolean versioning;
  private final boolean listPermission;
  private final Instant created;

  /**
   * An empty table.
   *
   * @param listPermission whether a missing object is reported as missing
   */
  ObjectTable(Clock clock, boolean versioning, boolean listPermission) {
    this.clock = clock;
    this.versioning = versioning;
    this.listPermission = listPermission;
    this.created = clock.instant();
  }

  /** When the bucket was created. */
  Instant created() {
    return created;
  }

  /**
   * A version of an object.
   *
   * @param object the object, or empty for a delete marker
   * @param latest whether a request without a version id means this version
   */
  record Version(
      String key, String id, Optional<StoredObject> object, Instant lastModified, boolean latest) {

    Version former() {
      return new Version(key, id, object, lastModified, false);
    }

    Version asLatest() {
      return new Version(key, id, object, lastModified, true);
    }
  }

  /** The current object of a key. */
  Optional<StoredObject> find(String key) {
    return latest(key).flatMap(Version::object);
  }

  /** The newest version of a key, which may be a delete marker. */
  Optional<Version> latest(String key) {
    return locked(() -> Optional.ofNullable(objects.get(key)).map(versions -> versions.get(0)));
  }

  Optional<Version> version(String key, String id) {
    return locked(
        () ->
            objects.getOrDefault(key, List.of()).stream()
                .filter(version -> version.id().equals(id))
                .findFirst());
  }

  List<String> keys() {
    return versions("").stream()
        .filter(version -> version.latest() && version.object().isPresent())
        .map(Version::key)
        .toList();
  }

  /** All versions and delete markers below a prefix, by key and then newest first. */
  List<Version> versions(String prefix) {
    return locked(
        () -> {
          List<Version> found = new ArrayList<>();
          for (List<Version> versions : objects.tailMap(prefix, true).values()) {
            if (!versions.get(0).key().startsWith(prefix)) {
              break;
            }
            found.addAll(versions);
          }
          return found;
        });
  }

  void clear() {
    lock.lock();
    try {
      objects.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stores an object if the condition holds; the object it replaces is removed, or becomes a former
   * version. Of two concurrent uploads that create a key exactly one succeeds.
   */
  StoredObject put(String key, ObjectHeaders headers, byte[] bytes, WriteCondition condition) {
    String eTag = Checksums.eTag(bytes);
    return locked(
        () -> {
          require(condition, key);
          Optional<String> versionId = versioning ? Optional.of(newId()) : Optional.empty();
          return add(new StoredObject(key, headers, bytes, eTag, clock.instant(), versionId));
        });
  }

  private void require(WriteCondition condition, String key) {
    if (condition.createOnly() && find(key).isPresent()) {
      throw S3Refusal.preconditionFailed(
          "If-None-Match",
          "If-None-Match: * allows one upload to a key, and " + key + " already exists.");
    }
    condition.ifMatch().ifPresent(ifMatch -> requireMatch(ifMatch, key));
  }

  private void requireMatch(String ifMatch, String key) {
    StoredObject current = find(key).orElseThrow(() -> missing(key));
    if (!ReadConditions.matches(ifMatch, current.eTag())) {
      throw S3Refusal.preconditionFailed(
          "If-Match",
          "If-Match was " + ifMatch + " and the object has the ETag " + current.eTag() + ".");
    }
  }

  private StoredObject add(StoredObject object) {
    String id = object.versionId().orElse(NULL_VERSION);
    add(new Version(object.key(), id, Optional.of(object), object.lastModified(), true));
    return object;
  }

  private void add(Version version) {
    List<Version> versions = new ArrayList<>();
    versions.add(version);
    if (versioning) {
      objects.getOrDefault(version.key(), List.of()).stream()
          .map(Version::former)
          .forEach(versions::add);
    }
    objects.put(version.key(), versions);
  }

  /** Whether a version may have this id. */
  static boolean isVersionId(String text) {
    return text.equals(NULL_VERSION) || text.matches("[0-9a-f]{32}");
  }

  private static String newId() {
    byte[] id = new byte[16];
    ThreadLocalRandom.current().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /**
   * Deletes the current object of a key, or with versioning hides it behind a delete marker.
   *
   * @param ifMatch the value of {@code If-Match}
   * @return the new delete marker, with versioning
   */
  Optional<Version> delete(String key, Optional<String> ifMatch) {
    return locked(
        () -> {
          ifMatch.ifPresent(condition -> requireMatch(condition, key));
          if (!versioning) {
            objects.remove(key);
            return Optional.empty();
          }
          Version marker = new Version(key, newId(), Optional.empty(), clock.instant(), true);
          add(marker);
          return Optional.of(marker);
        });
  }

  /** AWS does not document the response without s3:ListBucket; this is the one of GET. */
  private S3Refusal missing(String key) {
    String reason = "If-Match requires an object, and there is none at " + key + ".";
    return listPermission
        ? S3Refusal.of(404, "NoSuchKey", "The specified key does not exist.", reason)
            .with("Key", key)
        : S3Refusal.accessDenied("Access Denied", reason);
  }

  /**
   * Deletes one version permanently.
   *
   * @return the deleted version, if there was one
   */
  Optional<Version> deleteVersion(String key, String id) {
    return locked(
        () -> {
          Optional<Version> found = version(key, id);
          if (found.isPresent()) {
            List<Version> rest = new ArrayList<>(objects.getOrDefault(key, List.of()));
            rest.removeIf(version -> version.id().equals(id));
            if (rest.isEmpty()) {
              objects.remove(key);
            } else {
              rest.set(0, rest.get(0).asLatest());
              objects.put(key, rest);
            }
          }
          return found;
        });
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  static void requireUsable(String key) {
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_KEY_BYTES) {
      throw S3Refusal.of(
              400,
              "KeyTooLongError",
              "Your key is too long",
              "The key has " + length + " bytes in UTF-8; S3 accepts " + MAX_KEY_BYTES + ".")
          .with("Size", length)
          .with("MaxSizeAllowed", MAX_KEY_BYTES);
    }
  }
}
