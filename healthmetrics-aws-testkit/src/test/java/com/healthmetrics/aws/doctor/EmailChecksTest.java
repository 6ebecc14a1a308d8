package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.EmailEnvironment.server;
import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.testkit.mail.SesFault;
import com.healthmetrics.aws.testkit.mail.SesIdentity;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All checks of email, the look-up of an address and the email to the mailbox simulator. */
class EmailChecksTest {
  private static final String ADA = "ada@example.org";
  private static final List<String> NAMES =
      List.of(
          "email.identity",
          "email.dkim",
          "email.mail-from",
          "email.spf",
          "email.dmarc",
          "email.account",
          "email.quota",
          "email.configuration-set",
          "email.events",
          "email.suppression",
          "email.send");

  @Test
  void passesWhereEverythingIsAllRight() {
    try (EmailEnvironment email = EmailEnvironment.healthy().suppression(ADA).send()) {
      List<Finding> findings = email.findings();

      assertThat(findings).extracting(Finding::check).containsExactlyElementsOf(NAMES);
      assertThat(findings).extracting(Finding::verdict).containsOnly(Verdict.PASSED);
    }
  }

  @Test
  void sendsNothingAndLooksUpNobodyUnlessAsked() {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      assertNotChecked(email.finding("email.send"), "--send sends one email");
      assertNotChecked(email.finding("email.suppression"), "--suppression ADDRESS");
      assertThat(email.ses().sendAttempts()).isZero();
    }
  }

  @Test
  void sendsOneEmailToTheMailboxSimulatorAsTheApplicationDoes() {
    try (EmailEnvironment email = EmailEnvironment.healthy().send()) {
      Finding send = email.finding("email.send");

      assertThat(email.ses().emails())
          .singleElement()
          .satisfies(
              sent -> {
                assertThat(sent.to()).containsExactly("success@simulator.amazonses.com");
                assertThat(sent.from()).contains(EmailEnvironment.SENDER);
                assertThat(sent.configurationSet()).contains("healthmetrics-test");
                assertPassed(send, "(message id " + sent.messageId() + ")");
              });
    }
  }

  @Test
  void sendsFromTheIdentityOfAnotherAccount() {
    String arn = "arn:aws:ses:eu-central-1:123456789012:identity/example.com";
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.verified(arn)))
            .with("SES_IDENTITY_ARN", arn)
            .send()) {
      assertPassed(email.finding("email.send"), "SES accepted an email");
    }
  }

  @Test
  void namesAnIdentityThatSesDoesNotSendFrom() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.pending("example.com"))).send()) {
      assertFailed(
          email.finding("email.send"),
          "SES did not accept an email (IDENTITY_NOT_VERIFIED).",
          "Verify its domain, or correct SES_FROM_EMAIL or SES_REGION");
    }
  }

  @Test
  void namesThePermissionWithoutWhichNothingIsSent() {
    try (EmailEnvironment email = EmailEnvironment.of(server().denied("ses:SendEmail")).send()) {
      assertNotChecked(email.finding("email.send"), "ses:SendEmail");
    }
  }

  @Test
  void sendsOnceEvenIfTheResponseIsLost() {
    try (EmailEnvironment email = EmailEnvironment.healthy().send()) {
      email.ses().failNext(SesFault.acceptThenReset());

      assertNotChecked(email.finding("email.send"), "The email may have been accepted");
      assertThat(email.ses().emails()).hasSize(1);
    }
  }

  @Test
  void reportsAnAddressOnTheSuppressionListWithoutRepeatingIt() {
    try (EmailEnvironment email = EmailEnvironment.healthy().suppression(ADA)) {
      email
          .ses()
          .suppress(
              EmailAddress.of(ADA),
              new Suppression(Suppression.BOUNCE, Instant.parse("2026-11-02T10:15:30Z")));

      assertFailed(
          email.finding("email.suppression"),
          "on the account's suppression list since 2026-11-02T10:15:30Z (BOUNCE)",
          "release it with SuppressionList.release");
    }
  }

  @Test
  void namesThePermissionWithoutWhichAnAddressIsUnknown() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server().denied("ses:GetSuppressedDestination")).suppression(ADA)) {
      assertNotChecked(email.finding("email.suppression"), "ses:GetSuppressedDestination");
    }
  }

  @Test
  void leavesSesAloneInDevelopment() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().with("ENVIRONMENT", "development").suppression(ADA).send()) {
      List<Finding> findings = email.findings();

      assertThat(findings).extracting(Finding::check).containsExactlyElementsOf(NAMES);
      findings.forEach(
          finding -> assertNotChecked(finding, "ENVIRONMENT is development: emails are logged"));
      assertThat(email.ses().sendAttempts()).isZero();
    }
  }

  @Test
  void takesAServerThatIsAwayForNoFailureAndWaitsForItOnce() {
    try (EmailEnvironment email = EmailEnvironment.healthy().suppression(ADA).send()) {
      email.ses().close();

      List<Finding> findings = email.findings();
      assertNotChecked(findings.get(0), "SES could not be asked (");
      assertThat(findings)
          .filteredOn(finding -> !finding.check().equals("email.dmarc"))
          .extracting(Finding::details)
          .containsOnly(findings.get(0).details());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, UnrecognizedClientException",
    "403, InvalidSignatureException",
    "429, TooManyRequestsException"
  })
  void takesARefusalForNoFailure(int status, String code) {
    try (EmailEnvironment email = EmailEnvironment.healthy()) {
      for (int tries = 0; tries < 10; tries++) {
        email
            .ses()
            .failNext(SesFault.refused(status, code, "about " + ADA).onlyFor("GetEmailIdentity"));
      }
      Finding identity = email.finding("email.identity");

      assertNotChecked(identity, "responded to ses:GetEmailIdentity with " + status + " " + code);
    }
  }

  @Test
  void hasNoAddressInAnyLine() {
    for (SesIdentity identity :
        List.of(
            EmailEnvironment.identity(),
            SesIdentity.pending(EmailEnvironment.SENDER),
            SesIdentity.verified(EmailEnvironment.SENDER),
            SesIdentity.verified("example.org"))) {
      try (EmailEnvironment email =
          EmailEnvironment.of(server(identity).sandbox()).suppression(ADA).send()) {
        email.ses().failNext(SesFault.refused(403, "AccessDeniedException", "no " + ADA));

        assertThat(email.findings())
            .allSatisfy(
                finding ->
                    assertThat(finding.toString())
                        .doesNotContain(ADA, EmailEnvironment.SENDER, "noreply"));
      }
    }
  }
}
