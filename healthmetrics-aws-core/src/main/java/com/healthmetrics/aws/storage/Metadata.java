package com.healthmetrics.aws.storage;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The rules for the metadata of an object.
 *
 * <p>Source: Amazon S3 User Guide, "Working with object metadata".
 */
final class Metadata {
  /** Names and values together. */
  static final int MAX_BYTES = 2_048;

  /** What the names begin with in headers and form fields. */
  static final String PREFIX = "x-amz-meta-";

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  private Metadata() {}

  /** Whether a name without the prefix can be stored. */
  static boolean isName(String name) {
    return name.length() <= MAX_BYTES && NAME.matcher(name).matches();
  }

  /** The size of names, with their prefix, and values, both ASCII: S3 may count the prefix. */
  static int bytes(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .mapToInt(entry -> bytes(entry.getKey(), entry.getValue()))
        .sum();
  }

  static int bytes(String name, String value) {
    return PREFIX.length() + name.length() + value.length();
  }
}
