package com.healthmetrics.aws.storage;

import java.util.Locale;

/** Sizes in texts that users may see: exact, and in the unit that their file manager shows. */
final class Sizes {
  private static final long KIB = 1_024;
  private static final long MIB = 1_024 * KIB;

  private Sizes() {}

  /** {@return such as {@code 5242880 bytes (5 MiB)}} */
  static String inWords(long bytes) {
    if (bytes < KIB) {
      return bytes + " bytes";
    }
    long unit = bytes < MIB ? KIB : MIB;
    String number =
        bytes % unit == 0
            ? Long.toString(bytes / unit)
            : String.format(Locale.ROOT, "%.1f", (double) bytes / unit);
    return "%d bytes (%s %s)".formatted(bytes, number, unit == KIB ? "KiB" : "MiB");
  }
}
