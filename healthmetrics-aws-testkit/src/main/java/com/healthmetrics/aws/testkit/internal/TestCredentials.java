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
 * The one key pair that a server knows.
 *
 * @param accessKeyId without white space and slashes
 * @param secretAccessKey not blank
 */
public record TestCredentials(String accessKeyId, String secretAccessKey) {

  /** Refuses what cannot be signed with. */
  public TestCredentials {
    if (!accessKeyId.matches("[^/\\s]+")) {
      throw new IllegalArgumentException(
          "accessKeyId must be there and have no white space or slash");
    }
    if (secretAccessKey.isBlank()) {
      throw new IllegalArgumentException("secretAccessKey must not be blank");
    }
  }

  /** Random ones, so that nothing passes because it has the credentials of an earlier run. */
  public static TestCredentials random() {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[8];
    random.nextBytes(id);
    byte[] secret = new byte[30];
    random.nextBytes(secret);
    return new TestCredentials(
        "AKIA" + HexFormat.of().withUpperCase().formatHex(id),
        Base64.getEncoder().encodeToString(secret));
  }

  /** As the SDK and core take them, temporary ones where there is a token. */
  public AwsCredentialsProvider provider(Optional<String> sessionToken) {
    AwsCredentials credentials =
        sessionToken.isPresent()
            ? AwsSessionCredentials.create(accessKeyId, secretAccessKey, sessionToken.get())
            : AwsBasicCredentials.create(accessKeyId, secretAccessKey);
    return StaticCredentialsProvider.create(credentials);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "TestCredentials[" + accessKeyId + "]";
  }
}
