package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.PercentEncoding;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A wish that was admitted, with its fresh key and the headers the object is stored with.
 *
 * @param objectHeaders names as HTTP writes them, with values; what a PUT sends as headers and a
 *     POST as form fields
 */
record UploadPlan(
    ObjectKey key,
    String contentType,
    long sizeBytes,
    long maxBytes,
    Map<String, String> objectHeaders) {
  private static final int KEY_BITS = 128;

  static UploadPlan of(UploadPolicy policy, UploadRequest request, SecureRandom random) {
    ImageType type = policy.admit(request);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", type.mediaType());
    policy.cacheControl().ifPresent(value -> headers.put("Cache-Control", value));
    request
        .fileName()
        .ifPresent(name -> headers.put("x-amz-meta-filename", PercentEncoding.encode(name)));
    return new UploadPlan(
        freshKey(policy, request, type, random),
        type.mediaType(),
        request.sizeBytes(),
        policy.maxBytes(),
        Collections.unmodifiableMap(headers));
  }

  private static ObjectKey freshKey(
      UploadPolicy policy, UploadRequest request, ImageType type, SecureRandom random) {
    byte[] bytes = new byte[KEY_BITS / 8];
    random.nextBytes(bytes);
    String name = HexFormat.of().formatHex(bytes) + "." + type.extension();
    return ObjectKey.of(policy.keyPrefix() + request.owner() + "/" + name);
  }

  /** The object's headers, and the one that makes a PUT create and never overwrite. */
  Map<String, String> putHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    objectHeaders.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    headers.put("if-none-match", "*");
    return Collections.unmodifiableMap(headers);
  }
}
