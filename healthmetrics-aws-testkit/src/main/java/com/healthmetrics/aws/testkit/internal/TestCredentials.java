package com.healthmetrics.aws.testkit.internal;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * The only credentials that a server accepts.
 *
 * @param accessKeyId without white space and slashes
 * @param secretAccessKey not blank
 * @param sessionToken empty for permanent credentials
 */
public record TestCredentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

  /** Refuses credentials that cannot sign. */
  public TestCredentials {
    if (!accessKeyId.matches("[^/\\s]+")) {
      throw new IllegalArgumentException(
          "accessKeyId must not be blank or have white space or a slash");
    }
    if (secretAccessKey.isBlank()) {
      throw new IllegalArgumentException("secretAccessKey must not be blank");
    }
  }

  /** Random permanent ones, so that nothing passes with the credentials of an earlier run. */
  public static TestCredentials random() {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[8];
    random.nextBytes(id);
    byte[] secret = new byte[30];
    random.nextBytes(secret);
    return new TestCredentials(
        "AKIA" + HexFormat.of().withUpperCase().formatHex(id),
        Base64.getEncoder().encodeToString(secret),
        Optional.empty());
  }

  /** The same key pair as temporary credentials. */
  public TestCredentials withSessionToken(String token) {
    return new TestCredentials(accessKeyId, secretAccessKey, Optional.of(token));
  }

  /** A provider for the SDK and core. */
  public AwsCredentialsProvider provider() {
    AwsCredentials credentials =
        sessionToken.isPresent()
            ? AwsSessionCredentials.create(accessKeyId, secretAccessKey, sessionToken.get())
            : AwsBasicCredentials.create(accessKeyId, secretAccessKey);
    return StaticCredentialsProvider.create(credentials);
  }

  /** Without secret and token. */
  @Override
  public String toString() {
    return "TestCredentials[" + accessKeyId + "]";
  }
}
