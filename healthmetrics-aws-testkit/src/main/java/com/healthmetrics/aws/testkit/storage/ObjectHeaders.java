package com.healthmetrics.aws.testkit.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The description of an object in an upload: headers, query parameters or form fields.
 *
 * @param described lower-case names and values: the kept standard headers and {@code x-amz-meta-*}
 * @param checksums lower-case names and values of the checksum headers
 */
record ObjectHeaders(Map<String, String> described, Map<String, String> checksums) {
  private static final String META = "x-amz-meta-";
  private static final int MAX_METADATA_BYTES = 2048;

  private static final List<String> STANDARD =
      List.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  /** Handled elsewhere, or without a visible effect on a server in memory. */
  private static final Set<String> ACCEPTED =
      Set.of(
          "x-amz-acl",
          "x-amz-algorithm",
          "x-amz-checksum-algorithm",
          "x-amz-content-sha256",
          "x-amz-credential",
          "x-amz-date",
          "x-amz-expires",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-security-token",
          "x-amz-server-side-encryption",
          "x-amz-signature",
          "x-amz-signedheaders",
          "x-amz-storage-class",
          "x-amz-user-agent");

  ObjectHeaders {
    described = Collections.unmodifiableMap(new TreeMap<>(described));
    checksums = Collections.unmodifiableMap(new TreeMap<>(checksums));
  }

  /**
   * Selects the description of the object and refuses headers that LocalS3 does not implement.
   *
   * @param sent lower-case names and values
   */
  static ObjectHeaders from(Map<String, String> sent) {
    Map<String, String> kept = new LinkedHashMap<>();
    Map<String, String> checksums = new LinkedHashMap<>();
    int metadataBytes = 0;
    for (Map.Entry<String, String> entry : sent.entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(META)) {
        metadataBytes += name.length() - META.length() + entry.getValue().length();
        kept.put(name, entry.getValue());
      } else if (STANDARD.contains(name)) {
        kept.put(name, entry.getValue());
      } else if (Checksums.NAMES.contains(name)) {
        checksums.put(name, entry.getValue());
      } else if (name.startsWith("x-amz-") && !ACCEPTED.contains(name)) {
        throw S3Refusal.notImplemented(name);
      }
    }
    requireNoAcl(sent);
    kept.forEach(ObjectHeaders::requireNoControls);
    if (metadataBytes > MAX_METADATA_BYTES) {
      throw S3Refusal.of(
              400,
              "MetadataTooLarge",
              "Your metadata headers exceed the maximum allowed metadata size",
              "User metadata has "
                  + metadataBytes
                  + " bytes; the limit for names and values together is "
                  + MAX_METADATA_BYTES
                  + ".")
          .with("Size", metadataBytes)
          .with("MaxSizeAllowed", MAX_METADATA_BYTES);
    }
    return new ObjectHeaders(kept, checksums);
  }

  /** A line break in a form field would end the header when the object is served. */
  private static void requireNoControls(String name, String value) {
    boolean clean =
        value.chars().allMatch(c -> c >= 0x20 && c != 0x7F && (c < 0x80 || name.startsWith(META)));
    if (!clean) {
      throw S3Refusal.invalidArgument(
          "Header value cannot be represented.",
          name
              + " has a control character, or a character outside ASCII, which only "
              + META
              + "* may have.");
    }
  }

  /** New buckets have access control lists disabled; S3 then refuses them. */
  private static void requireNoAcl(Map<String, String> sent) {
    for (String name : List.of("x-amz-acl", "acl")) {
      String acl = sent.getOrDefault(name, "bucket-owner-full-control");
      if (!acl.equals("bucket-owner-full-control")) {
        throw S3Refusal.of(
            400,
            "AccessControlListNotSupported",
            "The bucket does not allow ACLs",
            name + " was " + acl + "; omit it, the bucket owner owns every object.");
      }
    }
  }

  String contentType() {
    return described.getOrDefault("content-type", "binary/octet-stream");
  }

  Optional<String> standard(String lowerCaseName) {
    return Optional.ofNullable(described.get(lowerCaseName));
  }

  Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    described.forEach(
        (name, value) -> {
          if (name.startsWith(META)) {
            metadata.put(name.substring(META.length()), value);
          }
        });
    return metadata;
  }
}
