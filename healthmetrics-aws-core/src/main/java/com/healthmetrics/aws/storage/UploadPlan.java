package com.healthmetrics.aws.storage;

import java.net.URI;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
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
    Map<String, String> objectHeaders) {
  static UploadPlan of(
      UploadPolicy policy,
      UploadRequest request,
      SecureRandom random,
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
  Map<String, String> putHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : objectHeaders.entrySet()) {
      headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    headers.put("if-none-match", "*");
    return headers;
  }
}
