package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an application does about each kind of failure: the table in the README, whose last column
 * is what {@link MailException} itself returns.
 */
class MailKindsTest {
  private static final ReadmeSection README =
      ReadmeSection.of(Path.of("..", "README.md"), MailKindsTest.class);

  /** Why it usually happens, and the status of the application's own response. */
  private record Advice(String cause, int status) {
    static Advice of(Kind kind) {
      return switch (kind) {
        case THROTTLED -> new Advice("more recipients per second than the account may have", 503);
        case DAILY_QUOTA_EXCEEDED -> new Advice("the account's quota for 24 hours is used up", 503);
        case IDENTITY_NOT_VERIFIED ->
            new Advice("sender, or MAIL FROM domain, not verified in `SES_REGION`", 500);
        case SANDBOX_RECIPIENT ->
            new Advice("the account is in the sandbox, and the recipient is not verified", 500);
        case RECIPIENT_NOT_ALLOWED ->
            new Advice("`allowOnly` of a test environment does not list the recipient", 422);
        case SENDING_PAUSED ->
            new Advice("sending was paused, by AWS or by an alarm, until it is resumed", 503);
        case ACCOUNT_SUSPENDED -> new Advice("AWS suspended the account", 503);
        case REJECTED -> new Advice("the content, such as a virus in an attachment", 422);
        case TOO_LARGE ->
            new Advice("more than 40 MB, with API v1 10 MB, attachments in base64", 413);
        case INVALID ->
            new Advice("a request that SES does not accept; the response has the code", 500);
        case CONFIGURATION_SET_NOT_FOUND ->
            new Advice("`SES_CONFIGURATION_SET` is not one of this region", 500);
        case NOT_FOUND -> new Advice("another resource is missing, or the endpoint is wrong", 500);
        case ACCESS_DENIED ->
            new Advice("no `ses:SendEmail` on identity and configuration set, or a proxy", 500);
        case CREDENTIALS_UNAVAILABLE ->
            new Advice("no credentials, expired ones, or a provider that fails", 503);
        case CREDENTIALS_REJECTED ->
            new Advice("wrong or disabled key, expired session token, wrong `SES_REGION`", 500);
        case CLOCK_SKEWED ->
            new Advice("this machine's clock is wrong, and the time could not be corrected", 503);
        case UNREACHABLE ->
            new Advice(
                "name, network, proxy or TLS; or the idempotency store fails or is full", 503);
        case UNKNOWN_OUTCOME -> new Advice("timeout, lost connection or 5xx after sending", 202);
      };
    }
  }

  /** A failure that a retry may cure is that of a server that is unavailable for a while. */
  @ParameterizedTest
  @EnumSource
  void advisesServiceUnavailableWhereARetryMayHelp(Kind kind) {
    if (new MailException(kind, "What happened").retryAfter().isPresent()) {
      assertThat(Advice.of(kind).status()).isEqualTo(503);
    }
  }

  /** The email may arrive: neither a success nor a failure that invites another one. */
  @ParameterizedTest
  @EnumSource
  void advisesAcceptedForAnUnknownOutcomeOnly(Kind kind) {
    assertThat(Advice.of(kind).status() == 202)
        .isEqualTo(new MailException(kind, "What happened").delivery() == Delivery.UNKNOWN);
  }

  @Test
  void theReadmeAdvisesOnEveryKind() throws IOException {
    StringBuilder table =
        new StringBuilder(
            "| `kind` | usual cause | respond with | retry |\n| --- | --- | --- | --- |\n");
    for (Kind kind : Kind.values()) {
      Advice advice = Advice.of(kind);
      table.append(
          "| `%s` | %s | %d | %s |\n"
              .formatted(kind, advice.cause(), advice.status(), retry(kind)));
    }
    README.assertMatches(table.toString());
  }

  private static String retry(Kind kind) {
    MailException failure = new MailException(kind, "What happened");
    if (failure.delivery() == Delivery.UNKNOWN) {
      return "no: it may make two";
    }
    return failure.retryAfter().map(wait -> "after " + shown(wait)).orElse("no");
  }

  private static String shown(Duration wait) {
    return wait.compareTo(Duration.ofMinutes(1)) < 0
        ? wait.toSeconds() + " s"
        : wait.toHours() + " h";
  }
}
