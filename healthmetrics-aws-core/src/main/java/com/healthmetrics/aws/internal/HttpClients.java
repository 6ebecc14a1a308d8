package com.healthmetrics.aws.internal;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** The HTTP client that the SDK's clients use where none was handed in. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * A client for an endpoint: a proxy reaches the world, not this machine's own local stack.
   *
   * @param endpoint where requests go; null for AWS
   */
  public static SdkHttpClient forEndpoint(@Nullable URI endpoint) {
    UrlConnectionHttpClient.Builder builder = UrlConnectionHttpClient.builder();
    if (endpoint != null && Checks.isLoopback(endpoint)) {
      builder.proxyConfiguration(
          ProxyConfiguration.builder()
              .useSystemPropertyValues(false)
              .useEnvironmentVariablesValues(false)
              .build());
    }
    return builder.build();
  }
}
