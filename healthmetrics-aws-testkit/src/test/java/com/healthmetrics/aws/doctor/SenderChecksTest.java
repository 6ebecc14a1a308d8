package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.EmailEnvironment.dkimName;
import static com.healthmetrics.aws.doctor.EmailEnvironment.identity;
import static com.healthmetrics.aws.doctor.EmailEnvironment.server;
import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.mail.SesFault;
import com.healthmetrics.aws.testkit.mail.SesIdentity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The identity of the sender and its records in DNS: each thing that can be wrong, once. */
class SenderChecksTest {

  @Test
  void namesAnIdentityThatIsNotThere() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.verified("example.org")))) {
      List<Finding> findings = email.findings();

      assertFailed(
          findings.get(0),
          "SES has no identity in eu-central-1 that covers the sender's domain example.com",
          "correct SES_FROM_EMAIL or SES_REGION");
      assertThat(findings.subList(1, 4))
          .extracting(Finding::check)
          .containsExactly("email.dkim", "email.mail-from", "email.spf");
      findings.subList(1, 4).forEach(finding -> assertNotChecked(finding, "see email.identity"));
    }
  }

  @Test
  void namesAnIdentityThatIsNotVerified() {
    try (EmailEnvironment email = EmailEnvironment.of(server(SesIdentity.pending("example.com")))) {
      assertFailed(
          email.finding("email.identity"),
          "example.com is not verified in eu-central-1 (PENDING)",
          "Add the records that email.dkim names");
    }
  }

  @Test
  void namesAnAddressThatIsNotVerifiedWithoutRepeatingIt() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.pending(EmailEnvironment.SENDER)))) {
      assertFailed(
          email.finding("email.identity"),
          "The sender's address is not verified in eu-central-1 (PENDING)",
          "Open the link in the email");
    }
  }

  @Test
  void findsTheIdentityOfAParentDomain() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().with("SES_FROM_EMAIL", "noreply@mail.eu.example.com")) {
      assertPassed(email.finding("email.identity"), "example.com is verified in eu-central-1");
      assertPassed(email.finding("email.dkim"), "SES signs for example.com");
      assertPassed(email.finding("email.dmarc"), "_dmarc.example.com has the policy reject");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "noreply@mail.example.com, example.com, PASSED",
    "noreply@example.com, noreply@example.com, NOT_CHECKED",
    "noreply@mail.example.com, mail.example.com, NOT_CHECKED"
  })
  void findsTheIdentityThatAPolicyAllowsToRead(String sender, String readable, Verdict verdict) {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .with("SES_FROM_EMAIL", sender)
            .changed(ChangedSes.readableIdentity(readable))) {
      Finding identity = email.finding("email.identity");

      assertThat(identity.verdict()).as(identity.toString()).isEqualTo(verdict);
    }
  }

  @Test
  void namesThePermissionWithoutWhichTheIdentityIsUnknown() {
    try (EmailEnvironment email = EmailEnvironment.of(server().denied("ses:GetEmailIdentity"))) {
      List<Finding> findings = email.findings();

      findings
          .subList(0, 4)
          .forEach(
              finding ->
                  assertNotChecked(
                      finding,
                      "No identity that covers the sender's domain example.com could be read. The"
                          + " credentials lack the permission ses:GetEmailIdentity"));
      assertPassed(findings.get(4), "_dmarc.example.com has the policy reject");
    }
  }

  @Test
  void readsAnIdentityByItsArnInItsOwnAccount() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .with(
                "SES_IDENTITY_ARN",
                "arn:aws:ses:eu-central-1:" + EmailEnvironment.ACCOUNT + ":identity/example.com")) {
      assertPassed(email.finding("email.identity"), "example.com is verified");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"210987654321", ""})
  void leavesTheIdentityOfAnotherAccountToThatAccount(String account) {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .account(Optional.of(account).filter(known -> !known.isEmpty()))
            .with(
                "SES_IDENTITY_ARN", "arn:aws:ses:eu-central-1:123456789012:identity/example.com")) {
      for (String check : List.of("email.identity", "email.dkim", "email.mail-from", "email.spf")) {
        assertNotChecked(
            email.finding(check),
            "an identity of the account 123456789012, which alone can read it");
      }
      assertPassed(email.finding("email.dmarc"), "_dmarc.example.com");
    }
  }

  @Test
  void namesTheDkimRecordThatIsMissingAndWhatItShouldBe() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      String token = email.dkimTokens().get(1);
      email.dns().without(dkimName(token), "CNAME");

      assertFailed(
          email.finding("email.dkim"),
          "1 of 3 DKIM records of example.com are missing or wrong",
          "Add " + dkimName(token) + " CNAME " + token + ".dkim.amazonses.com.");
    }
  }

  @Test
  void namesADkimRecordThatPointsElsewhere() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      String token = email.dkimTokens().get(2);
      email.dns().with(dkimName(token), "CNAME", token + ".dkim.example.net");

      assertFailed(email.finding("email.dkim"), "1 of 3 DKIM records", dkimName(token));
    }
  }

  @Test
  void comparesAliasesWithoutRegardToCase() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      String token = email.dkimTokens().get(0);
      email.dns().with(dkimName(token), "CNAME", token.toUpperCase() + ".DKIM.amazonses.com");

      assertPassed(email.finding("email.dkim"), "every record (3)");
    }
  }

  @Test
  void acceptsAnyRegionalZoneOfKeysWhereSesReportsNone() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().changed(ChangedSes.dkim(dkim -> dkim.signingHostedZone(null)))) {
      for (String token : email.dkimTokens()) {
        email.dns().with(dkimName(token), "CNAME", token + ".dkim.eu-central-2.amazonses.com");
      }
      assertPassed(email.finding("email.dkim"), "every record (3)");

      email.dns().with(dkimName(email.dkimTokens().get(0)), "CNAME", "other.dkim.amazonses.com");
      assertFailed(
          email.finding("email.dkim"), "1 of 3", "dkim.amazonses.com (or as SES shows it)");
    }
  }

  @Test
  void namesAllRecordsOfAnIdentityThatIsNew() {
    try (EmailEnvironment email = EmailEnvironment.of(server(identity().dkim("PENDING")))) {
      Finding dkim = email.finding("email.dkim");

      assertFailed(dkim, "3 of 3 DKIM records of example.com", "Add ");
      assertThat(dkim.advice()).contains(email.dkimTokens());
    }
  }

  @Test
  void namesRecordsThatSesHasNotFoundYet() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(identity().dkim("TEMPORARY_FAILURE"))).withDkimRecords()) {
      assertFailed(
          email.finding("email.dkim"), "SES has not found them (TEMPORARY_FAILURE)", "Wait");
    }
  }

  @Test
  void namesAnIdentityWithoutSignatures() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().changed(ChangedSes.dkim(dkim -> dkim.signingEnabled(false)))) {
      assertFailed(
          email.finding("email.dkim"),
          "SES does not sign the emails of example.com with DKIM",
          "Turn on Easy DKIM");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v=DKIM1; k=rsa; p=MIIB, PASSED",
    "p=MIIB, PASSED",
    "v=DKIM1; p=, FAILED",
    "v=spf1 -all, FAILED"
  })
  void findsAKeyOfYourOwn(String record, Verdict verdict) {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .changed(
                ChangedSes.dkim(dkim -> dkim.signingAttributesOrigin("EXTERNAL").tokens("mine")))) {
      email.dns().with("mine._domainkey.example.com", "TXT", record);

      Finding dkim = email.finding("email.dkim");
      assertThat(dkim.verdict()).as(dkim.toString()).isEqualTo(verdict);
      if (verdict == Verdict.FAILED) {
        assertThat(dkim.advice())
            .isEqualTo("Add mine._domainkey.example.com TXT \"p=…\" with the public key.");
      }
    }
  }

  @Test
  void namesADomainWithoutAMailFromDomain() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.verified("example.com"))).withDkimRecords()) {
      assertFailed(
          email.finding("email.mail-from"), "no MAIL FROM domain of its own", "bounce.example.com");
      assertNotChecked(email.finding("email.spf"), "no MAIL FROM domain of its own");
    }
  }

  @Test
  void namesTheMailServerThatIsMissing() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().without("bounce.example.com", "MX");

      assertFailed(
          email.finding("email.mail-from"),
          "The MAIL FROM domain bounce.example.com has no MX record",
          "Add bounce.example.com MX 10 feedback-smtp.eu-central-1.amazonses.com.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10 feedback-smtp.us-east-1.amazonses.com",
        "10 mail.example.com",
        "10 feedback-smtp.eu-central-1.amazonses.com|20 mail.example.com"
      })
  void namesAnotherMailServerThanThatOfSes(String records) {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("bounce.example.com", "MX", records.split("\\|"));

      assertFailed(
          email.finding("email.mail-from"),
          "another MX record than that of SES",
          "Leave exactly one, bounce.example.com MX 10 feedback-smtp.eu-central-1.amazonses.com");
    }
  }

  @Test
  void namesAMailFromDomainThatSesDoesNotUse() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(identity().mailFrom("bounce.example.com", "FAILED")))
            .withDkimRecords()) {
      assertFailed(
          email.finding("email.mail-from"),
          "SES has not found it (FAILED)",
          "set the MAIL FROM domain again");
    }
  }

  @Test
  void namesTheSpfRecordThatIsMissing() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("bounce.example.com", "TXT", "google-site-verification=1", "v=spf10 -all");

      assertFailed(
          email.finding("email.spf"),
          "bounce.example.com has no SPF record",
          "Add bounce.example.com TXT \"v=spf1 include:amazonses.com -all\".");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v=spf1 include:amazonses.com ~all, PASSED",
    "V=SPF1 +INCLUDE:amazonses.com  a:mail.example.com -all, PASSED",
    "v=spf1 ip4:192.0.2.1 include:amazonses.com, PASSED",
    "v=spf1 -all, FAILED",
    "v=spf1, FAILED",
    "v=spf1 include:amazonses.com.example -all, NOT_CHECKED",
    "v=spf1 -include:amazonses.com -all, FAILED",
    "v=spf1 -all include:amazonses.com, FAILED",
    "v=spf1 include:_spf.example.com -all, NOT_CHECKED",
    "v=spf1 redirect=_spf.example.com, NOT_CHECKED",
  })
  void findsOutWhetherSpfAllowsSes(String record, Verdict verdict) {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("bounce.example.com", "TXT", record, "another text");

      Finding spf = email.finding("email.spf");
      assertThat(spf.verdict()).as(spf.toString()).isEqualTo(verdict);
    }
  }

  @Test
  void namesTwoSpfRecords() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email
          .dns()
          .with("bounce.example.com", "TXT", "v=spf1 include:amazonses.com -all", "v=spf1 -all");

      assertFailed(email.finding("email.spf"), "has 2 SPF records", "Leave one");
    }
  }

  @Test
  void namesTheDmarcRecordThatIsMissing() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("_dmarc.example.com", "TXT", "v=DMARC10; p=none");

      assertFailed(
          email.finding("email.dmarc"),
          "Neither example.com nor a parent of it has a DMARC record",
          "Add _dmarc.example.com TXT \"v=DMARC1; p=none\"");
      assertThat(email.dns().questions()).doesNotContain("TXT _dmarc.com");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v=DMARC1; p=none; rua=mailto:d@example.com, the policy none: receivers report",
    "v=DMARC1;p=quarantine, the policy quarantine",
    "v=DMARC1; P=Reject, the policy reject",
    "v = DMARC1 ; p = reject ; sp = none, the policy reject"
  })
  void reportsThePolicyOfDmarc(String record, String details) {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("_dmarc.example.com", "TXT", record);

      assertPassed(email.finding("email.dmarc"), details);
    }
  }

  @Test
  void reportsThePolicyOfAParentForItsSubdomains() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().with("SES_FROM_EMAIL", "noreply@mail.example.com")) {
      email.dns().with("_dmarc.example.com", "TXT", "v=DMARC1; p=reject; sp=quarantine");

      assertPassed(email.finding("email.dmarc"), "_dmarc.example.com has the policy quarantine.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v=DMARC1", "v=DMARC1; p=all", "v=DMARC1; sp=reject"})
  void namesADmarcRecordWithoutAPolicy(String record) {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("_dmarc.example.com", "TXT", record);

      assertFailed(email.finding("email.dmarc"), "has no valid policy", "Use p=none");
    }
  }

  @Test
  void namesTwoDmarcRecords() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().with("_dmarc.example.com", "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject");

      assertFailed(email.finding("email.dmarc"), "has 2 DMARC records", "Leave one");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "noreply@mail.example.com, v=DMARC1; p=reject; adkim=s; aspf=s, FAILED",
    "noreply@mail.example.com, v=DMARC1; p=reject; adkim=s, PASSED",
    "noreply@mail.example.com, v=DMARC1; p=reject; aspf=s, PASSED",
    "noreply@example.com, v=DMARC1; p=reject; adkim=s; aspf=s, PASSED"
  })
  void namesADmarcRecordThatNoEmailOfTheSenderPasses(
      String sender, String record, Verdict verdict) {
    try (EmailEnvironment email = EmailEnvironment.healthy().with("SES_FROM_EMAIL", sender)) {
      email.dns().with("_dmarc.example.com", "TXT", record);

      Finding dmarc = email.finding("email.dmarc");
      assertThat(dmarc.verdict()).as(dmarc.toString()).isEqualTo(verdict);
    }
  }

  @Test
  void asksNoMoreOnceDnsDoesNotRespond() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().silent();

      assertThat(email.findings().subList(1, 5))
          .allSatisfy(finding -> assertNotChecked(finding, "DNS gave no usable response."));
      assertThat(email.dns().questions()).hasSize(1);
    }
  }

  @Test
  void takesAPrivateZoneForNoFailure() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      email.dns().empty();

      List<Finding> records = email.findings().subList(1, 5);
      assertThat(records)
          .allSatisfy(finding -> assertNotChecked(finding, "may have a private zone of that name"));
      assertThat(records.get(1).details()).contains("bounce.example.com has no MX record");
    }
  }

  @Test
  void reportsWhatFailedInsteadOfAResponseOfSes() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      for (int tries = 0; tries < 5; tries++) {
        email.ses().failNext(SesFault.status(503).onlyFor("GetEmailIdentity"));
      }
      assertNotChecked(
          email.finding("email.identity"),
          "SES, or a server in between, responded to ses:GetEmailIdentity with 503"
              + " ServiceUnavailable, request id ");
    }
  }
}
