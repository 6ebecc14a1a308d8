package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.regions.Region;

/**
 * The settings of a {@link LocalSes}.
 *
 * @param region the region that signatures must name
 * @param credentials the accepted credentials
 * @param verifiedIdentities identities that may send; every sender may if empty
 * @param sandboxRecipients further allowed recipients while the account is in the sandbox
 * @param configurationSets the declared sets
 * @param account the state of the account
 * @param clock the clock that signatures are checked with
 */
record SesSettings(
    Region region,
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
