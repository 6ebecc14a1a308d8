package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.regions.Region;

/**
 * The settings of a {@link LocalSes}.
 *
 * @param region the region that signatures must name
 * @param credentials the accepted credentials
 * @param denied the operations that the credentials may not perform
 * @param identities the identities; every sender is verified if there are none
 * @param sandboxRecipients further allowed recipients while the account is in the sandbox
 * @param configurationSets the declared sets
 * @param account the state of the account
 * @param clock the clock that signatures are checked with
 */
record SesSettings(
    Region region,
    TestCredentials credentials,
    Set<SesOperation> denied,
    List<SesIdentity> identities,
    List<String> sandboxRecipients,
    Set<String> configurationSets,
    SesAccount account,
    Clock clock) {

  SesSettings {
    denied = Set.copyOf(denied);
    identities = List.copyOf(identities);
    sandboxRecipients = List.copyOf(sandboxRecipients);
    Set<String> declared = Set.copyOf(configurationSets);
    configurationSets = declared;
    for (SesIdentity identity : identities) {
      identity.configurationSet().ifPresent(set -> requireDeclared(set, declared));
    }
  }

  private static void requireDeclared(String defaultSet, Set<String> declared) {
    if (!declared.contains(defaultSet)) {
      throw new IllegalArgumentException(
          "The default configuration set of an identity is not declared; call"
              + " configurationSet(\""
              + defaultSet
              + "\").");
    }
  }

  /** Refuses a name that no configuration set can have. */
  static String requireName(String configurationSet) {
    if (!configurationSet.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "A configuration set's name must be 1 to 64 letters, digits, hyphens and underscores: "
              + Quote.of(configurationSet));
    }
    return configurationSet;
  }

  /** The names of the identities that may send. */
  List<String> verifiedIdentities() {
    return identities.stream().filter(SesIdentity::isVerified).map(SesIdentity::name).toList();
  }

  /** The identity of a name; any is verified if none is declared. */
  Optional<SesIdentity> identity(String name) {
    return identities.isEmpty()
        ? Optional.of(name).filter(n -> !n.isBlank()).map(SesIdentity::verified)
        : identities.stream().filter(i -> i.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Refuses an operation that the credentials may not perform. */
  void requirePermitted(SesOperation operation) {
    if (denied.contains(operation)) {
      throw new SesRefusal(
          SesError.ACCESS_DENIED,
          "User is not authorized to perform: " + operation.permission(),
          "This LocalSes was built with denied(\"" + operation.permission() + "\").");
    }
  }

  /** Refuses a configuration set that is not declared. */
  void requireConfigurationSet(String name) {
    if (!configurationSets.contains(name)) {
      throw new SesRefusal(
          SesError.NO_CONFIGURATION_SET,
          "Configuration set <" + name + "> does not exist.",
          "Declare it with LocalSes.Builder.configurationSet, or omit it.");
    }
  }

  /** Without key and secret. */
  @Override
  public String toString() {
    return "SesSettings[" + region + "]";
  }
}
