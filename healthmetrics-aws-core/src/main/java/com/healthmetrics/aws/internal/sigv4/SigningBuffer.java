package com.healthmetrics.aws.internal.sigv4;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * ASCII text that is being signed, and a digest for it; used for one signature after another.
 *
 * <p>Not thread-safe; {@link SigV4#borrow()} has one for each thread that needs it.
 */
public final class SigningBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest sha256 = Sha256.digest();
  private final byte[] hash = new byte[Sha256.BYTES];
  private byte[] bytes = new byte[2_048];
  private int length;

  /** The bytes that were written since it was wiped. */
  private int used;

  /** An empty buffer. */
  public SigningBuffer() {}

  /** The bytes that it has room for. */
  int capacity() {
    return bytes.length;
  }

  /** Empties it, for the next text of the same signature. */
  public SigningBuffer clear() {
    used = Math.max(used, length);
    length = 0;
    return this;
  }

  /** Empties it, so that no session token or signature is kept longer than it is needed. */
  void wipe() {
    clear();
    Arrays.fill(bytes, 0, used, (byte) 0);
    Arrays.fill(hash, (byte) 0);
    used = 0;
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

  /** Appends a character of ASCII. */
  public SigningBuffer add(char ascii) {
    reserve(length + 1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Replaces the content by its base64. */
  public SigningBuffer encode() {
    byte[] base64 = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, 0, length)).array();
    clear();
    reserve(base64.length);
    System.arraycopy(base64, 0, bytes, 0, base64.length);
    length = base64.length;
    return this;
  }

  /** Replaces the content by its SHA-256 in lower-case hex, after a text. */
  SigningBuffer hash(String before) {
    sha256.update(bytes, 0, length);
    Sha256.finish(sha256, hash);
    return clear().add(before).addHash();
  }

  /** Replaces the content by its HMAC in lower-case hex. */
  SigningBuffer authenticate(HmacSha256 hmac) {
    hmac.write(bytes, length, sha256, hash);
    return clear().addHash();
  }

  private SigningBuffer addHash() {
    reserve(length + 2 * Sha256.BYTES);
    for (byte b : hash) {
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
