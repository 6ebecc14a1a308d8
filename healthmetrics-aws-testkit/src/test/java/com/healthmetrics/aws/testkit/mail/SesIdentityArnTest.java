package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.SesMailer;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.SendRawEmailRequest;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/** Identities of another account, and addresses for bounces. */
class SesIdentityArnTest {
  private static final String LENT = "arn:aws:ses:us-east-1:111122223333:identity/example.com";

  private final LocalSes ses =
      LocalSes.builder().verifiedIdentity("own.example").verifiedIdentity(LENT).start();

  @AfterEach
  void stop() {
    ses.close();
  }

  /** How an email travels. */
  private enum Way {
    V2(mailer -> mailer, false),
    V1(SesMailer.Builder::apiV1, false),
    V1_RAW(SesMailer.Builder::apiV1, true);

    private final UnaryOperator<SesMailer.Builder> api;
    private final boolean raw;

    Way(UnaryOperator<SesMailer.Builder> api, boolean raw) {
      this.api = api;
      this.raw = raw;
    }
  }

  private void send(Way way, String from, UnaryOperator<SesMailer.Builder> settings) {
    Email.Builder email =
        Email.builder()
            .from(EmailAddress.of(from))
            .to(EmailAddress.of("jo@example.org"))
            .subject("Hello")
            .text("Hello");
    SesMailer.Builder builder =
        SesMailer.builder()
            .region(ses.region())
            .endpoint(ses.endpoint())
            .credentials(ses.credentials());
    try (SesMailer mailer = settings.apply(way.api.apply(builder)).build()) {
      mailer.send((way.raw ? email.header("X-Kind", "raw") : email).build());
    }
  }

  private void assertFails(Kind kind, ThrowingCallable send) {
    assertThatThrownBy(send)
        .asInstanceOf(type(MailException.class))
        .extracting(MailException::kind)
        .isEqualTo(kind);
    assertThat(ses.emails()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void sendsFromAnIdentityOfAnotherAccountThatTheRequestNames(Way way) {
    send(way, "noreply@mail.example.com", mailer -> mailer.identityArn(LENT));
    send(way, "noreply@own.example", mailer -> mailer.identityArn(LENT));

    assertThat(ses.emails()).hasSize(2);
    assertThat(ses.emails().get(0).from()).isEqualTo("noreply@mail.example.com");
  }

  @ParameterizedTest
  @EnumSource
  void needsItsArn(Way way) {
    assertFails(
        Kind.IDENTITY_NOT_VERIFIED, () -> send(way, "noreply@example.com", mailer -> mailer));
    assertFails(
        Kind.ACCESS_DENIED,
        () ->
            send(
                way,
                "noreply@example.com",
                mailer -> mailer.identityArn(LENT.replace("111122223333", "999999999999"))));
  }

  @ParameterizedTest
  @EnumSource
  void forwardsBouncesToAnAddressOfEitherAccount(Way way) {
    for (String feedback : new String[] {"bounces@example.com", "bounces@own.example"}) {
      send(
          way,
          "noreply@example.com",
          mailer -> mailer.identityArn(LENT).feedbackAddress(EmailAddress.of(feedback)));
    }

    assertThat(ses.emails())
        .hasSize(2)
        .allSatisfy(email -> assertThat(new String(email.rawMime())).doesNotContain("bounces@"));
  }

  @ParameterizedTest
  @EnumSource
  void forwardsBouncesToNobodyElse(Way way) {
    assertFails(
        Kind.IDENTITY_NOT_VERIFIED,
        () ->
            send(
                way,
                "noreply@own.example",
                mailer -> mailer.feedbackAddress(EmailAddress.of("bounces@elsewhere.example"))));
    assertFails(
        Kind.IDENTITY_NOT_VERIFIED,
        () ->
            send(
                way,
                "noreply@own.example",
                mailer -> mailer.feedbackAddress(EmailAddress.of("bounces@example.com"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "arn:aws:ses:us-east-1:111122223333:configuration-set/example.com",
        "arn:aws:ses:us-east-1:1111:identity/example.com",
        "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
        "arn:aws:ses:us-east-1:111122223333:identity/ample.com",
        "arn:aws:ses:us-east-1:111122223333:identity/else@example.com"
      })
  void refusesAnArnThatPermitsNothing(String arn) {
    SendEmailRequest.Builder request = SesTestClient.request().fromEmailAddress("a@example.com");
    try (SesV2Client client = SesTestClient.of(ses);
        SesClient query = SesQueryClient.of(ses)) {
      for (ThrowingCallable send :
          new ThrowingCallable[] {
            () -> client.sendEmail(request.fromEmailAddressIdentityArn(arn).build()),
            () ->
                client.sendEmail(
                    request
                        .fromEmailAddressIdentityArn(LENT)
                        .feedbackForwardingEmailAddress("b@example.com")
                        .feedbackForwardingEmailAddressIdentityArn(arn)
                        .build()),
            () ->
                query.sendEmail(
                    SesQueryClient.request().source("a@example.com").sourceArn(arn).build()),
            () ->
                query.sendEmail(
                    SesQueryClient.request()
                        .source("a@own.example")
                        .returnPath("b@example.com")
                        .returnPathArn(arn)
                        .build())
          }) {
        assertThatThrownBy(send).hasMessageContaining("Invalid identity ARN.");
      }
    }
    assertThat(ses.emails()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, ''",
    "true, true, ''",
    "false, true, 'Email address is not verified'",
    "false, false, 'Email address is not verified'"
  })
  void readsTheArnsOfARawEmail(boolean source, boolean from, String refusal) {
    SendRawEmailRequest.Builder request =
        SendRawEmailRequest.builder()
            .source("a@example.com")
            .rawMessage(
                raw ->
                    raw.data(
                        SdkBytes.fromUtf8String(
                            "From: b@example.com\r\nTo: jo@example.org\r\nSubject: a\r\n\r\na")));
    if (source) {
      request.sourceArn(LENT);
    }
    if (from) {
      request.fromArn(LENT);
    }
    try (SesClient query = SesQueryClient.of(ses)) {
      if (refusal.isEmpty()) {
        query.sendRawEmail(request.build());
        assertThat(ses.emails()).hasSize(1);
      } else {
        assertThatThrownBy(() -> query.sendRawEmail(request.build())).hasMessageContaining(refusal);
      }
    }
  }

  @Test
  void acceptsAnyIdentityWhereNoneIsVerified() {
    try (LocalSes any = LocalSes.start();
        SesV2Client client = SesTestClient.of(any)) {
      client.sendEmail(SesTestClient.request().fromEmailAddressIdentityArn(LENT).build());

      assertThat(any.emails()).hasSize(1);
    }
  }
}
