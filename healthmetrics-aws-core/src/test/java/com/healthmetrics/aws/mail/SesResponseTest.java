package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/** What each error response of SES means for the email, with both APIs. */
@ParameterizedClass
@EnumSource(ApiVersion.class)
class SesResponseTest {
  private static final String RECIPIENT = "recipient.to.hide@patients.example";
  private static final String FROM = "noreply@healthmetrics.example";

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.parse("HealthMetrics <" + FROM + ">"))
          .to(EmailAddress.parse("Ada <" + RECIPIENT + ">"))
          .bcc(EmailAddress.of("copy@patients.example"))
          .subject("Hello")
          .text("Hello")
          .build();

  @Parameter ApiVersion api;

  private MailException refused(int status, String code, String message) {
    try (StubSes ses = StubSes.refusing(status, code, message)) {
      return failureAt(ses);
    }
  }

  /** Makes one try; {@link RetryTest} tests the retries. */
  private MailException failureAt(StubSes ses) {
    try (SesMailer mailer =
        api.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(RecordingCredentials.longTerm())
            .withoutRetry()
            .endpoint(ses.endpoint())
            .build()) {
      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
      assertThat(failure).isNotNull().hasNoCause();
      assertThat(ses.requests()).hasSize(1);
      assertThat(Thrown.logged(failure))
          .doesNotContainIgnoringCase(RECIPIENT, "recipient.to.hide", "copy@", "SECRET+KEY");
      return failure;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, TooManyRequestsException, Maximum sending rate exceeded., THROTTLED, PT1S",
    "429, TooManyRequestsException, Daily message quota exceeded., DAILY_QUOTA_EXCEEDED, PT1H",
    "429, SomethingNew, Slow down., THROTTLED, PT1S",
    "429, SomethingNew, DAILY quota., DAILY_QUOTA_EXCEEDED, PT1H",
    "400, Throttling, Maximum sending rate exceeded., THROTTLED, PT1S",
    "400, ThrottlingException, Rate exceeded, THROTTLED, PT1S",
    "400, ThrottlingException, Daily message quota exceeded., DAILY_QUOTA_EXCEEDED, PT1H",
    "503, Throttling, Maximum sending rate exceeded., UNKNOWN_OUTCOME,",
    "400, AccountSuspendedException, Suspended., ACCOUNT_SUSPENDED,",
    "400, MessageRejected, Sending suspended for this account., ACCOUNT_SUSPENDED,",
    "400, SendingPausedException, Paused., SENDING_PAUSED,",
    "400, AccountSendingPausedException, Paused., SENDING_PAUSED,",
    "400, ConfigurationSetSendingPausedException, Paused., SENDING_PAUSED,",
    "400, MessageRejected, Sending paused for this account., SENDING_PAUSED,",
    "400, MailFromDomainNotVerifiedException, MAIL FROM., IDENTITY_NOT_VERIFIED,",
    "400, MessageRejected, Content is spam., REJECTED,",
    "400, MessageRejected, Message length is more than 10485760 bytes long., REJECTED,",
    "400, BadRequestException, Message length is more than 41943040 bytes long., TOO_LARGE,",
    "400, InvalidParameterValue, Message length is more than 10485760 bytes long., TOO_LARGE,",
    "400, LimitExceededException, Too many resources., INVALID,",
    "400, InvalidParameterValue, Illegal address., INVALID,",
    "400, BadRequestException, Local address contains control or whitespace, INVALID,",
    "400, SomethingNew, What is this., INVALID,",
    "404, NotFoundException, Configuration set does not exist., CONFIGURATION_SET_NOT_FOUND,",
    "400, ConfigurationSetDoesNotExist, Configuration set does not exist., CONFIGURATION_SET_NOT_FOUND,",
    "400, ConfigurationSetDoesNotExistException, It does not exist., CONFIGURATION_SET_NOT_FOUND,",
    "408, RequestTimeoutException, Too slow., UNKNOWN_OUTCOME,",
    "413, RequestEntityTooLargeException, Too large., TOO_LARGE,",
    "302, Found, A proxy knows better., UNKNOWN_OUTCOME,",
    "499, SomethingNew, The last of its hundred., INVALID,",
    "404, NotFoundException, Configuration set <prod> does not exist., CONFIGURATION_SET_NOT_FOUND,",
    "404, NotFoundException, Tenant does not exist., NOT_FOUND,",
    "404, UnknownOperationException, What is this., INVALID,",
    "400, NotAuthorized, Who are you., ACCESS_DENIED,",
    "401, NotAuthorized, Who are you., ACCESS_DENIED,",
    "403, OptInRequired, No subscription., ACCESS_DENIED,",
    "403, SomethingNew, No., ACCESS_DENIED,",
    "400, AccessDeniedException, No., ACCESS_DENIED,",
    "403, AccessDeniedException, Not authorized to perform ses:SendEmail., ACCESS_DENIED,",
    "403, SignatureDoesNotMatch, Check your key., CREDENTIALS_REJECTED,",
    "403, InvalidSignatureException, Check your key., CREDENTIALS_REJECTED,",
    "400, InvalidSignatureException, Check your key., CREDENTIALS_REJECTED,",
    "403, InvalidClientTokenId, The security token is invalid., CREDENTIALS_REJECTED,",
    "403, UnrecognizedClientException, The security token is invalid., CREDENTIALS_REJECTED,",
    "400, UnrecognizedClientException, The security token is invalid., CREDENTIALS_REJECTED,",
    "400, InvalidToken, The token is malformed., CREDENTIALS_REJECTED,",
    "403, InvalidAccessKeyId, Unknown., CREDENTIALS_REJECTED,",
    "403, MissingAuthenticationTokenException, Missing., CREDENTIALS_REJECTED,",
    "400, IncompleteSignature, No equal sign., CREDENTIALS_REJECTED,",
    "403, ExpiredTokenException, The token has expired., CREDENTIALS_REJECTED,",
    "400, ExpiredToken, The token has expired., CREDENTIALS_REJECTED,",
    "400, RequestExpired, The request is too old., CLOCK_SKEWED,",
    "403, RequestTimeTooSkewed, The difference is too large., CLOCK_SKEWED,",
    "400, RequestTimeTooSkewed, The difference is too large., CLOCK_SKEWED,",
    "403, SignatureDoesNotMatch, Signature expired: a is now earlier than b, CLOCK_SKEWED,",
    "403, SignatureDoesNotMatch, Signature not yet current: a is later than b, CLOCK_SKEWED,",
    "403, InvalidSignatureException, Signature expired: a is now earlier than b, CLOCK_SKEWED,",
    "400, InvalidSignatureException, Signature not yet current: a is later, CLOCK_SKEWED,",
    "400, InternalFailure, Oops., UNKNOWN_OUTCOME,",
    "400, RequestAbortedException, Closed before the reply., UNKNOWN_OUTCOME,",
    "400, RequestTimeout, Too slow., UNKNOWN_OUTCOME,",
    "500, InternalServiceError, Oops., UNKNOWN_OUTCOME,",
    "502, BadGateway, Oops., UNKNOWN_OUTCOME,",
    "503, ServiceUnavailable, Oops., UNKNOWN_OUTCOME,",
    "504, GatewayTimeout, Oops., UNKNOWN_OUTCOME,",
  })
  void distinguishesEachErrorResponseAndSendsOnce(
      int status, String errorType, String message, Kind kind, Duration retryAfter) {
    MailException failure = refused(status, errorType, message + " (" + RECIPIENT + ")");

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.delivery())
        .isEqualTo(kind == Kind.UNKNOWN_OUTCOME ? Delivery.UNKNOWN : Delivery.NOT_SENT);
    if (retryAfter == null) {
      assertThat(failure.retryAfter()).isEmpty();
    } else {
      assertThat(failure.retryAfter()).hasValue(retryAfter);
    }
    assertThat(failure)
        .hasNoCause()
        .hasMessageContaining("SES responded with " + status + " " + errorType)
        .hasMessageContaining("request id stub-request-id")
        .hasMessageContaining(kind == Kind.UNKNOWN_OUTCOME ? "may have been accepted" : "not sent");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/healthmetrics.example"
            + " | arn:aws:ses:eu-central-1:123:identity/healthmetrics.example",
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/recipient.to.hide@patients.example"
            + " | arn:aws:ses:eu-central-1:123:identity/r***@patients.example",
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/recipient.to.hide/x@patients.example"
            + " | arn:aws:ses:eu-central-1:123:identity/r***@patients.example",
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/recipient.to.hide`x@patients.example"
            + " | arn:aws:ses:eu-central-1:123:identity/r***@patients.example",
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/o'hide'@patients.example"
            + " | arn:aws:ses:eu-central-1:123:identity/o***@patients.example",
        "ses:SendEmail | arn:aws:ses:eu-central-1:123:identity/a@b.example"
            + " | arn:aws:ses:eu-central-1:123:identity/***@b.example",
        "ses:SendRawEmail | arn:aws:ses:eu-central-1:123:configuration-set/prod"
            + " | arn:aws:ses:eu-central-1:123:configuration-set/prod",
        "ses:ApplyTrackingConfigurationOverrides | * | *",
      })
  void namesTheDeniedActionAndItsResource(String action, String resource, String shown) {
    for (String form :
        new String[] {
          "User `arn:aws:iam::123:user/ada@secret.example' is not authorized to perform `%s' on"
              + " resource `%s'",
          "User: arn:aws:sts::123:assumed-role/app/ada@secret.example is not authorized to perform:"
              + " %s on resource: %s because no identity-based policy allows it",
        }) {
      MailException failure =
          refused(403, "AccessDeniedException", form.formatted(action, resource));

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure)
          .hasMessageStartingWith(
              "The credentials may not perform " + action + " on " + shown + "; the email was not")
          .hasMessageNotContainingAny("secret.example", "user/", "assumed-role", "clock");
    }
  }

  static Stream<String> unclearDenials() {
    String denied = "User x is not authorized to perform: ";
    String arn = "arn:aws:ses:eu-central-1:123:identity/";
    return Stream.of(
        denied + "ses:SendEmail",
        denied + "iam:PassRole on resource: " + arn + RECIPIENT,
        denied + "ses:SendEmail on resource: " + RECIPIENT,
        denied + "ses:SendEmail on resource: arn:aws:ses:" + RECIPIENT,
        denied + "ses:SendEmail on resource: " + arn + "'recipient.to.hide' x@patients.example",
        // Cut off in the middle of an address, by us or by SES.
        denied + "ses:SendEmail on resource: " + arn + "x".repeat(500) + RECIPIENT,
        "x".repeat(4_000) + denied + "ses:SendEmail on resource: " + arn + RECIPIENT);
  }

  @ParameterizedTest
  @MethodSource("unclearDenials")
  void showsNothingOfADenialItCannotRead(String message) {
    MailException failure = refused(403, "AccessDenied", message);

    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure)
        .hasMessageStartingWith("The credentials lack a permission: ses:SendEmail")
        .hasMessageNotContaining("arn:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"recipient.to.hide@patients.example", "a code of a proxy"})
  void showsNoCodeThatIsNoneOfSes(String code) {
    MailException failure = refused(403, code, "No.");

    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure).hasMessageContaining("without an error code").hasMessageNotContaining(code);
  }

  /** A wrong key is no missing permission, and the other way round. */
  @Test
  void separatesCredentialsClockAndPermission() {
    assertThat(refused(403, "AccessDenied", "No."))
        .hasMessageContaining("lack a permission")
        .hasMessageNotContainingAny("clock", "token");
    assertThat(refused(403, "SignatureDoesNotMatch", "Check your key."))
        .hasMessageContainingAll("session token", "SES_REGION")
        .hasMessageNotContainingAny("clock", "permission");
    assertThat(refused(403, "SignatureDoesNotMatch", "Signature expired: a"))
        .hasMessageContainingAll("clock shows", "no readable date", "NTP")
        .hasMessageNotContainingAny("permission", "session token");
  }

  static Stream<Arguments> unverifiedIdentities() {
    String check =
        "Email address is not verified. The following identities failed the check in region"
            + " EU-CENTRAL-1: ";
    String from = FROM;
    return Stream.of(
        Arguments.of(check + from, Kind.IDENTITY_NOT_VERIFIED),
        Arguments.of(check + "NoReply@HealthMetrics.Example", Kind.IDENTITY_NOT_VERIFIED),
        Arguments.of(check + "HealthMetrics <" + from + ">", Kind.IDENTITY_NOT_VERIFIED),
        Arguments.of(check + RECIPIENT + ", " + from, Kind.IDENTITY_NOT_VERIFIED),
        Arguments.of(check + from + ", " + RECIPIENT, Kind.IDENTITY_NOT_VERIFIED),
        Arguments.of(check + RECIPIENT, Kind.SANDBOX_RECIPIENT),
        Arguments.of(check + "Ada <" + RECIPIENT + ">", Kind.SANDBOX_RECIPIENT),
        Arguments.of(check + RECIPIENT + ", copy@patients.example", Kind.SANDBOX_RECIPIENT),
        Arguments.of("Address blacklisted: " + from, Kind.REJECTED));
  }

  @ParameterizedTest
  @MethodSource("unverifiedIdentities")
  void distinguishesAnUnverifiedSenderFromASandboxedRecipient(String message, Kind kind) {
    assertThat(refused(400, "MessageRejected", message).kind()).isEqualTo(kind);
  }

  static Stream<String> unclearIdentities() {
    String check =
        "Email address is not verified. The following identities failed the check in region";
    return Stream.of(
        "Email address is not verified.",
        "Email address is not verified: " + RECIPIENT,
        check,
        check + " EU-CENTRAL-1: ",
        check + " EU-CENTRAL-1: " + RECIPIENT + ",",
        check + " EU-CENTRAL-1: " + RECIPIENT + ", ...",
        check + " EU-CENTRAL-1: " + RECIPIENT + ", noreply@healthmet",
        check + " EU-CENTRAL-1: " + RECIPIENT + ", noreply",
        check + " EU-CENTRAL-1: " + RECIPIENT + "x",
        check + " EU-CENTRAL-1: my-noreply@healthmetrics.example",
        check + " EU-CENTRAL-1: noreply@healthmetrics.example.org",
        check + " EU-CENTRAL-1: healthmetrics.example",
        cutOffAfter(check + " EU-CENTRAL-1: ", RECIPIENT) + ", " + FROM,
        check + " EU-CENTRAL-1: other@patients.example, " + RECIPIENT,
        check + " EU-CENTRAL-1: " + (RECIPIENT + ", ").repeat(200) + RECIPIENT);
  }

  /** A text whose 4,096th character is the last of the address. */
  private static String cutOffAfter(String check, String address) {
    return check + " ".repeat(4_096 - check.length() - address.length()) + address;
  }

  /** If the list is cut off, the sender may be missing from it. */
  @ParameterizedTest
  @MethodSource("unclearIdentities")
  void doesNotGuessWhoIsNotVerified(String message) {
    MailException failure = refused(400, "MessageRejected", message);

    assertThat(failure.kind()).isEqualTo(Kind.IDENTITY_NOT_VERIFIED);
    assertThat(failure).hasMessageContainingAll("sender", "or the account is in the sandbox");
  }

  /** Within what is read of a response at all. */
  @Test
  void readsALongText() {
    String longText = "Email address is not verified. ".repeat(8_000);

    assertThat(refused(400, "MessageRejected", longText).kind())
        .isEqualTo(Kind.IDENTITY_NOT_VERIFIED);
  }

  /** The response of a proxy or load balancer: the outcome of the request behind it is unknown. */
  @ParameterizedTest
  @CsvSource({
    "400, UNKNOWN_OUTCOME",
    "401, ACCESS_DENIED",
    "403, ACCESS_DENIED",
    "407, ACCESS_DENIED",
    "408, UNKNOWN_OUTCOME",
    "413, UNKNOWN_OUTCOME",
    "429, THROTTLED",
    "500, UNKNOWN_OUTCOME",
  })
  void trustsErrorResponsesOfSesOnly(int status, Kind kind) {
    for (String body :
        new String[] {"", "<html>A proxy's page</html>", "{}", "{\"error\":\"no\"}"}) {
      try (StubSes ses =
          StubSes.behaving(
              (number, out) -> {
                StubSes.write(out, status, "", body);
                return true;
              })) {

        MailException failure = failureAt(ses);

        assertThat(failure.kind()).as(body).isEqualTo(kind);
        assertThat(failure)
            .hasMessageContaining("SES, or a server in between, responded with " + status)
            .hasMessageNotContaining("null");
      }
    }
  }
}
