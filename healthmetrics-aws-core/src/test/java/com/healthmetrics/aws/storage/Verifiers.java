package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.Time;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Verifiers of stores that a test prepares, whose pauses take no time. */
final class Verifiers {
  static final Function<ObjectKey, URI> URLS =
      key -> URI.create("https://cdn.example/" + key.value());

  private Verifiers() {}

  static UploadVerifier of(ObjectStore objects) {
    return of(objects, new VirtualTime());
  }

  static UploadVerifier of(ObjectStore objects, Time time) {
    return of(objects, MemoryBudget.ofHeap(), time);
  }

  static UploadVerifier of(ObjectStore objects, MemoryBudget memory, Time time) {
    return new ObjectStoreVerifier(
        objects, Optional.of(URLS), Optional.empty(), memory, Duration.ofSeconds(60), time);
  }
}
