package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.SdkHttpService;

/** The HTTP client of the application: the SDK selects it, unless one is handed in. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Requires that the SDK can select a client, before the first request needs one.
   *
   * @throws ConfigurationException if none is on the class path
   */
  public static void requireOne() {
    boolean named = SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.getStringValue().isPresent();
    if (!named && loaders().noneMatch(HttpClients::hasService)) {
      throw new ConfigurationException(
          List.of(
              "The AWS SDK has no synchronous HTTP client. Add one of these artifacts of"
                  + " software.amazon.awssdk: apache5-client, apache-client, aws-crt-client,"
                  + " url-connection-client; or set httpClient(…)."));
    }
  }

  /** The SDK looks in both. */
  private static Stream<ClassLoader> loaders() {
    return Stream.of(
            Thread.currentThread().getContextClassLoader(), SdkHttpService.class.getClassLoader())
        .filter(loader -> loader != null);
  }

  private static boolean hasService(ClassLoader loader) {
    return ServiceLoader.load(SdkHttpService.class, loader).stream().findAny().isPresent();
  }
}
