package com.healthmetrics.aws.doctor;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The SPF record of a MAIL FROM domain, which must allow SES to send.
 *
 * <p>Source: RFC 7208, sections 4.5 (which records count, and that there is one), 5.1 (nothing
 * counts after {@code all}), 5.2 and 6.1; Amazon SES Developer Guide, "Using a custom MAIL FROM
 * domain".
 */
final class Spf {
  private static final Pattern RECORD = Pattern.compile("v=spf1(?: .*)?+");
  private static final String SES = "include:amazonses.com";

  private Spf() {}

  static Finding check(String check, String domain, SeenDns dns) throws NotCheckedException {
    List<String> records =
        dns.find(domain, "TXT").stream()
            .map(record -> record.toLowerCase(Locale.ROOT))
            .filter(RECORD.asMatchPredicate())
            .toList();
    if (records.isEmpty()) {
      return dns.missing(
          check,
          "The MAIL FROM domain %s has no SPF record.".formatted(domain),
          "Add %s TXT \"v=spf1 %s -all\".".formatted(domain, SES));
    }
    if (records.size() > 1) {
      return Finding.failed(
          check,
          "The MAIL FROM domain %s has %s SPF records, which receivers take for an error."
              .formatted(domain, records.size()),
          "Leave one, with %s.".formatted(SES));
    }
    List<String> terms =
        List.of(records.get(0).split(" +")).stream()
            .map(term -> term.startsWith("+") ? term.substring(1) : term)
            .takeWhile(term -> !term.matches("[-~?]?all"))
            .toList();
    if (terms.contains(SES)) {
      return Finding.passed(check, "The SPF record of %s allows SES to send.".formatted(domain));
    }
    if (terms.stream().anyMatch(t -> t.startsWith("include:") || t.startsWith("redirect="))) {
      throw new NotCheckedException(
          "The SPF record of %s refers to others, which are not followed, instead of %s."
              .formatted(domain, SES));
    }
    return Finding.failed(
        check,
        "The SPF record of %s does not allow SES to send.".formatted(domain),
        "Add %s to it, before all.".formatted(SES));
  }
}
