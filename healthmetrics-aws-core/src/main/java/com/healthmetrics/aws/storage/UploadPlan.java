package com.healthmetrics.aws.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An accepted request, with its new key and the headers that the object is stored with.
 *
 * @param objectHeaders names as HTTP writes them, with values; a PUT sends them as headers and a
 *     POST as form fields
 */
record UploadPlan(
    ObjectKey key,
    String contentType,
    long sizeBytes,
    long maxBytes,
    boolean publiclyReadable,
    Map<String, String> objectHeaders) {
  static UploadPlan of(UploadPolicy policy, UploadRequest request, SecureRandom random) {
    Admission admission = Admission.of(policy, request);
    return new UploadPlan(
        UploadKeys.newKey(policy, request.owner(), admission.type(), random),
        admission.type().mediaType(),
        request.sizeBytes(),
        policy.maxBytes(),
        policy.publiclyReadable(),
        Collections.unmodifiableMap(admission.objectHeaders()));
  }

  /** The URL that everybody can load the object from; private pictures have none. */
  Optional<URI> publicUrl(Optional<Function<ObjectKey, URI>> urls) {
    return publiclyReadable ? urls.map(url -> url.apply(key)) : Optional.empty();
  }

  /** The checksum header that differs from the bytes; empty if they have all signed checksums. */
  Optional<String> checksumThatDiffers(byte[] bytes) {
    return Stream.of(ChecksumAlgorithm.values())
        .filter(algorithm -> objectHeaders.containsKey(algorithm.header()))
        .filter(
            algorithm -> !checksum(algorithm, bytes).equals(objectHeaders.get(algorithm.header())))
        .map(ChecksumAlgorithm::header)
        .findFirst();
  }

  private static String checksum(ChecksumAlgorithm algorithm, byte[] bytes) {
    try {
      return algorithm.of(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory could not be read.", e);
    }
  }

  /** The object's headers, and the one that makes a PUT create and never overwrite. */
  Map<String, String> putHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    objectHeaders.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    headers.put("if-none-match", "*");
    return Collections.unmodifiableMap(headers);
  }
}
