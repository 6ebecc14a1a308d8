package com.healthmetrics.aws.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sesv2.model.DkimAttributes;

/**
 * A record in DNS with which receivers verify DKIM signatures: of Easy DKIM an alias for a key that
 * SES publishes, or else the key itself, which the application's owner made.
 *
 * @param name the record's name
 * @param token of Easy DKIM
 * @param zone where SES publishes the keys; empty if SES does not report it, and for an own key
 */
record DkimRecord(String name, String token, Optional<String> zone, boolean ownKey) {
  private static final Pattern KEY = Pattern.compile("(?:^|;)\\s*p\\s*=\\s*[^;\\s]");

  static List<DkimRecord> of(DkimAttributes dkim, String domain) {
    boolean ownKey = "EXTERNAL".equals(dkim.signingAttributesOriginAsString());
    // A field that not every supported version of the SDK has a method for.
    Optional<String> zone = dkim.getValueForField("SigningHostedZone", String.class);
    return dkim.tokens().stream()
        .map(token -> new DkimRecord(token + "._domainkey." + domain, token, zone, ownKey))
        .toList();
  }

  String type() {
    return ownKey ? "TXT" : "CNAME";
  }

  boolean isAmong(List<String> found) {
    return found.stream().anyMatch(ownKey ? KEY.asPredicate() : this::isAlias);
  }

  private boolean isAlias(String found) {
    String target = found.toLowerCase(Locale.ROOT);
    String expected = token.toLowerCase(Locale.ROOT) + ".";
    return zone.isPresent()
        ? target.equals(expected + zone.get().toLowerCase(Locale.ROOT))
        : target.startsWith(expected) && target.endsWith(".amazonses.com");
  }

  /** The record as it should be. */
  @Override
  public String toString() {
    return ownKey
        ? name + " TXT \"p=…\" with the public key"
        : name + " CNAME " + token + "." + zone.orElse("dkim.amazonses.com (or as SES shows it)");
  }
}
