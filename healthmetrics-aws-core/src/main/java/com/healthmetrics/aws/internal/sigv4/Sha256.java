package com.healthmetrics.aws.internal.sigv4;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java platform has. */
final class Sha256 {
  static final int BYTES = 32;

  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Writes the hash of a digest's input to an array; the digest has no input afterwards. */
  static void finish(MessageDigest sha256, byte[] hash) {
    try {
      sha256.digest(hash, 0, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("A SHA-256 has " + BYTES + " bytes", e);
    }
  }
}
