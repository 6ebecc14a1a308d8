package com.healthmetrics.aws.testkit.deliverability;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How two spam filters rate every account email in every language, delivered as SES does with the
 * DNS records of the Terraform module: no rule counts against one.
 *
 * <p>The scores are in {@code target/receiver-scores-*.txt}.
 */
@Sweep("scores of emails in spam filters")
@Tag("spam-filters")
class ReceiverScoresTest {
  private static final String MAIL_FROM = "0102019a2b3c4d5e-6f708192-000000@mail.example.com";
  private static final String TO = StockEmails.RECIPIENT.address();

  /** Rules below this only state a fact. */
  private static final double COUNTS = 0.01;

  /** True of every email that SES delivers, whatever its content. */
  private static final Set<String> OF_EVERY_DELIVERY =
      Set.of(
          // SpamAssassin: signed; DKIM_VALID, which is required below, takes it back.
          "DKIM_SIGNED",
          // rspamd: SES's MAIL FROM is never the sender.
          "FORGED_SENDER",
          // rspamd: SES hands an email over itself, so it was received once.
          "ONCE_RECEIVED");

  /** Found by every spam filter of this kind. */
  private static final String GTUBE =
      message("text/plain", "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X");

  private static final String ODD_LINKS =
      message(
          "multipart/alternative; boundary=b",
          """
          --b

          https://app.example.com/
          --b
          Content-Type: text/html

          <a href="https://app.example.com/">Open</a> <a href="https://app.example.com/">Or here</a>
          --b--""");

  @TempDir Path folder;

  private RecordedDns dns() {
    return RecordedDns.start(
        List.of(
            new DnsRecord("token1._domainkey.example.com", "CNAME", "token1.dkim.amazonses.com"),
            new DnsRecord("token1.dkim.amazonses.com", "TXT", SendingHost.publicKeyRecord()),
            new DnsRecord("mail.example.com", "MX", "10 feedback-smtp.eu-central-1.amazonses.com"),
            new DnsRecord("mail.example.com", "TXT", "v=spf1 include:amazonses.com -all"),
            new DnsRecord("_dmarc.example.com", "TXT", "v=DMARC1; p=reject"),
            new DnsRecord("amazonses.com", "TXT", "v=spf1 ip4:54.240.0.0/18 -all"),
            new DnsRecord("feedback-smtp.eu-central-1.amazonses.com", "A", "54.240.8.20"),
            new DnsRecord(SendingHost.NAME, "A", SendingHost.IP),
            new DnsRecord("10.8.240.54.in-addr.arpa", "PTR", SendingHost.NAME)));
  }

  private byte[] delivered(byte[] message) {
    return SendingHost.received(SendingHost.sign(message, "example.com", "token1"), MAIL_FROM, TO);
  }

  private Map<String, byte[]> stockEmails() {
    Map<String, byte[]> emails = new LinkedHashMap<>();
    for (Map.Entry<String, ReceivedMail> email : StockEmails.sent().entrySet()) {
      emails.put(email.getKey(), delivered(email.getValue().rawMime()));
    }
    return emails;
  }

  private static String message(String contentType, String body) {
    return """
        From: noreply@example.com
        To: ada@receiver.example
        Subject: Test
        Message-ID: <1@example.com>
        MIME-Version: 1.0
        Content-Type: %s

        %s
        """
        .formatted(contentType, body)
        .replace("\n", "\r\n");
  }

  private byte[] delivered(String message) {
    return delivered(message.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void countsNoRuleOfSpamAssassinAgainstAnAccountEmail() throws Exception {
    try (RecordedDns dns = dns()) {
      SpamAssassin filter = SpamAssassin.with(dns, folder);
      Map<String, byte[]> emails = stockEmails();
      List<byte[]> messages = new ArrayList<>(emails.values());
      messages.add(delivered(GTUBE));

      List<Map<String, Double>> scores = filter.scores(messages);

      assertThat(scores.get(emails.size())).containsKey("GTUBE");
      Map<String, Map<String, Double>> byEmail = new LinkedHashMap<>();
      int i = 0;
      for (String name : emails.keySet()) {
        byEmail.put(name, scores.get(i++));
      }
      assertClean("SpamAssassin", byEmail, "DKIM_VALID", "DKIM_VALID_AU", "SPF_PASS");
    }
  }

  @Test
  void countsNoRuleOfRspamdAgainstAnAccountEmail() throws Exception {
    try (RecordedDns dns = dns();
        Rspamd filter = Rspamd.start(dns, folder)) {
      Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
      for (Map.Entry<String, byte[]> email : stockEmails().entrySet()) {
        scores.put(email.getKey(), filter.scores(email.getValue(), MAIL_FROM, TO));
      }

      assertThat(against(filter.scores(delivered(ODD_LINKS), MAIL_FROM, TO)))
          .containsKey("URI_COUNT_ODD");
      assertClean("rspamd", scores, "R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW");
    }
  }

  private static void assertClean(
      String filter, Map<String, Map<String, Double>> scores, String... passed) throws IOException {
    Files.writeString(
        Files.createDirectories(Path.of("target"))
            .resolve("receiver-scores-" + filter.toLowerCase(Locale.ROOT) + ".txt"),
        report(filter, scores));
    assertThat(scores).isNotEmpty();
    SoftAssertions.assertSoftly(
        softly ->
            scores.forEach(
                (email, rules) -> {
                  softly.assertThat(rules).as(email).containsKeys(passed);
                  softly.assertThat(against(rules)).as("%s in %s", email, filter).isEmpty();
                }));
  }

  private static Map<String, Double> against(Map<String, Double> rules) {
    return rules.entrySet().stream()
        .filter(rule -> rule.getValue() >= COUNTS && !OF_EVERY_DELIVERY.contains(rule.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String report(String filter, Map<String, Map<String, Double>> scores) {
    StringBuilder report = new StringBuilder();
    scores.forEach(
        (email, rules) ->
            report.append(
                "%-14s %-24s %5.2f  %s%n"
                    .formatted(
                        filter,
                        email,
                        rules.values().stream().mapToDouble(Double::doubleValue).sum(),
                        rules.entrySet().stream()
                            .filter(rule -> Math.abs(rule.getValue()) >= COUNTS)
                            .map(rule -> rule.getKey() + " " + rule.getValue())
                            .collect(Collectors.joining(", ")))));
    return report.toString();
  }
}
