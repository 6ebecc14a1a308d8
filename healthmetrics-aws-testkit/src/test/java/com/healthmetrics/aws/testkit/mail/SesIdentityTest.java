package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.DkimStatus;
import software.amazon.awssdk.services.sesv2.model.EventType;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.IdentityType;
import software.amazon.awssdk.services.sesv2.model.MailFromDomainStatus;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sesv2.model.VerificationStatus;

/** What SES reports of identities and configuration sets. */
class SesIdentityTest {
  private final LocalSes ses =
      LocalSes.builder()
          .identity(
              SesIdentity.verified("example.com")
                  .dkim("TEMPORARY_FAILURE")
                  .mailFrom("bounce.example.com", "PENDING")
                  .configurationSet("account-mail"))
          .verifiedIdentity("support@example.net")
          .identity(SesIdentity.pending("new.example"))
          .configurationSet("account-mail")
          .start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private GetEmailIdentityResponse identity(String name) {
    return client.getEmailIdentity(r -> r.emailIdentity(name));
  }

  @Test
  void reportsTheStatesOfADomain() {
    GetEmailIdentityResponse domain = identity("example.com");
    assertThat(domain.identityType()).isEqualTo(IdentityType.DOMAIN);
    assertThat(domain.verifiedForSendingStatus()).isTrue();
    assertThat(domain.verificationStatus()).isEqualTo(VerificationStatus.SUCCESS);
    assertThat(domain.dkimAttributes().status()).isEqualTo(DkimStatus.TEMPORARY_FAILURE);
    assertThat(domain.dkimAttributes().signingEnabled()).isTrue();
    assertThat(domain.dkimAttributes().tokens())
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allMatch(token -> token.matches("[a-z0-9]{32}"))
        .isEqualTo(identity("example.com").dkimAttributes().tokens());
    assertThat(domain.dkimAttributes().signingHostedZone()).isEqualTo("dkim.amazonses.com");
    assertThat(domain.mailFromAttributes().mailFromDomain()).isEqualTo("bounce.example.com");
    assertThat(domain.mailFromAttributes().mailFromDomainStatus())
        .isEqualTo(MailFromDomainStatus.PENDING);
    assertThat(domain.configurationSetName()).isEqualTo("account-mail");
  }

  @Test
  void reportsAnAddressWithTheDefaults() {
    GetEmailIdentityResponse address = identity("support@example.net");
    assertThat(address.identityType()).isEqualTo(IdentityType.EMAIL_ADDRESS);
    assertThat(address.dkimAttributes().status()).isEqualTo(DkimStatus.SUCCESS);
    assertThat(address.mailFromAttributes().mailFromDomain()).isNull();
    assertThat(address.configurationSetName()).isNull();
  }

  @Test
  void sendsNothingFromAnIdentityThatIsPending() {
    GetEmailIdentityResponse pending = identity("new.example");
    assertThat(pending.verifiedForSendingStatus()).isFalse();
    assertThat(pending.verificationStatus()).isEqualTo(VerificationStatus.PENDING);
    assertThat(pending.dkimAttributes().status()).isEqualTo(DkimStatus.PENDING);
    assertThatExceptionOfType(MessageRejectedException.class)
        .isThrownBy(() -> client.sendEmail(request().fromEmailAddress("a@new.example").build()));
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void verifiesNobodyElseOnceAPendingIdentityIsDeclared() {
    try (LocalSes strict = LocalSes.builder().identity(SesIdentity.pending("new.example")).start();
        SesV2Client other = SesTestClient.of(strict)) {
      assertThatExceptionOfType(MessageRejectedException.class)
          .isThrownBy(() -> other.sendEmail(request().build()));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> other.getEmailIdentity(r -> r.emailIdentity("example.com")));
    }
  }

  @Test
  void verifiesEveryIdentityIfNoneIsDeclared() {
    try (LocalSes open = LocalSes.start();
        SesV2Client other = SesTestClient.of(open)) {
      assertThat(
              other
                  .getEmailIdentity(r -> r.emailIdentity("any.example"))
                  .verifiedForSendingStatus())
          .isTrue();
    }
  }

  @Test
  void doesNotFindWhatIsNotDeclared() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> identity("mail.example.com"))
        .withMessageContaining("mail.example.com does not exist");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.getConfigurationSet(r -> r.configurationSetName("missing")))
        .withMessageContaining("<missing> does not exist");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                client.getConfigurationSetEventDestinations(
                    r -> r.configurationSetName("missing")));
  }

  @Test
  void reportsAConfigurationSetThatPublishesEverything() {
    assertThat(
            client
                .getConfigurationSet(r -> r.configurationSetName("account-mail"))
                .sendingOptions()
                .sendingEnabled())
        .isTrue();
    assertThat(
            client
                .getConfigurationSetEventDestinations(r -> r.configurationSetName("account-mail"))
                .eventDestinations())
        .singleElement()
        .satisfies(
            destination -> {
              assertThat(destination.enabled()).isTrue();
              assertThat(destination.matchingEventTypes())
                  .containsExactlyInAnyOrderElementsOf(EventType.knownValues());
              assertThat(destination.snsDestination().topicArn()).startsWith("arn:aws:sns:");
            });
  }

  @Test
  void deniesCredentialsWithoutThePermission() {
    try (LocalSes strict =
            LocalSes.builder()
                .denied("ses:GetEmailIdentity", "ses:GetConfigurationSet")
                .configurationSet("set")
                .start();
        SesV2Client limited = SesTestClient.of(strict)) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> limited.getEmailIdentity(r -> r.emailIdentity("example.com")))
          .withMessageContaining("ses:GetEmailIdentity");
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> limited.getConfigurationSet(r -> r.configurationSetName("set")))
          .withMessageContaining("ses:GetConfigurationSet");
      limited.getConfigurationSetEventDestinations(r -> r.configurationSetName("set"));
    }
  }

  @Test
  void refusesStatesThatSesDoesNotHave() {
    SesIdentity identity = SesIdentity.verified("example.com");
    assertThatIllegalArgumentException().isThrownBy(() -> SesIdentity.verified(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> SesIdentity.pending(""));
    assertThatIllegalArgumentException().isThrownBy(() -> identity.dkim("OK"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity.mailFrom("a.example", "NOT_STARTED"));
    assertThatIllegalArgumentException().isThrownBy(() -> identity.mailFrom(" ", "SUCCESS"));
    assertThatIllegalArgumentException().isThrownBy(() -> identity.configurationSet("a b"));
  }

  @Test
  void describesItselfWithoutAnAddress() {
    assertThat(SesIdentity.pending("jo@example.org").mailFrom("b.example", "FAILED"))
        .hasToString("SesIdentity[***@example.org, pending, DKIM PENDING, MAIL FROM FAILED]");
  }
}
