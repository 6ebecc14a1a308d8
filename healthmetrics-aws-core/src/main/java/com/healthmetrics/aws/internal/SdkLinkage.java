package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
  static final String OLDEST = "2.31.32";

  private static final Logger LOG = LoggerFactory.getLogger(SdkLinkage.class);
  private static final List<String> ARTIFACTS =
      List.of("sdk-core", "aws-core", "auth", "regions", "http-client-spi", "s3", "sesv2", "ses");

  private SdkLinkage() {}

  /**
   * Runs code that uses the SDK.
   *
   * @throws ConfigurationException if the SDK lacks a class or method that it needs
   */
  public static <T> T link(Supplier<T> use) {
    try {
      return use.get();
    } catch (LinkageError e) {
      ConfigurationException failure =
          new ConfigurationException(
              List.of(
                  ("The AWS SDK on the class path is too old, or its artifacts do not fit together"
                          + " (%s: %s). Use version %s or newer of all software.amazon.awssdk"
                          + " artifacts, best by importing software.amazon.awssdk:bom. Found: %s.")
                      .formatted(
                          e.getClass().getSimpleName(), e.getMessage(), OLDEST, versions())));
      failure.initCause(e);
      throw failure;
    }
  }

  /** Returns whether the SDK's artifacts have several versions, which may not fit together. */
  public static boolean isMixed() {
    Map<String, String> versions = versions();
    boolean mixed = new TreeSet<>(versions.values()).size() > 1;
    if (mixed) {
      LOG.debug("The AWS SDK has artifacts of several versions: {}", versions);
    }
    return mixed;
  }

  /** The versions that can be read, by artifact. */
  private static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    for (String artifact : ARTIFACTS) {
      String file = "META-INF/maven/software.amazon.awssdk/" + artifact + "/pom.properties";
      try (InputStream in = SdkClient.class.getClassLoader().getResourceAsStream(file)) {
        if (in != null) {
          Properties properties = new Properties();
          properties.load(in);
          versions.put(artifact, properties.getProperty("version", "unknown"));
        }
      } catch (IOException e) {
        versions.put(artifact, "unknown");
      }
    }
    return versions;
  }
}
