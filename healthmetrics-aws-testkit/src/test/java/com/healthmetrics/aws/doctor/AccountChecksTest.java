package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.EmailEnvironment.identity;
import static com.healthmetrics.aws.doctor.EmailEnvironment.server;
import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;

import com.healthmetrics.aws.testkit.mail.SesIdentity;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.EventDestination;

/** The account of SES, its quota, the configuration set and its events. */
class AccountChecksTest {
  private static final String QUEUE =
      "https://sqs.eu-central-1.amazonaws.com/123456789012/healthmetrics-test-mail-events";

  @Test
  void namesTheSandbox() {
    try (EmailEnvironment email = EmailEnvironment.of(server().sandbox())) {
      assertFailed(
          email.finding("email.account"),
          "The account is in the SES sandbox in eu-central-1",
          "Ask AWS for production access");
    }
  }

  @Test
  void namesAnAccountThatIsPaused() {
    try (EmailEnvironment email = EmailEnvironment.of(server().sendingPaused())) {
      assertFailed(
          email.finding("email.account"), "Sending is paused for the account", "resume it");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROBATION", "SHUTDOWN"})
  void namesAnAccountThatAwsRestricts(String status) {
    try (EmailEnvironment email = EmailEnvironment.of(server().enforcementStatus(status))) {
      assertFailed(
          email.finding("email.account"),
          "AWS has restricted the account or reviews it (" + status + ")",
          "See the message that AWS sent");
    }
  }

  @Test
  void namesEverythingThatIsWrongWithAnAccountAtOnce() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server().sandbox().sendingPaused().enforcementStatus("PROBATION"))) {
      Finding account = email.finding("email.account");

      assertFailed(account, "PROBATION", "message");
      assertFailed(account, "paused", "resume");
      assertFailed(account, "sandbox", "production access");
    }
  }

  @Test
  void namesThePermissionWithoutWhichTheAccountIsUnknown() {
    try (EmailEnvironment email = EmailEnvironment.of(server().denied("ses:GetAccount"))) {
      assertNotChecked(email.finding("email.account"), "ses:GetAccount");
      assertNotChecked(email.finding("email.quota"), "ses:GetAccount");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50000 | 14 | 0 of 50000 recipients in 24 hours are used, up to 14 a second.",
        "-1 | 0.5 | 0 of any number of recipients in 24 hours are used, up to 0.5 a second."
      })
  void reportsTheQuota(double max24HourSend, double maxSendRate, String details) {
    try (EmailEnvironment email =
        EmailEnvironment.of(server().sendQuota(max24HourSend, maxSendRate))) {
      assertPassed(email.finding("email.quota"), details);
    }
  }

  @Test
  void namesAQuotaThatIsUsedUp() {
    try (EmailEnvironment email = EmailEnvironment.of(server().sendQuota(0, 1))) {
      assertFailed(email.finding("email.quota"), "0 of 0 recipients", "larger quota");
    }
  }

  @Test
  void doesNotInventAQuota() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().changed(ChangedSes.account(a -> a.sendQuota(quota -> {})))) {
      assertNotChecked(email.finding("email.quota"), "SES reported no quota");
    }
  }

  @Test
  void namesAConfigurationSetThatIsNotThere() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().with("SES_CONFIGURATION_SET", "healthmetrics-prod")) {
      assertFailed(
          email.finding("email.configuration-set"),
          "There is no configuration set healthmetrics-prod in eu-central-1",
          "correct SES_CONFIGURATION_SET or SES_REGION");
      assertNotChecked(email.finding("email.events"), "see email.configuration-set");
    }
  }

  @Test
  void namesAConfigurationSetThatIsPaused() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .changed(
                ChangedSes.configurationSet(
                    set -> set.sendingOptions(sending -> sending.sendingEnabled(false))))) {
      assertFailed(
          email.finding("email.configuration-set"),
          "Sending is paused for the configuration set healthmetrics-test",
          "resume it");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"REQUIRE | with TLS only", "OPTIONAL | without TLS where a receiver has none"})
  void reportsWhetherTlsIsRequired(String policy, String details) {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .changed(
                ChangedSes.configurationSet(
                    set -> set.deliveryOptions(delivery -> delivery.tlsPolicy(policy))))) {
      assertPassed(email.finding("email.configuration-set"), details);
    }
  }

  @Test
  void checksTheDefaultSetOfTheIdentityWhereNoneIsSet() {
    try (EmailEnvironment email =
        EmailEnvironment.of(
                server(identity().configurationSet("account-mail"))
                    .configurationSet("account-mail"))
            .without("SES_CONFIGURATION_SET")) {
      assertPassed(email.finding("email.configuration-set"), "account-mail exists");
      assertPassed(email.finding("email.events"), "account-mail publishes BOUNCE");
    }
  }

  @Test
  void saysWhereNoSetIsUsed() {
    try (EmailEnvironment email = EmailEnvironment.healthy().without("SES_CONFIGURATION_SET")) {
      assertNotChecked(
          email.finding("email.configuration-set"), "SES_CONFIGURATION_SET is not set");
      assertNotChecked(email.finding("email.events"), "emails have no events");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ses:GetConfigurationSet, email.configuration-set",
    "ses:GetConfigurationSetEventDestinations, email.events"
  })
  void namesThePermissionWithoutWhichASetIsUnknown(String permission, String check) {
    try (EmailEnvironment email = EmailEnvironment.of(server().denied(permission))) {
      assertNotChecked(
          email.finding(check), "The credentials lack the permission " + permission + ",");
    }
  }

  private static EventDestination sns(boolean enabled, String... types) {
    return EventDestination.builder()
        .name("sns")
        .enabled(enabled)
        .matchingEventTypesWithStrings(types)
        .snsDestination(sns -> sns.topicArn("arn:aws:sns:eu-central-1:123456789012:events"))
        .build();
  }

  private static UnaryOperator<SesV2Client> events(EventDestination... destinations) {
    return ChangedSes.events(destinations);
  }

  @Test
  void reportsWhichEventsArePublished() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().changed(events(sns(true, "COMPLAINT", "BOUNCE")))) {
      assertPassed(
          email.finding("email.events"), "healthmetrics-test publishes BOUNCE, COMPLAINT.");
    }
  }

  @Test
  void namesTheEventsThatAreMissing() {
    try (EmailEnvironment email = EmailEnvironment.healthy().changed(events(sns(true, "BOUNCE")))) {
      assertFailed(
          email.finding("email.events"),
          "No enabled destination of healthmetrics-test publishes COMPLAINT.",
          "mail_events.types");
    }
  }

  @Test
  void namesADestinationThatIsDisabled() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy().changed(events(sns(false, "BOUNCE", "COMPLAINT")))) {
      assertFailed(
          email.finding("email.events"), "publishes BOUNCE, COMPLAINT.", "enable the destination");
    }
  }

  @Test
  void countsNoDestinationThatOnlyCounts() {
    EventDestination metrics =
        EventDestination.builder()
            .enabled(true)
            .matchingEventTypesWithStrings("BOUNCE", "COMPLAINT")
            .cloudWatchDestination(watch -> {})
            .build();
    try (EmailEnvironment email = EmailEnvironment.healthy().changed(events(metrics))) {
      assertFailed(email.finding("email.events"), "No enabled destination", "mail_events");
    }
  }

  @Test
  void expectsTheEventsThatSettleEmailsWhereTheApplicationReadsThem() {
    try (EmailEnvironment email =
        EmailEnvironment.healthy()
            .with("MAIL_EVENTS_QUEUE_URL", QUEUE)
            .changed(events(sns(true, "BOUNCE", "COMPLAINT", "REJECT")))) {
      assertFailed(
          email.finding("email.events"), "publishes DELIVERY, SEND.", "Set mail_events_queue");
    }
  }

  @Test
  void expectsADestinationOnlyWhereTheApplicationReadsEvents() {
    try (EmailEnvironment email = EmailEnvironment.healthy().changed(events())) {
      assertNotChecked(email.finding("email.events"), "has no event destination");

      email.with("MAIL_EVENTS_QUEUE_URL", QUEUE);
      assertFailed(email.finding("email.events"), "No enabled destination", "mail_events_queue");
    }
  }

  @Test
  void checksTheAccountWithoutAnIdentity() {
    try (EmailEnvironment email =
        EmailEnvironment.of(server(SesIdentity.verified("example.org")))) {
      assertPassed(email.finding("email.account"), "Production access in eu-central-1.");
      assertPassed(email.finding("email.events"), "SEND");
    }
  }
}
