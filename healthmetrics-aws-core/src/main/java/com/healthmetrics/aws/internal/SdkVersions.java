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
  private static final String MISSING = "missing";
  private static final String FOLDER = "META-INF/maven/software.amazon.awssdk/";
  private static final List<String> REQUIRED =
      List.of(
          "auth",
          "aws-core",
          "aws-json-protocol",
          "aws-query-protocol",
          "aws-xml-protocol",
          "checksums",
          "checksums-spi",
          "endpoints-spi",
          "http-auth",
          "http-auth-aws",
          "http-auth-spi",
          "http-client-spi",
          "identity-spi",
          "json-utils",
          "metrics-spi",
          "profiles",
          "protocol-core",
          "regions",
          "retries",
          "retries-spi",
          "s3",
          "sdk-core",
          "sesv2",
          "utils");

  /** Which alone has none of Maven's files: the SDK's copy of Jackson. */
  private static final String JACKSON = "third-party-jackson-core";

  private static final String CLASS_OF_JACKSON =
      "software/amazon/awssdk/thirdparty/jackson/core/JsonFactory.class";

  /** The SES API v1 and the HTTP clients. */
  private static final List<String> OPTIONAL =
      List.of("apache-client", "apache5-client", "aws-crt-client", "ses", "url-connection-client");

  static SdkVersions in(ClassLoader loader) {
    try {
      Map<String, String> named = jarsNamedByVersion(loader);
      boolean byName = named.keySet().containsAll(REQUIRED);
      Map<String, String> versions = byName ? named : statedVersions(loader);
      addJackson(loader, byName, versions);
      return of(versions);
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
   * One search of the class path; each of 30 takes longer than all the rest of building a bucket.
   *
   * <p>All jars count that contain artifacts of the SDK: one with any other name may contain an
   * older SDK, whose classes are loaded if it comes first.
   */
  private static Map<String, String> jarsNamedByVersion(ClassLoader loader) throws IOException {
    Map<String, String> versions = new TreeMap<>();
    for (URL entry : Collections.list(loader.getResources(FOLDER))) {
      String name = jarOf(entry);
      int version = name.lastIndexOf('-') + 1;
      // The first is the one whose classes are loaded.
      if (version > 0) {
        versions.putIfAbsent(name.substring(0, version - 1), known(name.substring(version)));
      } else {
        versions.putIfAbsent(name + ".jar", UNKNOWN);
      }
    }
    return versions;
  }

  /** The name of the jar that an entry is in; empty if it is in none. */
  private static String jarOf(URL entry) {
    String path = entry.getPath();
    int end = path.lastIndexOf(".jar!/");
    int start = path.lastIndexOf('/', Math.max(0, end)) + 1;
    return path.substring(start, Math.max(start, end));
  }

  /** Nothing but the name of its jar states its version. */
  private static void addJackson(ClassLoader loader, boolean byName, Map<String, String> versions) {
    URL entry = loader.getResource(CLASS_OF_JACKSON);
    if (entry == null) {
      versions.put(JACKSON, MISSING);
    } else if (byName) {
      String name = jarOf(entry);
      String version = name.substring(name.lastIndexOf('-') + 1);
      versions.put(JACKSON, name.equals(JACKSON + "-" + version) ? known(version) : UNKNOWN);
    }
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
