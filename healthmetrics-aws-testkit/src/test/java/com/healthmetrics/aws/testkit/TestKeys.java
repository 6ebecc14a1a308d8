package com.healthmetrics.aws.testkit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Key pairs that tests share: to generate one of RSA takes half a second. */
public final class TestKeys {
  public static final KeyPair EC = generate("EC", 256);
  public static final KeyPair RSA = generate("RSA", 2_048);

  private TestKeys() {}

  /** Generates a pair for a test that needs one of its own. */
  public static KeyPair generate(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
