package com.healthmetrics.aws.testkit.storage;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The objects of one bucket. Thread-safe. */
final class ObjectTable {
  private static final int MAX_KEY_BYTES = 1024;

  private final ConcurrentMap<String, StoredObject> objects = new ConcurrentHashMap<>();
  private final Clock clock;

  ObjectTable(Clock clock) {
    this.clock = clock;
  }

  Optional<StoredObject> find(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  List<String> keys() {
    return objects.keySet().stream().sorted().toList();
  }

  /** Stores an object, replacing what the key held. */
  StoredObject put(String key, ObjectHeaders headers, byte[] bytes) {
    StoredObject object = newObject(key, headers, bytes);
    objects.put(key, object);
    return object;
  }

  /** Stores an object unless the key holds one; of two concurrent uploads exactly one wins. */
  StoredObject create(String key, ObjectHeaders headers, byte[] bytes) {
    StoredObject object = newObject(key, headers, bytes);
    if (objects.putIfAbsent(key, object) != null) {
      throw S3Refusal.of(
              412,
              "PreconditionFailed",
              "At least one of the pre-conditions you specified did not hold",
              "If-None-Match: * allows one upload to a key, and " + key + " exists already.")
          .with("Condition", "If-None-Match");
    }
    return object;
  }

  private StoredObject newObject(String key, ObjectHeaders headers, byte[] bytes) {
    return new StoredObject(key, headers, bytes, Checksums.eTag(bytes), clock.instant());
  }

  static void requireUsable(String key) {
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_KEY_BYTES) {
      throw S3Refusal.of(
              400,
              "KeyTooLongError",
              "Your key is too long",
              "The key has " + length + " bytes in UTF-8; S3 takes " + MAX_KEY_BYTES + ".")
          .with("Size", length)
          .with("MaxSizeAllowed", MAX_KEY_BYTES);
    }
  }
}
