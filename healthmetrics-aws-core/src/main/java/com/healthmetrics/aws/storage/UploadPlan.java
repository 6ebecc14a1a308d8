package com.healthmetrics.aws.storage;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An accepted request, with its new key and the headers that the object is stored with.
 *
 * @param key where the object is published
 * @param publicUrl the URL that anyone can load the object from once it is published; private
 *     pictures have none
 * @param objectHeaders names as HTTP writes them, with values; a PUT sends them as headers and a
 *     POST as form fields
 */
record UploadPlan(
    ObjectKey key,
    String contentType,
    long sizeBytes,
    long maxBytes,
    Optional<URI> publicUrl,
    Fields objectHeaders) {
  /** The names that PUTs write in another way; all others are in lower case. */
  private static final Map<String, String> LOWER_CASE =
      Map.of("Content-Type", "content-type", "Cache-Control", "cache-control");

  static UploadPlan of(
      UploadPolicy policy,
      UploadRequest request,
      KeyRandom random,
      Optional<Function<ObjectKey, URI>> publicUrls) {
    Admission admission = Admission.of(policy, request);
    ObjectKey key = UploadKeys.newKey(policy, request.owner(), admission.type(), random);
    return new UploadPlan(
        key,
        admission.type().mediaType(),
        request.sizeBytes(),
        policy.maxBytes(),
        policy.publiclyReadable() ? publicUrls.map(urls -> urls.apply(key)) : Optional.empty(),
        admission.objectHeaders());
  }

  /** Where the browser writes. */
  ObjectKey pendingKey() {
    return key.pending();
  }

  /** The checksum header that differs from the bytes; empty if they have all signed checksums. */
  Optional<String> checksumThatDiffers(byte[] bytes) {
    return Stream.of(ChecksumAlgorithm.values())
        .filter(sum -> objectHeaders.containsKey(sum.header()))
        .filter(sum -> !sum.of(bytes).equals(objectHeaders.get(sum.header())))
        .map(ChecksumAlgorithm::header)
        .findFirst();
  }

  /** The object's headers, and the one that makes a PUT create and never overwrite. */
  Fields putHeaders() {
    Fields headers = new Fields(objectHeaders.size() + 1);
    for (int i = 0; i < objectHeaders.size(); i++) {
      String name = objectHeaders.name(i);
      headers.add(LOWER_CASE.getOrDefault(name, name), objectHeaders.value(i));
    }
    return headers.add("if-none-match", "*");
  }
}
