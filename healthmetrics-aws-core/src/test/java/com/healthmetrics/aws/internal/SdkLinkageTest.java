package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.healthmetrics.aws.ConfigurationException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.util.VersionInfo;

class SdkLinkageTest {
  @Test
  void theOldestVersionIsTheOneThatTheTestsRunOn() {
    assertThat(SdkLinkage.OLDEST).isEqualTo(System.getProperty("sdk.floor"));
  }

  /** With the profile sdk-floor the oldest, otherwise the newest. */
  @Test
  void theTestsRunOnTheVersionTheyShould() {
    assertThat(VersionInfo.SDK_VERSION).isEqualTo(System.getProperty("sdk.version"));
    assertThat(SdkLinkage.isMixed()).isFalse();
  }

  @Test
  void namesWhatIsMissingTheOldestVersionAndTheVersionsFound() {
    NoSuchMethodError missing = new NoSuchMethodError("void Missing.method()");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                SdkLinkage.link(
                    "2.99.0",
                    () -> {
                      throw missing;
                    }))
        .withMessageContainingAll(
            "NoSuchMethodError: void Missing.method()",
            "2.99.0 or newer",
            "software.amazon.awssdk:bom",
            VersionInfo.SDK_VERSION + "=[")
        .withCause(missing);
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
