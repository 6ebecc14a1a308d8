package com.healthmetrics.aws.internal.sigv4;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Credentials that sign; never printed. */
public final class SigningCredentials {
  private final String accessKeyId;
  private final String secretAccessKey;
  private final @Nullable String sessionToken;

  public SigningCredentials(
      String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    this.accessKeyId = Objects.requireNonNull(accessKeyId, "accessKeyId");
    this.secretAccessKey = Objects.requireNonNull(secretAccessKey, "secretAccessKey");
    this.sessionToken = sessionToken;
  }

  public String accessKeyId() {
    return accessKeyId;
  }

  String secretAccessKey() {
    return secretAccessKey;
  }

  /** The token of temporary credentials; null for long-term ones. */
  public @Nullable String sessionToken() {
    return sessionToken;
  }

  @Override
  public String toString() {
    return "SigningCredentials[hidden]";
  }
}
