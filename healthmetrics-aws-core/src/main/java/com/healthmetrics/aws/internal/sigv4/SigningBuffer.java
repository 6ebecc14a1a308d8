package com.healthmetrics.aws.internal.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * ASCII text that is being signed, and a digest for it; used for one signature after another.
 *
 * <p>Not thread-safe; {@link SigV4#borrow()} has one for each thread that needs it.
 */
public final class SigningBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest sha256 = Sha256.digest();
  private byte[] bytes = new byte[2_048];
  private int length;

  /** An empty buffer. */
  public SigningBuffer() {}

  /** The bytes that it has room for. */
  int capacity() {
    return bytes.length;
  }

  /** Empties it, so that no session token is kept longer than it is signed with. */
  public SigningBuffer clear() {
    Arrays.fill(bytes, 0, length, (byte) 0);
    length = 0;
    return this;
  }

  /** Appends a text of ASCII characters, as all that is signed was checked or encoded to be. */
  @SuppressWarnings("deprecation") // The quick way, which drops the upper half of other characters.
  public SigningBuffer add(String ascii) {
    int end = length + ascii.length();
    reserve(end);
    ascii.getBytes(0, ascii.length(), bytes, length);
    length = end;
    return this;
  }

  /** Replaces the content by its SHA-256 in lower-case hex, after a text. */
  SigningBuffer hash(String before) {
    sha256.update(bytes, 0, length);
    byte[] hash = sha256.digest();
    return clear().add(before).addHex(hash);
  }

  /** Replaces the content by its HMAC in lower-case hex. */
  SigningBuffer authenticate(HmacSha256 hmac) {
    byte[] code = hmac.of(bytes, length, sha256);
    return clear().addHex(code);
  }

  private SigningBuffer addHex(byte[] raw) {
    reserve(length + 2 * raw.length);
    for (byte b : raw) {
      bytes[length++] = HEX[b >> 4 & 0xF];
      bytes[length++] = HEX[b & 0xF];
    }
    return this;
  }

  private void reserve(int end) {
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * end);
    }
  }

  /** The content. */
  public String text() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "SigningBuffer[hidden]";
  }
}
