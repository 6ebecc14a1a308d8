package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkClient;

/**
 * Checks that this library runs on the application's AWS SDK, by linking: artifacts of different
 * versions may well fit together.
 */
public final class SdkLinkage {
  /** The oldest version that the tests run on. */
  public static final String OLDEST = "2.31.32";

  private static final Logger LOG = LoggerFactory.getLogger(SdkLinkage.class);
  private static final String SDK_PACKAGE = "software.amazon.awssdk.";
  private static final List<String> ARTIFACTS =
      List.of(
          "auth",
          "aws-core",
          "aws-json-protocol",
          "aws-query-protocol",
          "aws-xml-protocol",
          "checksums",
          "endpoints-spi",
          "http-auth-aws",
          "http-auth-spi",
          "http-client-spi",
          "identity-spi",
          "profiles",
          "protocol-core",
          "regions",
          "retries",
          "retries-spi",
          "s3",
          "sdk-core",
          "ses",
          "sesv2",
          "utils");

  /** The artifacts of each version that can be read; a class path does not change. */
  private static final Map<String, Set<String>> VERSIONS = readVersions();

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
      ConfigurationException failure =
          new ConfigurationException(List.of(isOfSdk(e) ? misfit(e, oldest) : foreign(e)));
      failure.initCause(e);
      throw failure;
    }
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

  /** Returns whether the SDK's artifacts have several versions, which may not fit together. */
  public static boolean isMixed() {
    return VERSIONS.size() > 1;
  }

  private static Map<String, Set<String>> readVersions() {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (String artifact : ARTIFACTS) {
      String file = "META-INF/maven/software.amazon.awssdk/" + artifact + "/pom.properties";
      URL resource = SdkClient.class.getClassLoader().getResource(file);
      if (resource != null) {
        versions.computeIfAbsent(version(resource), unused -> new TreeSet<>()).add(artifact);
      }
    }
    if (versions.size() > 1) {
      LOG.debug("The AWS SDK has artifacts of several versions: {}", versions);
    }
    return versions;
  }

  private static String version(URL resource) {
    Properties properties = new Properties();
    try (InputStream in = open(resource)) {
      properties.load(in);
    } catch (IOException e) {
      // An unknown version is reported as such.
    }
    return properties.getProperty("version", "unknown");
  }

  /**
   * Opens a file in a jar. The JVM's cache of jars is not used: a class loader that is closed, as
   * application servers and development tools do, closes the jars in it while others read them.
   */
  static InputStream open(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
