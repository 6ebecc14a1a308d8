package com.healthmetrics.aws.internal.sigv4;

import org.jspecify.annotations.Nullable;

/**
 * Credentials that sign; never printed.
 *
 * @param sessionToken the token of temporary credentials; null for long-term ones
 */
public record SigningCredentials(
    String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {

  @Override
  public String toString() {
    return "SigningCredentials[hidden]";
  }
}
