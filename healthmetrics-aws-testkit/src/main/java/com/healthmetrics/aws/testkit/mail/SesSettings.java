package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** What a {@link LocalSes} was built with. */
record SesSettings(
    String region,
    TestCredentials credentials,
    List<String> verifiedIdentities,
    Set<String> configurationSets,
    Clock clock) {

  SesSettings {
    verifiedIdentities = List.copyOf(verifiedIdentities);
    configurationSets = Set.copyOf(configurationSets);
  }

  /** Without key and secret. */
  @Override
  public String toString() {
    return "SesSettings[" + region + "]";
  }
}
