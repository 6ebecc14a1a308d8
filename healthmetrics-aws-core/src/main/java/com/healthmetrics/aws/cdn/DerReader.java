package com.healthmetrics.aws.cdn;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads the few DER types that private keys are made of, and nothing that DER does not allow:
 * lengths are definite and as short as possible, and so are integers.
 *
 * <p>Source: ITU-T X.690. Messages never contain what was read.
 */
final class DerReader {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;
  static final int CONTEXT_0 = 0xA0;
  static final int CONTEXT_1 = 0xA1;

  private final byte[] bytes;
  private int at;

  DerReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns whether a value with this tag comes next. */
  boolean nextIs(int tag) {
    return at < bytes.length && (bytes[at] & 0xFF) == tag;
  }

  /** Reads the content of the next value, which must have this tag. */
  byte[] value(int tag) {
    require(nextIs(tag));
    at++;
    int length = length();
    require(length <= bytes.length - at);
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  private int length() {
    int first = octet();
    if (first < 0x80) {
      return first;
    }
    if (first == 0x81) {
      int length = octet();
      require(length >= 0x80);
      return length;
    }
    require(first == 0x82);
    int length = octet() << 8 | octet();
    require(length >= 0x100);
    return length;
  }

  private int octet() {
    require(at < bytes.length);
    return bytes[at++] & 0xFF;
  }

  /** Reads the next value, which must be a sequence or another container. */
  DerReader inside(int tag) {
    return new DerReader(value(tag));
  }

  /** Reads the next value, which must be an integer that is not negative. */
  BigInteger natural() {
    byte[] value = value(INTEGER);
    require(value.length > 0 && value[0] >= 0);
    require(value.length == 1 || value[0] != 0 || value[1] < 0);
    return new BigInteger(value);
  }

  /** Requires that nothing follows. */
  void end() {
    require(at == bytes.length);
  }

  static void require(boolean wellFormed) {
    if (!wellFormed) {
      throw malformed();
    }
  }

  static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "The private key is damaged: its base64 text is not a well-formed key. Copy the whole file"
            + " again.");
  }
}
