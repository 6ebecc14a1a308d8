package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.fixtures.SdkUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.util.VersionInfo;

class SdkLinkageTest {
  @Test
  void theOldestVersionIsTheOneThatTheTestsRunOn() {
    assertThat(SdkLinkage.OLDEST).isEqualTo(SdkUnderTest.floor());
  }

  /** With the profile sdk-floor the oldest, otherwise the newest. */
  @Test
  void theTestsRunOnTheVersionTheyShould() throws ReflectiveOperationException {
    assertThat(versionOnTheClassPath()).isEqualTo(SdkUnderTest.version());
    assertThat(SdkLinkage.isMixed()).isFalse();
  }

  /** By reflection, as the compiler copies constants. */
  private static Object versionOnTheClassPath() throws ReflectiveOperationException {
    return VersionInfo.class.getField("SDK_VERSION").get(null);
  }

  @Test
  void namesWhatIsMissingTheOldestVersionAndTheVersionsFound() {
    NoSuchMethodError missing =
        new NoSuchMethodError("void software.amazon.awssdk.Missing.method()");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                SdkLinkage.link(
                    "2.99.0",
                    () -> {
                      throw missing;
                    }))
        .withMessageContainingAll(
            "NoSuchMethodError: void software.amazon.awssdk.Missing.method()",
            "2.99.0 or newer",
            "software.amazon.awssdk:bom",
            SdkUnderTest.version() + "=[")
        .withCause(missing);
  }

  @Test
  void blamesNoSdkForAClassOfTheApplication() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                SdkLinkage.link(
                    "2.99.0",
                    () -> {
                      throw new NoClassDefFoundError("com/acme/Tracing");
                    }))
        .withMessageContaining("NoClassDefFoundError: com/acme/Tracing")
        .withMessageNotContainingAny("SDK", "2.99.0");
  }

  @Test
  void leavesOtherFailuresAlone() {
    assertThat(SdkLinkage.<String>link("2.99.0", () -> "linked")).isEqualTo("linked");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                SdkLinkage.link(
                    "2.99.0",
                    () -> {
                      throw new IllegalStateException("no linkage");
                    }))
        .withMessage("no linkage");
  }

  /** As a class loader does that is closed, of another application or of an earlier reload. */
  @Test
  void readsVersionsWhileSomebodyElseClosesTheSameJar(@TempDir Path folder) throws IOException {
    URL resource = jarWith(folder.resolve("sdk.jar"), "pom.properties", "version=2.31.32");
    JarFile shared = ((JarURLConnection) resource.openConnection()).getJarFile();

    try (InputStream in = SdkLinkage.open(resource)) {
      shared.close();

      assertThat(in).hasContent("version=2.31.32");
    }
  }

  private static URL jarWith(Path jar, String name, String content) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(name));
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return URI.create("jar:" + jar.toUri() + "!/" + name).toURL();
  }
}
