package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** {@link SesMailer} against a list that responds as SES documents, and each of its failures. */
class SesSuppressionListTest extends SuppressionListContract {
  private static final String PATH = "/v2/email/suppression/addresses/";
  private static final EmailAddress ADA = EmailAddress.of("ada.to.hide@patients.example");

  private final Map<String, String> entries = new ConcurrentHashMap<>();
  private final StubHttp ses = StubHttp.responding(this::respond);
  private final SesMailer mailer = mailer(ses).build();

  private static SesMailer.Builder mailer(StubHttp http) {
    return SesMailer.builder()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(http);
  }

  private Response respond(StubHttp.Request request) {
    String path = request.http().encodedPath();
    assertThat(path).startsWith(PATH);
    String address = SdkHttpUtils.urlDecode(path.substring(PATH.length()));
    boolean removal = request.http().method().name().equals("DELETE");
    String entry = removal ? entries.remove(address) : entries.get(address);
    if (entry == null) {
      return refusal(404, "NotFoundException", address + " does not exist on your list.");
    }
    return Response.of(200, removal ? "{}" : "{\"SuppressedDestination\":" + entry + "}");
  }

  private static Response refusal(int status, String code, String message) {
    return Response.of(status, "{\"message\":\"" + message + "\"}").with("x-amzn-ErrorType", code);
  }

  @Override
  SuppressionList list() {
    return mailer;
  }

  @Override
  void suppress(EmailAddress address, Suppression suppression) {
    entries.put(
        address.address(),
        String.format(
            Locale.ROOT,
            "{\"EmailAddress\":\"%s\",\"Reason\":\"%s\",\"LastUpdateTime\":%.3f}",
            address.address(),
            suppression.reason(),
            suppression.since().toEpochMilli() / 1000.0));
  }

  @AfterEach
  void close() {
    mailer.close();
  }

  /** The two requests of the list. */
  private enum Call {
    SUPPRESSION(
        "ses:GetSuppressedDestination",
        "he state of the address is unknown",
        "The state of the address is unknown",
        SuppressionList::suppression),
    RELEASE(
        "ses:DeleteSuppressedDestination",
        "he address was not released",
        "Whether the address was released is unknown",
        SuppressionList::release);

    private interface Request {
      Object of(SuppressionList list, EmailAddress address);
    }

    private final String action;
    private final String notDone;
    private final String unknown;
    private final Request request;

    Call(String action, String notDone, String unknown, Request request) {
      this.action = action;
      this.notDone = notDone;
      this.unknown = unknown;
      this.request = request;
    }

    MailException failure(SesMailer list) {
      MailException failure =
          catchThrowableOfType(MailException.class, () -> request.of(list, ADA));
      assertThat(failure).isNotNull();
      assertThat(Thrown.logged(failure))
          .doesNotContainIgnoringCase(ADA.address(), "ada.to.hide", "SECRET+KEY");
      assertThat(failure.getMessage()).doesNotContainIgnoringCase("email");
      return failure;
    }

    /** Of one try. */
    MailException failure(StubHttp http) {
      try (SesMailer list = mailer(http).withoutRetry().build()) {
        return failure(list);
      }
    }

