package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
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
    @Nullable ServiceConfigurationError failure = null;
    try {
      // In the class loader where the SDK searches; it loads the first one's class.
      if (ServiceLoader.load(SdkHttpService.class, SdkClient.class.getClassLoader()).stream()
          .findFirst()
          .isPresent()) {
        return;
      }
    } catch (ServiceConfigurationError e) {
      failure = e;
    }
    // Last, as few applications set it.
    if (SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.getStringValue().isEmpty()) {
      ConfigurationException none =
          new ConfigurationException(
              List.of(
                  "The AWS SDK has no synchronous HTTP client. Add one of these artifacts of"
                      + " software.amazon.awssdk: apache5-client, apache-client, aws-crt-client,"
                      + " url-connection-client; or set httpClient(…)."));
      none.initCause(failure);
      throw none;
    }
  }
}
