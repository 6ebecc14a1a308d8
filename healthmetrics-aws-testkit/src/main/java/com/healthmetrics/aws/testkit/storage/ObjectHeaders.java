package com.healthmetrics.aws.testkit.storage;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The description of an object in an upload: headers, query parameters or form fields.
 *
 * @param described lower-case names and values: the kept standard headers, {@code x-amz-meta-*} and
 *     the storage class unless it is S3's default
 * @param checksums lower-case name and value of the checksum header
 */
record ObjectHeaders(Map<String, String> described, Map<String, String> checksums) {
  /** The prefix of user metadata. */
  static final String META = "x-amz-meta-";

  static final String ACL = "x-amz-acl";
  static final String STORAGE_CLASS = "x-amz-storage-class";

  private static final String DEFAULT_CLASS = "STANDARD";
  private static final int MAX_METADATA_BYTES = 2048;
  static final String ENCRYPTION = "x-amz-server-side-encryption";

  private static final List<String> STANDARD =
      List.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  /** The classes whose objects can be read at once. */
  private static final Set<String> CLASSES =
      Set.of(
          DEFAULT_CLASS,
          "GLACIER_IR",
          "INTELLIGENT_TIERING",
          "ONEZONE_IA",
          "REDUCED_REDUNDANCY",
          "STANDARD_IA");

  ObjectHeaders {
    described = Collections.unmodifiableMap(new TreeMap<>(described));
    checksums = Map.copyOf(checksums);
  }

  /**
   * Selects the description of an object and refuses one that S3 would not store.
   *
   * @param sent lower-case names and values
   * @param checksums the checksum of the content
   */
  static ObjectHeaders from(Map<String, String> sent, Map<String, String> checksums) {
    Map<String, String> kept = new LinkedHashMap<>();
    int metadataBytes = 0;
    for (Map.Entry<String, String> entry : sent.entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(META)) {
        metadataBytes += name.length() - META.length() + entry.getValue().length();
        kept.put(name, entry.getValue());
      } else if (STANDARD.contains(name)) {
        kept.put(name, entry.getValue());
      }
    }
    requireNoAcl(sent);
    requireKnownEncryption(sent);
    kept.forEach(ObjectHeaders::requireNoControls);
    requireFewMetadata(metadataBytes);
    return new ObjectHeaders(kept, checksums)
        .withoutTransferEncoding()
        .stored(sent.getOrDefault(STORAGE_CLASS, DEFAULT_CLASS));
  }

  /** The same description in a storage class. */
  ObjectHeaders stored(String storageClass) {
    if (!CLASSES.contains(storageClass)) {
      throw S3Refusal.of(
          400,
          "InvalidStorageClass",
          "The storage class you specified is not valid",
          STORAGE_CLASS + " was " + storageClass + "; LocalS3 has " + CLASSES + ".");
    }
    Map<String, String> changed = new LinkedHashMap<>(described);
    changed.remove(STORAGE_CLASS);
    if (!storageClass.equals(DEFAULT_CLASS)) {
      changed.put(STORAGE_CLASS, storageClass);
    }
    return new ObjectHeaders(changed, checksums);
  }

  /** The same description with another checksum. */
  ObjectHeaders with(Map<String, String> otherChecksums) {
    return new ObjectHeaders(described, otherChecksums);
  }

  /** aws-chunked tells how the body was transferred; S3 does not store it. */
  private ObjectHeaders withoutTransferEncoding() {
    String name = "content-encoding";
    String encodings =
        Arrays.stream(described.getOrDefault(name, "").split(",", -1))
            .map(String::strip)
            .filter(encoding -> !encoding.equalsIgnoreCase("aws-chunked"))
            .collect(Collectors.joining(","));
    Map<String, String> changed = new LinkedHashMap<>(described);
    changed.replace(name, encodings);
    if (encodings.isEmpty()) {
      changed.remove(name);
    }
    return new ObjectHeaders(changed, checksums);
  }

  private static void requireFewMetadata(int metadataBytes) {
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

  /**
   * New buckets have access control lists disabled; S3 then refuses all but full control of the
   * bucket owner (S3 User Guide, "Controlling ownership of objects"). An uploader of the owner's
   * account gets the same from "private", which clients such as rclone always send.
   */
  private static void requireNoAcl(Map<String, String> sent) {
    for (String name : List.of(ACL, "acl")) {
      String acl = sent.getOrDefault(name, "private");
      if (!Set.of("private", "bucket-owner-full-control").contains(acl)) {
        throw S3Refusal.of(
            400,
            "AccessControlListNotSupported",
            "The bucket does not allow ACLs",
            name + " was " + acl + "; omit it, the bucket owner owns every object.");
      }
    }
  }

  /** Every object is reported as encrypted with S3's own keys; others are not implemented. */
  private static void requireKnownEncryption(Map<String, String> sent) {
    String encryption = sent.getOrDefault(ENCRYPTION, "AES256");
    if (!encryption.equals("AES256")) {
      throw S3Refusal.notImplementedHeader(
          ENCRYPTION, ENCRYPTION + " was " + encryption + "; LocalS3 has AES256 only.");
    }
  }

  String contentType() {
    return described.getOrDefault("content-type", "binary/octet-stream");
  }

  String storageClass() {
    return described.getOrDefault(STORAGE_CLASS, DEFAULT_CLASS);
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
