package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.fixtures.SdkUnderTest;
import org.junit.jupiter.api.Test;
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
    assertThat(SdkLinkage.fits(SdkLinkage.OLDEST)).isTrue();
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
}
