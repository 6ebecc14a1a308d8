package com.healthmetrics.aws.storage;

import java.util.Map;

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

  private Metadata() {}

  /** Whether a name without the prefix can be stored. */
  static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_BYTES) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean hyphen = c == '-' && i > 0 && i < name.length() - 1;
      if (!hyphen && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
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
