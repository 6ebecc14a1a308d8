package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.deliverability.DmarcCheck;
import com.healthmetrics.aws.testkit.deliverability.DmarcCheck.Outcome;
import com.healthmetrics.aws.testkit.deliverability.DnsRecord;
import com.healthmetrics.aws.testkit.deliverability.RecordedDns;
import com.healthmetrics.aws.testkit.deliverability.SendingHost;
import com.healthmetrics.aws.testkit.deliverability.StockEmails;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An account email that SES delivers as the module sets it up passes DKIM, SPF and DMARC, with the
 * records that the module plans and no others of the domain. A typo in one of them is noticed.
 */
@Tag("terraform")
class AlignedAsPlannedTest {
  private static final String DOMAIN = "example.com";
  private static final String MAIL_FROM = "mail.example.com";

  @TempDir static Path folder;
  private static List<DnsRecord> planned;
  private static byte[] email;

  @BeforeAll
  static void plan() throws IOException {
    planned = PlannedRecords.of(folder, "that emails align with the planned DNS records");
    email = StockEmails.sent().get("verification.en").rawMime();
  }

  /** What Amazon keeps in its own zone. */
  private static Stream<DnsRecord> recordsOfAmazon() {
    return Stream.of(
        new DnsRecord("token1.dkim.amazonses.com", "TXT", SendingHost.publicKeyRecord()),
        new DnsRecord("amazonses.com", "TXT", "v=spf1 ip4:54.240.0.0/18 -all"));
  }

  private static Outcome delivered(
      UnaryOperator<DnsRecord> change, String signer, String from, String mailFrom) {
    byte[] message = SendingHost.sign(email, signer, "token1");
    List<DnsRecord> records =
        Stream.concat(planned.stream().map(change), recordsOfAmazon()).toList();
    try (RecordedDns dns = RecordedDns.start(records)) {
      return new DmarcCheck(dns).of(message, from, mailFrom);
    }
  }

  private static Outcome delivered(UnaryOperator<DnsRecord> change) {
    return delivered(change, DOMAIN, DOMAIN, MAIL_FROM);
  }

  private static DnsRecord asPlanned(DnsRecord record) {
    return record;
  }

  @Test
  void alignsDkimAndSpfWithThePlannedRecords() {
    Outcome outcome = delivered(AlignedAsPlannedTest::asPlanned);

    assertThat(outcome.dkim()).containsExactly(DOMAIN);
    assertThat(outcome.spf()).isEqualTo("pass");
    assertThat(outcome.policy()).contains("reject");
    assertThat(outcome.aligned()).containsExactly("DKIM", "SPF");
    assertThat(outcome.passes()).isTrue();
  }

  /** SES uses the MAIL FROM domain only if it finds exactly this record. */
  @Test
  void plansTheMxRecordThatSesLooksFor() {
    assertThat(planned)
        .contains(new DnsRecord(MAIL_FROM, "MX", "10 feedback-smtp.eu-central-1.amazonses.com"));
  }

  @ParameterizedTest
  @CsvSource({
    "token1._domainkey.example.com, name, domainkey, domainkeys, DKIM",
    "token1._domainkey.example.com, value, token1, token2, DKIM",
    "token1._domainkey.example.com, value, amazonses.com, amazonaws.com, DKIM",
    "mail.example.com, name, mail., mial., SPF",
    "mail.example.com, value, v=spf1, v=spf, SPF",
    "mail.example.com, value, include:amazonses.com, include:amazonaws.com, SPF",
    "mail.example.com, value, include:amazonses.com -all, -all, SPF",
  })
  void noticesATypoInARecord(String name, String where, String right, String wrong, String broken) {
    List<String> changed = new ArrayList<>();
    Outcome outcome =
        delivered(
            record -> {
              if (!record.name().equals(name) || record.type().equals("MX")) {
                return record;
              }
              changed.add(name);
              return where.equals("name")
                  ? new DnsRecord(
                      record.name().replace(right, wrong), record.type(), record.value())
                  : new DnsRecord(
                      record.name(), record.type(), record.value().replace(right, wrong));
            });

    assertThat(changed).hasSize(1);
    assertThat(outcome.aligned()).doesNotContain(broken).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "name, _dmarc, _dmrac",
    "name, example.com, mail.example.com",
    "value, v=DMARC1, v=DMARC"
  })
  void noticesATypoInTheDmarcRecord(String where, String right, String wrong) {
    Outcome outcome =
        delivered(
            record -> {
              if (!record.name().startsWith("_dmarc")) {
                return record;
              }
              return where.equals("name")
                  ? new DnsRecord(
                      record.name().replace(right, wrong), record.type(), record.value())
                  : new DnsRecord(
                      record.name(), record.type(), record.value().replace(right, wrong));
            });

    assertThat(outcome.policy()).isEmpty();
    assertThat(outcome.passes()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // The signer, the domain in From, the domain of the MAIL FROM, what is aligned.
    "example.com, example.com, eu-central-1.amazonses.com, DKIM",
    "amazonses.com, example.com, eu-central-1.amazonses.com, ''",
    "example.com, example.org, mail.example.com, ''",
    "example.com, notexample.com, mail.example.com, ''",
    "example.com, news.example.com, mail.example.com, DKIM SPF",
  })
  void noticesASenderThatIsNotAligned(String signer, String from, String mailFrom, String aligned) {
    Outcome outcome = delivered(AlignedAsPlannedTest::asPlanned, signer, from, mailFrom);

    assertThat(String.join(" ", outcome.aligned())).isEqualTo(aligned);
    assertThat(outcome.passes()).isEqualTo(!aligned.isEmpty());
  }

  /** The module plans relaxed alignment; an organization's record may be strict. */
  @ParameterizedTest
  @CsvSource({
    "example.com, adkim=s, DKIM SPF",
    "example.com, aspf=s, DKIM",
    "example.com, adkim=s; aspf=s, DKIM",
    "news.example.com, adkim=s, SPF",
    "news.example.com, adkim=s; aspf=s, ''",
  })
  void followsTheModesOfTheRecord(String from, String modes, String aligned) {
    Outcome outcome =
        delivered(
            record ->
                record.name().startsWith("_dmarc")
                    ? new DnsRecord(record.name(), record.type(), record.value() + "; " + modes)
                    : record,
            DOMAIN,
            from,
            MAIL_FROM);

    assertThat(String.join(" ", outcome.aligned())).isEqualTo(aligned);
  }

  @Test
  void noticesAnEmailThatWasChangedOnItsWay() {
    byte[] signed = SendingHost.sign(email, DOMAIN, "token1");
    signed[signed.length - 100] ^= 1;
    List<DnsRecord> records = Stream.concat(planned.stream(), recordsOfAmazon()).toList();
    try (RecordedDns dns = RecordedDns.start(records)) {
      assertThat(new DmarcCheck(dns).of(signed, DOMAIN, MAIL_FROM).dkim()).isEmpty();
    }
  }
}
