package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkClient;

/** Which SDKs surely link, so that their clients need not be built to find out. */
class SdkVersionsTest {
  private static final String FOLDER = "META-INF/maven/software.amazon.awssdk/";

  /** Those of the class path of these tests, which has all that are required. */
  private static final List<String> ARTIFACTS =
      SdkVersions.in(SdkClient.class.getClassLoader()).artifacts().values().stream()
          .flatMap(Collection::stream)
          .toList();

  @TempDir Path folder;

  private final List<Path> jars = new ArrayList<>();

  private void sdk(String version) throws IOException {
    for (String artifact : ARTIFACTS) {
      jars.add(jar(artifact + "-" + version, artifact, version));
    }
  }

  private SdkVersions read() throws IOException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      return SdkVersions.in(loader);
    }
  }

  private boolean fit() throws IOException {
    return read().fit("2.31.32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.31.32", "2.31.33", "2.32.0", "2.100.1", "3.0.0"})
  void fitIfTheyAreOneVersionThatIsNewEnough(String version) throws IOException {
    sdk(version);

    assertThat(fit()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.31.31", "2.9.99", "1.12.0", "2.31.32-SNAPSHOT", "latest"})
  void mayNotFitIfTheyAreOlderOrUnknown(String version) throws IOException {
    sdk(version);

    assertThat(fit()).isFalse();
  }

  @Test
  void mayNotFitIfOneIsOfAnotherVersion() throws IOException {
    jars.add(jar("utils-2.32.0", "utils", "2.32.0"));
    sdk("2.31.32");

    assertThat(fit()).isFalse();
    assertThat(read()).hasToString(read().artifacts().toString()).asString().contains("=[utils]");
  }

  /** Whose classes are loaded, if it comes first. */
  @ParameterizedTest
  @ValueSource(strings = {"bundle-2.31.32", "application-1.0-all", "application"})
  void mayNotFitIfAJarOfAnotherNameContainsAnotherSdk(String name) throws IOException {
    jars.add(jar(name, "sdk-core", "2.31.32"));
    sdk("2.59.1");

    assertThat(fit()).isFalse();
  }

  /** Such as DynamoDB's, which nothing here uses. */
  @Test
  void fitWithOtherArtifactsOfTheirVersion() throws IOException {
    jars.add(jar("dynamodb-2.59.1", "dynamodb", "2.59.1"));
    sdk("2.59.1");

    assertThat(fit()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sesv2", "s3", "retries", "checksums-spi", "third-party-jackson-core"})
  void mayNotFitIfOneIsMissing(String missing) throws IOException {
    sdk("2.31.32");
    assertThat(jars.removeIf(jar -> jar.getFileName().toString().startsWith(missing + "-2")))
        .isTrue();

    assertThat(fit()).isFalse();
  }

  @Test
  void needNoApiV1OfSes() throws IOException {
    sdk("2.31.32");
    jars.removeIf(jar -> jar.getFileName().toString().startsWith("ses-2"));

    assertThat(fit()).isTrue();
  }

  /** As launchers copy them, or as one jar has them all. */
  @ParameterizedTest
  @ValueSource(strings = {"2.31.32", "2.31.31"})
  void areReadFromMavensFilesInJarsOfOtherNames(String version) throws IOException {
    for (String artifact : ARTIFACTS) {
      jars.add(jar(artifact, artifact, version));
    }

    assertThat(fit()).isEqualTo(version.equals("2.31.32"));
    assertThat(read().artifacts()).containsOnlyKeys(version);
  }

  @Test
  void mayNotFitIfNothingStatesThem() throws IOException {
    assertThat(fit()).isFalse();
    assertThat(read()).hasToString("{missing=[third-party-jackson-core]}");
  }

  /** As a class loader does that is closed, of another application or of an earlier reload. */
  @Test
  void areReadWhileSomebodyElseClosesTheSameJar() throws IOException {
    Path jar = jar("sdk", "sdk-core", "2.31.32");
    URL resource =
        URI.create("jar:" + jar.toUri() + "!/" + FOLDER + "sdk-core/pom.properties").toURL();
    JarFile shared = ((JarURLConnection) resource.openConnection()).getJarFile();

    try (InputStream in = SdkVersions.open(resource)) {
      shared.close();

      assertThat(in).hasContent("version=2.31.32");
    }
  }

  private Path jar(String name, String artifact, String version) throws IOException {
    Path jar = folder.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(FOLDER));
      out.putNextEntry(new JarEntry(FOLDER + artifact + "/pom.properties"));
      out.write(("version=" + version).getBytes(StandardCharsets.UTF_8));
      if (artifact.equals("third-party-jackson-core")) {
        out.putNextEntry(
            new JarEntry("software/amazon/awssdk/thirdparty/jackson/core/JsonFactory.class"));
      }
    }
    return jar;
  }
}
