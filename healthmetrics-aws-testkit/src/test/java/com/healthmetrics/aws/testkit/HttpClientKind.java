package com.healthmetrics.aws.testkit;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** The synchronous HTTP clients of the SDK, without the proxy that the JVM may be set to. */
enum HttpClientKind {
  APACHE5 {
    @Override
    SdkHttpClient create(Limits limits, URI proxy) {
      return Apache5HttpClient.builder()
          .maxConnections(limits.connections())
          .connectionTimeout(limits.connecting())
          .connectionAcquisitionTimeout(limits.acquiring())
          .proxyConfiguration(
              software.amazon.awssdk.http.apache5.ProxyConfiguration.builder()
                  .endpoint(proxy)
                  .useSystemPropertyValues(false)
                  .useEnvironmentVariableValues(false)
                  .build())
          .build();
    }
  },
  /** Deprecated, but what applications with an older SDK have. */
  APACHE4 {
    @Override
    @SuppressWarnings("deprecation")
    SdkHttpClient create(Limits limits, URI proxy) {
      return software.amazon.awssdk.http.apache.ApacheHttpClient.builder()
          .maxConnections(limits.connections())
          .connectionTimeout(limits.connecting())
          .connectionAcquisitionTimeout(limits.acquiring())
          .proxyConfiguration(
              software.amazon.awssdk.http.apache.ProxyConfiguration.builder()
                  .endpoint(proxy)
                  .useSystemPropertyValues(false)
                  .useEnvironmentVariableValues(false)
                  .build())
          .build();
    }
  },
  CRT {
    @Override
    SdkHttpClient create(Limits limits, URI proxy) {
      return AwsCrtHttpClient.builder()
          .maxConcurrency(limits.connections())
          .connectionTimeout(limits.connecting())
          .connectionAcquisitionTimeout(limits.acquiring())
          .proxyConfiguration(
              configuration -> {
                configuration.useSystemPropertyValues(false).useEnvironmentVariableValues(false);
                if (proxy != null) {
                  configuration.scheme("http").host(proxy.getHost()).port(proxy.getPort());
                }
              })
          .build();
    }
  },
  /** Its connections are those of the JVM, without a limit. */
  URL_CONNECTION {
    @Override
    SdkHttpClient create(Limits limits, URI proxy) {
      return UrlConnectionHttpClient.builder()
          .connectionTimeout(limits.connecting())
          .proxyConfiguration(
              configuration ->
                  configuration
                      .endpoint(proxy)
                      .useSystemPropertyValues(false)
                      .useEnvironmentVariablesValues(false))
          .build();
    }
  };

  /** What a client may use, and how long it waits for it. */
  record Limits(int connections, Duration connecting, Duration acquiring) {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    static final Limits USUAL = new Limits(50, LONG, LONG);
    static final Limits ONE_CONNECTION = new Limits(1, LONG, SHORT);
    static final Limits QUICK_CONNECT = new Limits(50, SHORT, SHORT);
  }

  /** Creates a client; the proxy is null for a direct connection. */
  abstract SdkHttpClient create(Limits limits, URI proxy);
}