    MailException failure(int status, String code, String message) {
      return failure(StubHttp.responding(request -> refusal(status, code, message)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportThrottlingAsUnknownAndWhenToAskAgain(Call call) {
    MailException failure = call.failure(429, "TooManyRequestsException", "Rate exceeded");

    assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
    assertThat(failure).hasMessageContainingAll("a second", call.notDone, "again");
  }

  /** An account has a daily quota of emails, not of these requests. */
  @ParameterizedTest
  @EnumSource
  void reportThrottlingAsSuchWhateverItsText(Call call) {
    MailException failure =
        call.failure(429, "TooManyRequestsException", "Daily message quota exceeded.");

    assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
    assertThat(failure).hasMessageContaining(call.notDone);
  }

  @ParameterizedTest
  @EnumSource
  void reportARequestThatIsTooLongAsInvalid(Call call) {
    MailException failure =
        call.failure(
            400, "BadRequestException", "Message length is more than 41943040 bytes long.");

    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    assertThat(failure).hasMessageContaining(call.notDone);
  }

  @ParameterizedTest
  @EnumSource
  void nameTheMissingPermissionAndTheInputsOfTheModuleThatGrantIt(Call call) {
    String[] texts = {
      "No.",
      "User: arn:aws:sts::123456789012:assumed-role/app/1 is not authorized to perform: %s on resource: *"
          .formatted(call.action),
      "User `a` is not authorized to perform `%s` on resource `arn:aws:ses:eu-central-1:123456789012:identity/%s`"
          .formatted(call.action, ADA.address()),
    };
    for (String text : texts) {
      MailException failure = call.failure(403, "AccessDeniedException", text);

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure)
          .hasMessageContainingAll(
              call.action, call.notDone, "role.suppression", "attach_suppression_to_roles");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadRequestException, INVALID",
    "413, RequestEntityTooLargeException, INVALID",
    "403, InvalidSignatureException, CREDENTIALS_REJECTED",
    "400, RequestExpired, CLOCK_SKEWED",
    "404, UnknownOperationException, INVALID",
    "500, InternalFailure, UNKNOWN_OUTCOME",
    "502, '', UNKNOWN_OUTCOME",
    "404, '', UNKNOWN_OUTCOME",
  })
  void haveAKindForEachErrorResponse(int status, String code, Kind kind) {
    for (Call call : Call.values()) {
      MailException failure = call.failure(status, code, ADA.address());

      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure)
          .hasMessageContaining(kind == Kind.UNKNOWN_OUTCOME ? call.unknown : call.notDone);
    }
  }

  @ParameterizedTest
  @EnumSource
  void areUnknownWithoutAResponse(Call call) {
    for (IOException failing :
        List.of(new SocketTimeoutException("Read timed out"), new ConnectException("Refused"))) {
      MailException failure =
          call.failure(
              StubHttp.responding(
                  request -> {
                    throw failing;
                  }));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(failure).hasMessageContaining(call.unknown).hasRootCause(failing);
    }
  }

  @ParameterizedTest
  @EnumSource
  void areUnknownWithoutCredentials(Call call) {
    try (SesMailer list =
        mailer(ses)
            .credentials(RecordingCredentials.failingWith(new IllegalStateException("none")))
            .withoutRetry()
            .build()) {
      MailException failure = call.failure(list);

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure).hasMessageContaining(call.notDone);
      assertThat(ses.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void areUnknownOnceTheMailerIsClosed(Call call) {
    mailer.close();

    MailException failure = call.failure(mailer);

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContainingAll("closed", call.notDone);
    assertThat(ses.requests()).isEmpty();
  }

  /** An entry without a reason or a time would be reported as no entry otherwise. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"SuppressedDestination\":{}}",
        "{\"SuppressedDestination\":{\"Reason\":\"BOUNCE\"}}",
        "{\"SuppressedDestination\":{\"LastUpdateTime\":1700000000}}",
        "<html>",
      })
  void areUnknownAfterAResponseThatCannotBeRead(String body) {
    MailException failure = Call.SUPPRESSION.failure(StubHttp.responding(200, body));

    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(failure).hasMessageContaining("state of the address is unknown");
  }

  @ParameterizedTest
  @EnumSource
  void areTriedAgainOnlyWhileTheyAreThrottled(Call call) {
    suppress(ADA, new Suppression("BOUNCE", Instant.EPOCH));
    StubHttp throttling =
        StubHttp.responding(
            request ->
                request.number() < 3
                    ? refusal(429, "TooManyRequestsException", "Rate exceeded")
                    : respond(request));
    StubHttp failing = StubHttp.responding(request -> refusal(500, "InternalFailure", "Oops"));

    try (SesMailer list = mailer(throttling).waiting(new WithoutWaiting(), bound -> 0).build()) {
      Object result = call.request.of(list, ADA);

      assertThat(result.toString()).containsAnyOf("BOUNCE", "true");
      assertThat(throttling.requests()).hasSize(3);
    }
    try (SesMailer list = mailer(failing).waiting(new WithoutWaiting(), bound -> 0).build()) {
      call.failure(list);

      assertThat(failing.requests()).hasSize(1);
    }
  }

  /** Time that does not pass. */
  private record WithoutWaiting() implements Time {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration wait) {}
  }

  @ParameterizedTest
  @EnumSource
  void areNotAvailableWithTheApiV1(Call call) {
    try (SesMailer v1 = mailer(ses).apiV1().build()) {
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> call.request.of(v1, ADA))
          .withMessageContainingAll("API v1", "apiV1()");
      assertThat(ses.requests()).isEmpty();
    }
  }
}
