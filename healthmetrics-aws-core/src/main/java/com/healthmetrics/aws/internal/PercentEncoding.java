package com.healthmetrics.aws.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Percent-encoding of UTF-8 text as AWS signs it: RFC 3986's unreserved characters stay, everything
 * else becomes {@code %XX} with upper-case digits.
 *
 * <p>Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request",
 * {@code UriEncode}.
 */
public final class PercentEncoding {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    String unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (int i = 0; i < unreserved.length(); i++) {
      UNRESERVED[unreserved.charAt(i)] = true;
    }
  }

  private PercentEncoding() {}

  /** Encodes one path segment, query name or query value; a slash is encoded too. */
  public static String encode(String text) {
    return encode(text, false);
  }

  /** Encodes a path whose slashes separate segments and stay as they are. */
  public static String encodePath(String path) {
    return encode(path, true);
  }

  private static String encode(String text, boolean keepSlash) {
    int plain = 0;
    while (plain < text.length() && stays(text.charAt(plain), keepSlash)) {
      plain++;
    }
    return plain == text.length() ? text : encodeAll(text, keepSlash);
  }

  private static boolean stays(int c, boolean keepSlash) {
    return isUnreserved(c) || (keepSlash && c == '/');
  }

  private static String encodeAll(String text, boolean keepSlash) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xFF;
      if (stays(c, keepSlash)) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 0xF]);
      }
    }
    return out.toString();
  }

  private static boolean isUnreserved(int c) {
    return c < UNRESERVED.length && UNRESERVED[c];
  }

  /**
   * Returns the text whose {@linkplain #encode encoding} this is, or empty if no text encodes to
   * exactly this.
   */
  public static Optional<String> decode(String encoded) {
    return decode(encoded, false);
  }

  /**
   * Returns the text whose {@linkplain #encodePath encoding} this is, or empty if no text encodes
   * to exactly this path.
   *
   * <p>Requiring the exact spelling refuses, in one rule, encoded slashes, encoded dots, lower-case
   * digits, malformed sequences and bytes that are not UTF-8: all the ways in which two URLs could
   * mean the same object or one URL two objects.
   */
  public static Optional<String> decodePath(String encoded) {
    return decode(encoded, true);
  }

  private static Optional<String> decode(String encoded, boolean keepSlash) {
    byte[] bytes = new byte[encoded.length()];
    int length = 0;
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes[length++] = (byte) c;
      } else if (i + 2 < encoded.length()) {
        int high = Character.digit(encoded.charAt(i + 1), 16);
        int low = Character.digit(encoded.charAt(i + 2), 16);
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    String decoded = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return encode(decoded, keepSlash).equals(encoded) ? Optional.of(decoded) : Optional.empty();
  }
}
