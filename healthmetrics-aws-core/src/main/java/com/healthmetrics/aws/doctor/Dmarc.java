package com.healthmetrics.aws.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The DMARC record that counts for a sender: that of its domain, or else the nearest one of a
 * parent.
 *
 * <p>Source: RFC 7489, sections 3.1 (alignment), 6.3 (tags) and 6.6.3 (which records count, and
 * that there is one); Amazon SES Developer Guide, "Complying with DMARC authentication protocol in
 * Amazon SES".
 *
 * @param domain the domain that has the record
 * @param tags its tags in lower case, with their values in lower case
 */
record Dmarc(String domain, Map<String, String> tags) {
  private static final Pattern RECORD = Pattern.compile("v\\s*=\\s*DMARC1\\s*(?:;.*)?+");
  private static final Set<String> POLICIES = Set.of("none", "quarantine", "reject");

  /**
   * Checks it.
   *
   * @param from the domain of the sender
   * @param sender the identity; empty if it is unknown, which leaves alignment unchecked
   */
  static Finding check(String check, String from, Optional<SenderIdentity> sender, SeenDns dns)
      throws NotCheckedException {
    for (String at = from; at.contains("."); at = at.substring(at.indexOf('.') + 1)) {
      List<String> records =
          dns.find("_dmarc." + at, "TXT").stream().filter(RECORD.asMatchPredicate()).toList();
      if (records.size() > 1) {
        return Finding.failed(
            check,
            "_dmarc.%s has %s DMARC records, of which receivers use none."
                .formatted(at, records.size()),
            "Leave one.");
      }
      if (records.size() == 1) {
        return new Dmarc(at, tags(records.get(0))).finding(check, from, sender);
      }
    }
    return dns.missing(
        check,
        "Neither %s nor a parent of it has a DMARC record, so that others can send in its name."
            .formatted(from),
        "Add _dmarc.%s TXT \"v=DMARC1; p=none\", and a stricter policy later.".formatted(from));
  }

  private static Map<String, String> tags(String record) {
    Map<String, String> tags = new HashMap<>();
    for (String tag : record.toLowerCase(Locale.ROOT).split(";", -1)) {
      String[] parts = tag.split("=", 2);
      if (parts.length == 2) {
        tags.putIfAbsent(parts[0].strip(), parts[1].strip());
      }
    }
    return tags;
  }

  private Finding finding(String check, String from, Optional<SenderIdentity> sender) {
    String policy = tags.getOrDefault("p", "");
    if (!POLICIES.contains(policy)) {
      return Finding.failed(
          check,
          "The DMARC record at _dmarc.%s has no valid policy, so receivers ignore it."
              .formatted(domain),
          "Use p=none, p=quarantine or p=reject.");
    }
    if (sender.filter(identity -> !isAligned(identity, from)).isPresent()) {
      return Finding.failed(
          check,
          ("The DMARC record at _dmarc.%s requires the very domain of the sender (adkim=s), but the"
                  + " emails are signed for a parent of it, and their MAIL FROM is not aligned either: DMARC"
                  + " fails for all of them.")
              .formatted(domain),
          "Use adkim=r, or verify %s itself with SES.".formatted(from));
    }
    String applied = domain.equals(from) ? policy : tags.getOrDefault("sp", policy);
    return Finding.passed(
        check,
        "_dmarc.%s has the policy %s%s."
            .formatted(
                domain,
                applied,
                applied.equals("none") ? ": receivers report, and refuse nothing" : ""));
  }

  /** A MAIL FROM domain is a subdomain, so it is aligned unless the record is strict. */
  private boolean isAligned(SenderIdentity identity, String from) {
    boolean dkim = !isStrict("adkim") || identity.domain().equalsIgnoreCase(from);
    boolean spf = !isStrict("aspf") && identity.mailFromDomain().isPresent();
    return dkim || spf;
  }

  private boolean isStrict(String tag) {
    return "s".equals(tags.get(tag));
  }
}
