package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.AccountSendingPausedException;
import software.amazon.awssdk.services.ses.model.SesException;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AccountSuspendedException;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.SendingPausedException;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;

/** Quota, sandbox and status of the account. */
class SesAccountTest {

  private static GetAccountResponse account(LocalSes.Builder builder) {
    try (LocalSes ses = builder.start();
        SesV2Client client = SesTestClient.of(ses)) {
      return client.getAccount(r -> {});
    }
  }

  @Test
  void isAHealthyAccountByDefault() {
    GetAccountResponse account = account(LocalSes.builder());
    assertThat(account.sendQuota().max24HourSend()).isEqualTo(50_000);
    assertThat(account.sendQuota().maxSendRate()).isEqualTo(14);
    assertThat(account.sendQuota().sentLast24Hours()).isZero();
    assertThat(account.sendingEnabled()).isTrue();
    assertThat(account.productionAccessEnabled()).isTrue();
    assertThat(account.enforcementStatus()).isEqualTo("HEALTHY");
  }

  @Test
  void reportsItsSettings() {
    GetAccountResponse account =
        account(
            LocalSes.builder()
                .sandbox("jo@example.org")
                .sendQuota(-1, 2.5)
                .sendingPaused()
                .enforcementStatus("PROBATION"));
    assertThat(account.sendQuota().max24HourSend()).isEqualTo(-1);
    assertThat(account.sendQuota().maxSendRate()).isEqualTo(2.5);
    assertThat(account.sendingEnabled()).isFalse();
    assertThat(account.productionAccessEnabled()).isFalse();
    assertThat(account.enforcementStatus()).isEqualTo("PROBATION");
  }

  @Test
  void hasTheSandboxsQuotaInTheSandbox() {
    GetAccountResponse account = account(LocalSes.builder().sandbox());
    assertThat(account.sendQuota().max24HourSend()).isEqualTo(200);
    assertThat(account.sendQuota().maxSendRate()).isEqualTo(1);
  }

  @Test
  void countsRecipientsAndNotEmails() {
    try (LocalSes ses = LocalSes.start();
        SesV2Client client = SesTestClient.of(ses)) {
      client.sendEmail(
          request()
              .destination(
                  d ->
                      d.toAddresses("a@example.org", "b@example.org")
                          .ccAddresses("c@example.org")
                          .bccAddresses("d@example.org"))
              .build());
      assertThat(client.getAccount(r -> {}).sendQuota().sentLast24Hours()).isEqualTo(4);
    }
  }

  @Test
  void deniesCredentialsThatMayOnlySend() {
    try (LocalSes ses = LocalSes.builder().denied("ses:GetAccount", "ses:GetSendQuota").start();
        SesV2Client client = SesTestClient.of(ses);
        SesClient first = SesQueryClient.of(ses)) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> client.getAccount(r -> {}))
          .withMessageContaining("not authorized to perform: ses:GetAccount")
          .satisfies(
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
              });
      assertThatExceptionOfType(SesException.class)
          .isThrownBy(first::getSendQuota)
          .withMessageContaining("not authorized to perform: ses:GetSendQuota")
          .satisfies(
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
              });
      client.sendEmail(request().build());
      assertThat(ses.emails()).hasSize(1);
    }
  }

  @Test
  void reportsNothingToUnknownCredentials() {
    try (LocalSes ses = LocalSes.start();
        SesV2Client unknown =
            SesTestClient.of(ses.endpoint(), ses.region(), ses.accessKeyId(), "wrong")) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> unknown.getAccount(r -> {}))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void refusesEveryEmailWhileSendingIsPaused() {
    try (LocalSes ses = LocalSes.builder().sendingPaused().start();
        SesV2Client client = SesTestClient.of(ses);
        SesClient first = SesQueryClient.of(ses)) {
      assertThatExceptionOfType(SendingPausedException.class)
          .isThrownBy(() -> client.sendEmail(request().build()))
          .withMessageContaining("Sending paused for this account.");
      assertThatExceptionOfType(AccountSendingPausedException.class)
          .isThrownBy(() -> first.sendEmail(SesQueryClient.request().build()));
      assertThat(ses.emails()).isEmpty();
      assertThat(ses.sendAttempts()).isEqualTo(2);
    }
  }

  @Test
  void refusesEveryEmailOfASuspendedAccount() {
    try (LocalSes ses = LocalSes.builder().enforcementStatus("SHUTDOWN").start();
        SesV2Client client = SesTestClient.of(ses)) {
      assertThatExceptionOfType(AccountSuspendedException.class)
          .isThrownBy(() -> client.sendEmail(request().build()));
      assertThat(ses.emails()).isEmpty();
    }
  }

  private static LocalSes sandbox() {
    return LocalSes.builder()
        .verifiedIdentity("example.com")
        .sandbox("jo@example.org", "verified.example")
        .start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jo@example.org",
        "Jo <jo@EXAMPLE.org>",
        "any@verified.example",
        "colleague@example.com",
        "success@simulator.amazonses.com"
      })
  void acceptsVerifiedRecipientsInTheSandbox(String recipient) {
    try (LocalSes ses = sandbox();
        SesV2Client client = SesTestClient.of(ses)) {
      client.sendEmail(request().destination(d -> d.bccAddresses(recipient)).build());
      assertThat(ses.emails()).hasSize(1);
    }
  }

  @Test
  void namesEveryIdentityThatIsNotVerifiedInTheSandbox() {
    try (LocalSes ses = sandbox();
        SesV2Client client = SesTestClient.of(ses);
        SesClient first = SesQueryClient.of(ses)) {
      assertThatExceptionOfType(MessageRejectedException.class)
          .isThrownBy(
              () ->
                  client.sendEmail(
                      request()
                          .destination(
                              d ->
                                  d.toAddresses("jo@example.org", "a@b.example")
                                      .ccAddresses("c@d.example")
                                      .bccAddresses("Jo@example.org"))
                          .build()))
          .withMessageContaining(
              "The following identities failed the check in region US-EAST-1: a@b.example,"
                  + " c@d.example, Jo@example.org");
      assertThatExceptionOfType(
              software.amazon.awssdk.services.ses.model.MessageRejectedException.class)
          .isThrownBy(
              () ->
                  first.sendEmail(
                      SesQueryClient.request()
                          .destination(d -> d.toAddresses("a@b.example"))
                          .build()));
      assertThat(ses.emails()).isEmpty();
    }
  }

  @Test
  void letsAddressesOfTheSandboxSend() {
    try (LocalSes ses = sandbox();
        SesV2Client client = SesTestClient.of(ses)) {
      client.sendEmail(request().fromEmailAddress("jo@example.org").build());
      assertThat(ses.emails()).hasSize(1);
    }
  }

  @Test
  void refusesImpossibleSettings() {
    LocalSes.Builder builder = LocalSes.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sandbox(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sendQuota(-2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sendQuota(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sendQuota(1, Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.sendQuota(Double.POSITIVE_INFINITY, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.enforcementStatus("FINE"));
  }
}
