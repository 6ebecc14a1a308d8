package com.healthmetrics.aws.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The versions of the SDK's artifacts, as their jars are named or as Maven's files in them state.
 *
 * <p>Immutable and thread-safe.
 *
 * @param artifacts the artifacts of each version
 */
record SdkVersions(Map<String, Set<String>> artifacts) {
  private static final String UNKNOWN = "unknown";
  private static final String FOLDER = "META-INF/maven/software.amazon.awssdk/";
  private static final List<String> REQUIRED =
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
          "sesv2",
          "utils");

  /** The SES API v1 and the HTTP clients. */
  private static final List<String> OPTIONAL =
      List.of("apache-client", "apache5-client", "aws-crt-client", "ses", "url-connection-client");

  static SdkVersions in(ClassLoader loader) {
    try {
      Map<String, String> named = jarsNamedByVersion(loader);
      return of(named.keySet().containsAll(REQUIRED) ? named : statedVersions(loader));
    } catch (IOException e) {
      throw new UncheckedIOException("The class path cannot be read.", e);
    }
  }

  private static SdkVersions of(Map<String, String> versions) {
    Map<String, Set<String>> artifacts = new TreeMap<>();
    for (Map.Entry<String, String> entry : versions.entrySet()) {
      artifacts.computeIfAbsent(entry.getValue(), version -> new TreeSet<>()).add(entry.getKey());
    }
    return new SdkVersions(Collections.unmodifiableMap(artifacts));
  }

  /**
   * Whether everything is there, in one version that is new enough. Of anything else, such as an
   * SDK without these files, only linking tells.
   */
  boolean fit(String oldest) {
    if (artifacts.size() != 1) {
      return false;
    }
    Map.Entry<String, Set<String>> all = artifacts.entrySet().iterator().next();
    return all.getValue().containsAll(REQUIRED)
        && !all.getKey().equals(UNKNOWN)
        && Version.parse(all.getKey()).compareTo(Version.parse(oldest)) >= 0;
  }

  /**
   * One search of the class path; each of 25 takes longer than all the rest of building a bucket.
   */
  private static Map<String, String> jarsNamedByVersion(ClassLoader loader) throws IOException {
    Map<String, String> versions = new TreeMap<>();
    for (URL jar : Collections.list(loader.getResources(FOLDER))) {
      String path = jar.getPath();
      int end = path.lastIndexOf(".jar!/");
      int start = path.lastIndexOf('/', Math.max(0, end)) + 1;
      String name = path.substring(start, Math.max(start, end));
      int version = name.lastIndexOf('-') + 1;
      if (version > 0 && isListed(name.substring(0, version - 1))) {
        // The first is the one whose classes are loaded.
        versions.putIfAbsent(name.substring(0, version - 1), known(name.substring(version)));
      }
    }
    return versions;
  }

  private static boolean isListed(String artifact) {
    return REQUIRED.contains(artifact) || OPTIONAL.contains(artifact);
  }

  /** Of an application in one jar, or with jars of other names. */
  private static Map<String, String> statedVersions(ClassLoader loader) {
    Map<String, String> versions = new TreeMap<>();
    addStated(REQUIRED, loader, versions);
    addStated(OPTIONAL, loader, versions);
    return versions;
  }

  private static void addStated(
      List<String> artifacts, ClassLoader loader, Map<String, String> versions) {
    for (String artifact : artifacts) {
      URL resource = loader.getResource(FOLDER + artifact + "/pom.properties");
      if (resource != null) {
        versions.put(artifact, stated(resource));
      }
    }
  }

  private static String stated(URL resource) {
    Properties properties = new Properties();
    try (InputStream in = open(resource)) {
      properties.load(in);
    } catch (IOException e) {
      return UNKNOWN;
    }
    return known(properties.getProperty("version", ""));
  }

  private static String known(String version) {
    try {
      return Version.parse(version).toString();
    } catch (IllegalArgumentException e) {
      return UNKNOWN;
    }
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

  @Override
  public String toString() {
    return artifacts.toString();
  }
}
