package com.healthmetrics.aws.testkit.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent encoding with the character set of SigV4, and strict decoding. */
public final class Percent {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String HEX = "0123456789ABCDEF";

  private Percent() {}

  /** Encodes everything but unreserved characters. */
  public static String encode(String text) {
    return encode(text, UNRESERVED);
  }

  /** Encodes everything but unreserved characters and slashes. */
  public static String encodePath(String path) {
    return encode(path, UNRESERVED + "/");
  }

  private static String encode(String text, String kept) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > 0 && kept.indexOf(octet) >= 0) {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HEX.charAt((octet >> 4) & 15)).append(HEX.charAt(octet & 15));
      }
    }
    return encoded.toString();
  }

  /**
   * Decodes a path or a query component as S3 does, which includes a raw plus sign: it is a space.
   *
   * @param encoded text from a request target
   * @return the text it stands for
   * @throws IllegalArgumentException if an escape is malformed, a character is not ASCII or the
   *     octets are not UTF-8
   */
  public static String decode(String encoded) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
    int at = 0;
    while (at < encoded.length()) {
      char next = encoded.charAt(at);
      if (next == '%') {
        octets.write(octetAt(encoded, at + 1));
        at += 3;
      } else if (next < 0x80) {
        octets.write(next == '+' ? ' ' : next);
        at++;
      } else {
        throw new IllegalArgumentException(
            "a character outside ASCII must be percent-encoded, at position " + at);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the percent-encoded octets are not UTF-8", e);
    }
  }

  private static int octetAt(String encoded, int at) {
    if (at + 2 > encoded.length()) {
      throw new IllegalArgumentException("a percent sign needs two hex digits after it");
    }
    int high = Character.digit(encoded.charAt(at), 16);
    int low = Character.digit(encoded.charAt(at + 1), 16);
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException(
          "a percent sign needs two hex digits after it, at position " + (at - 1));
    }
    return high * 16 + low;
  }
}
