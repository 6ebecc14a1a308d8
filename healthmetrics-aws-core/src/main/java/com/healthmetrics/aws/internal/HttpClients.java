package com.healthmetrics.aws.internal;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** The HTTP client of the SDK's clients if the application sets none. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Creates a client for an endpoint; requests to this machine never go through a proxy.
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
