package com.healthmetrics.aws.storage;

import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

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
    boolean publiclyReadable,
    Map<String, String> objectHeaders) {
  private static final int KEY_BITS = 128;

  static UploadPlan of(UploadPolicy policy, UploadRequest request, SecureRandom random) {
    Admission admission = Admission.of(policy, request);
    return new UploadPlan(
        freshKey(policy, request, admission.type(), random),
        admission.type().mediaType(),
        request.sizeBytes(),
        policy.maxBytes(),
        policy.publiclyReadable(),
        Collections.unmodifiableMap(admission.objectHeaders()));
  }

  /** Where everybody may load the object; private pictures have no such URL. */
  Optional<URI> publicUrl(Optional<Function<ObjectKey, URI>> urls) {
    return publiclyReadable ? urls.map(url -> url.apply(key)) : Optional.empty();
  }

  /** The checksum header that the bytes do not have; empty when they have all that were signed. */
  Optional<String> checksumThatDiffers(byte[] bytes) {
    return objectHeaders.entrySet().stream()
        .filter(header -> header.getKey().startsWith("x-amz-checksum-"))
        .filter(header -> !header.getValue().equals(checksum(header.getKey(), bytes)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String checksum(String header, byte[] bytes) {
    byte[] sum = header.endsWith("sha256") ? sha256(bytes) : crc32c(bytes);
    return Base64.getEncoder().encodeToString(sum);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static byte[] crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
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
