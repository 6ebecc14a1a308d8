package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkClient;

/**
 * Checks that this library runs on the application's AWS SDK, by linking: artifacts of different
 * versions may well fit together.
 */
public final class SdkLinkage {
  /** The oldest version that the tests run on. */
  public static final String OLDEST = "2.31.32";

  private static final String SDK_PACKAGE = "software.amazon.awssdk.";

  private static final List<String> NEEDED_BY_REQUESTS =
      List.of("checksums.DefaultChecksumAlgorithm", "protocols.jsoncore.JsonNodeParser");

  /** A class path does not change. */
  private static final SdkVersions VERSIONS = SdkVersions.in(SdkClient.class.getClassLoader());

  private SdkLinkage() {}

  /**
   * Runs code that uses the SDK.
   *
   * @param oldest the oldest version that has all of it
   * @throws ConfigurationException if the SDK lacks a class or method that it needs, or code of the
   *     application that the SDK calls, such as an interceptor, does not link
   */
  public static <T> T link(String oldest, Supplier<T> use) {
    try {
      return use.get();
    } catch (LinkageError e) {
      throw failure(isOfSdk(e) ? misfit(e, oldest) : foreign(e), e);
    }
  }

  /**
   * Builds a client of the SDK, which reads the environment, system properties and profile files,
   * and selects an HTTP client.
   *
   * @param service the service of the client
   * @param oldest the oldest version that has all of it
   * @throws ConfigurationException if it cannot be built, whatever is thrown; only an error of the
   *     virtual machine, such as a lack of memory, is thrown as it is
   */
  public static <T> T build(String service, String oldest, Supplier<T> builder) {
    try {
      return link(oldest, builder);
    } catch (ConfigurationException e) {
      throw e;
    } catch (Throwable e) {
      // The SDK and the HTTP client refuse settings by exceptions and errors of any type.
      Failures.beforeReplacing(e);
      throw failure(unbuilt(service, e), e);
    }
  }

  /**
   * Links what a request needs and building a client does not: the SDK's checksums, and its JSON
   * with the copy of Jackson that it comes with.
   *
   * @throws LinkageError if an artifact is missing
   */
  public static void linkRequests() {
    for (String type : NEEDED_BY_REQUESTS) {
      try {
        Class.forName(SDK_PACKAGE + type, true, SdkClient.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new NoClassDefFoundError(e.getMessage());
      }
    }
  }

  private static ConfigurationException failure(String problem, Throwable cause) {
    ConfigurationException failure = new ConfigurationException(List.of(problem));
    failure.initCause(cause);
    return failure;
  }

  /** Without the message of the cause, which may repeat the URL of a proxy with its password. */
  private static String unbuilt(String service, Throwable cause) {
    return ("The AWS SDK's client of %s could not be built (%s). The cause names the environment"
            + " variable, the system property, the profile file or the HTTP client to correct.")
        .formatted(service, cause.getClass().getSimpleName());
  }

  /**
   * Whether a class of the SDK is missing, or is the one that does not find what it needs. Missing
   * classes are named with slashes, missing methods with dots, missing fields without their class.
   */
  private static boolean isOfSdk(LinkageError failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return String.valueOf(failure.getMessage()).replace('/', '.').contains(SDK_PACKAGE)
        || (trace.length > 0 && trace[0].getClassName().startsWith(SDK_PACKAGE));
  }

  private static String misfit(LinkageError failure, String oldest) {
    return ("The AWS SDK on the class path is too old, or its artifacts do not fit together"
            + " (%s: %s). Use one version, %s or newer, for all of them, best by"
            + " importing software.amazon.awssdk:bom. Found: %s.")
        .formatted(failure.getClass().getSimpleName(), failure.getMessage(), oldest, VERSIONS);
  }

  private static String foreign(LinkageError failure) {
    return ("A class that the HTTP client, an interceptor or another dependency needs is missing or"
            + " does not fit (%s: %s). Add it to the class path, in the version that its caller"
            + " needs.")
        .formatted(failure.getClass().getSimpleName(), failure.getMessage());
  }

  /**
   * Returns whether it surely links: everything is there, in one version that is new enough. All
   * else is linked at once rather than for the first request.
   */
  public static boolean fits(String oldest) {
    boolean fit = VERSIONS.fit(oldest);
    if (!fit) {
      LoggerFactory.getLogger(SdkLinkage.class)
          .debug("The AWS SDK is linked at once, as its versions may not fit: {}", VERSIONS);
    }
    return fit;
  }
}
