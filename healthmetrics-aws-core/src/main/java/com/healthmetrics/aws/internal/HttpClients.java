package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.util.List;
import java.util.ServiceLoader;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.SdkHttpService;

/** The HTTP client of the application: the SDK selects it, unless one is set. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Requires that the SDK can select a client, before the first request needs one.
   *
   * @throws ConfigurationException if none is on the class path
   */
  public static void requireOne() {
    // In this order: the quickest first, as few applications get further.
    if (loader().getResource("META-INF/services/" + SdkHttpService.class.getName()) == null
        && services().stream().findFirst().isEmpty()
        && SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.getStringValue().isEmpty()) {
      throw new ConfigurationException(
          List.of(
              "The AWS SDK has no synchronous HTTP client. Add one of these artifacts of"
                  + " software.amazon.awssdk: apache5-client, apache-client, aws-crt-client,"
                  + " url-connection-client; or set httpClient(…)."));
    }
  }

  /** Those that a module declares have no file. */
  private static ServiceLoader<SdkHttpService> services() {
    return ServiceLoader.load(SdkHttpService.class, loader());
  }

  /** The class loader where the SDK searches. */
  private static ClassLoader loader() {
    return SdkClient.class.getClassLoader();
  }
}
