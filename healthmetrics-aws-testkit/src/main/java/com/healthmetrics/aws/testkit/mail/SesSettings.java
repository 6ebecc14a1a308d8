package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * What a {@link LocalSes} was built with.
 *
 * @param region the region that signatures must name
 * @param credentials the credentials that are known
 * @param verifiedIdentities who may send; everybody when empty
 * @param sandboxRecipients who else may receive while the account is in the sandbox
 * @param configurationSets the sets there are
 * @param account the state of the account
 * @param clock what signatures are judged by
 */
record SesSettings(
    String region,
    TestCredentials credentials,
    List<String> verifiedIdentities,
    List<String> sandboxRecipients,
    Set<String> configurationSets,
    SesAccount account,
    Clock clock) {

  SesSettings {
    verifiedIdentities = List.copyOf(verifiedIdentities);
    sandboxRecipients = List.copyOf(sandboxRecipients);
    configurationSets = Set.copyOf(configurationSets);
  }

  /** Without key and secret. */
  @Override
  public String toString() {
    return "SesSettings[" + region + "]";
  }
}
