package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * How often an email is sent, and what is reported, whatever goes wrong: over real sockets, through
 * both APIs and each HTTP client of the SDK, with the retry that is on by default.
 *
 * <p>The tables of the documentation are made of what was just observed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MailFaultCases {
  private static final Path PAGE = Path.of("../healthmetrics-aws-core/docs/email-failures.md");

  /**
   * How much a client may exceed the deadline, on a machine that is busy with all other cases and
   * tests; a client that knows none ends after its socket timeout, which is 30 seconds.
   */
  private static final Duration OVERRUN = Duration.ofSeconds(15);

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.of("noreply@example.com"))
          .to(EmailAddress.of("ada@example.com"))
          .subject("Hello")
          .text("Hello")
          .accountMail()
          .idempotencyKey("hello-1")
          .build();

  /** Both APIs. */
  enum Api {
    V1,
    V2
  }

  /** One email through one client and one API. */
  record Case(MailFault fault, HttpClientKind client, Api api) {}

  /** What was observed, as the table shows it. */
  record Outcome(
      int attempts,
      int accepted,
      String kind,
      String delivery,
      String retryAfter,
      String settledBy) {}

  /** An outcome, and how long it took. */
  record Observed(Outcome outcome, Duration duration) {}

  private Map<Case, Observed> observed = Map.of();

  abstract Stream<MailFault> faults();

  /** Sends an email for each case; the map has their order. */
  abstract Map<Case, Observed> observeAll(List<Case> cases) throws Exception;

  @BeforeAll
  void sendThroughAllFaults() throws Exception {
    observed =
        observeAll(
            faults()
                .flatMap(
                    fault ->
                        fault.clients().stream()
                            .flatMap(
                                client ->
                                    Stream.of(Api.values())
                                        .map(api -> new Case(fault, client, api))))
                .toList());
  }

  static Observed observe(Case each) throws IOException, InterruptedException {
    MailFault fault = each.fault();
    try (LocalSes ses =
            LocalSes.builder()
                .verifiedIdentity("example.com")
                .clock(Clock.offset(Clock.systemUTC(), fault.drift()))
                .start();
        BrokenServer server = BrokenServer.start(fault.behavior);
        SdkHttpClient http =
            each.client().create(fault.limits(), fault == MailFault.PROXY ? server.http() : null)) {
      ses.failNext(fault.queue.toArray(SesFault[]::new));
      SesMailer.Builder builder =
          SesMailer.builder()
              .region(ses.region())
              .credentials(fault.credentials(ses))
              .endpoint(fault.endpoint(ses, server))
              .httpClient(http)
              .deadline(fault.deadline());
      try (SesMailer mailer = (each.api() == Api.V1 ? builder.apiV1() : builder).build()) {
        return switch (fault) {
          case POOL_EXHAUSTED -> {
            builder.deadline(MailFault.LONG);
            try (SesMailer other = builder.build()) {
              yield sendWhile(other, mailer, ses, server);
            }
          }
          case CLIENT_CLOSED -> {
            close(http);
            yield send(mailer, ses);
          }
          case INTERRUPTED -> {
            Thread.currentThread().interrupt();
            yield send(mailer, ses);
          }
          case INTERRUPTED_IN_TLS -> sendUntil(server::awaitConnection, mailer, ses);
          case INTERRUPTED_IN_SILENCE -> sendUntil(() -> awaitEmail(ses), mailer, ses);
          default -> send(mailer, ses);
        };
      } finally {
        Thread.interrupted();
      }
    }
  }

  private static Observed send(SesMailer mailer, LocalSes ses) {
    IdempotencyStore store = IdempotencyStore.inMemory();
    TransactionalMailer once = MailerChain.builder().once(store).build().wrap(mailer);
    long start = System.nanoTime();
    MailException failure = null;
    try {
      once.send(EMAIL);
    } catch (MailException e) {
      failure = e;
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new Observed(
        new Outcome(
            ses.sendAttempts(),
            ses.emails().size(),
            failure == null ? "sent" : code(failure.kind()),
            failure == null ? "" : code(failure.delivery()),
            failure == null ? "" : failure.retryAfter().map(MailFaultCases::shown).orElse(""),
            settledBy(store, ses)),
        duration);
  }

  /** What ends the key's doubt: the response itself, the events that SES has, or only a person. */
  private static String settledBy(IdempotencyStore store, LocalSes ses) {
    MailerChain later =
        MailerChain.builder()
            .once(store)
            .clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)))
            .build();
    if (later.unresolved(Duration.ZERO, 100).isEmpty()) {
      return "the response";
    }
    ses.emails().forEach(email -> later.settle(sendEvent(email)));
    return later.unresolved(Duration.ZERO, 100).isEmpty() ? "the `Send` event" : "`forget`";
  }

  private static MailEvent sendEvent(ReceivedMail email) {
    return MailEvent.parse(
            """
            {"eventType": "Send", "send": {}, "mail": {"timestamp": "2026-11-01T10:00:00Z",
             "messageId": "%s", "tags": {"healthmetrics-attempt": ["%s"]}}}"""
                .formatted(email.messageId(), email.tags().get("healthmetrics-attempt")))
        .orElseThrow();
  }

  /** While an email of another mailer holds the only connection. */
  private static Observed sendWhile(
      SesMailer other, SesMailer mailer, LocalSes ses, BrokenServer server)
      throws IOException, InterruptedException {
    Thread holder = daemon(() -> send(other, ses));
    server.awaitConnection();
    Observed result = send(mailer, ses);
    server.close();
    holder.join();
    return result;
  }

  /** On a thread that is interrupted once something has happened. */
  private static Observed sendUntil(Runnable awaited, SesMailer mailer, LocalSes ses) {
    Thread sender = Thread.currentThread();
    daemon(
        () -> {
          awaited.run();
          sender.interrupt();
        });
    return send(mailer, ses);
  }

  private static void awaitEmail(LocalSes ses) {
    try (Mailbox mailbox = Mailbox.of(ses)) {
      mailbox.within(Duration.ofMinutes(1)).hasSize(1);
    }
  }

  private static void close(SdkHttpClient http) {
    http.close();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "mail-faults");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static String code(Enum<?> value) {
    return "`" + value + "`";
  }

  private static String shown(Duration wait) {
    return wait.compareTo(Duration.ofMinutes(1)) < 0
        ? wait.toSeconds() + " s"
        : wait.toHours() + " h";
  }

  private Map<Case, Observed> all(MailFault fault) {
    return observed.entrySet().stream()
        .filter(each -> each.getKey().fault() == fault)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private Stream<Outcome> outcomes(MailFault fault) {
    return all(fault).values().stream().map(Observed::outcome);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void neverMakesTwoEmails(MailFault fault) {
    assertThat(outcomes(fault)).isNotEmpty().allMatch(outcome -> outcome.accepted() <= 1);
  }

  /** Callers that rely on it and send again must not send two. */
  @ParameterizedTest
  @MethodSource("faults")
  void neverReportsAnAcceptedEmailAsNotSent(MailFault fault) {
    assertThat(outcomes(fault))
        .noneMatch(
            outcome ->
                outcome.accepted() > 0 && outcome.delivery().equals(code(Delivery.NOT_SENT)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void settlesEachAcceptedEmailByItsResponseOrItsEvents(MailFault fault) {
    assertThat(outcomes(fault))
        .allSatisfy(
            outcome ->
                assertThat(outcome.settledBy().equals("`forget`"))
                    .isEqualTo(
                        outcome.accepted() == 0
                            && outcome.delivery().equals(code(Delivery.UNKNOWN))));
  }

  /** Where no byte of the email left, that is known, whatever the HTTP client. */
  @ParameterizedTest
  @MethodSource("faults")
  void reportsTheSameWithEachClientAndApi(MailFault fault) {
    assertThat(all(fault))
        .allSatisfy(
            (each, seen) -> {
              assertThat(seen.outcome().kind()).isEqualTo(fault.expected);
              assertThat(seen.outcome()).isEqualTo(outcomes(fault).findFirst().orElseThrow());
            });
  }

  @ParameterizedTest
  @MethodSource("faults")
  void endsWithinTheDeadline(MailFault fault) {
    assertThat(all(fault))
        .allSatisfy(
            (each, seen) -> assertThat(seen.duration()).isLessThan(fault.deadline().plus(OVERRUN)));
  }

  @Test
  void theDocumentationStatesWhatHappens() throws IOException {
    ReadmeSection.of(PAGE, getClass()).assertMatches(table());
  }

  private String table() {
    StringBuilder table =
        new StringBuilder(
            "| what goes wrong | requests SES saw | emails it accepted | `kind` | `delivery` | `retryAfter` | settled by |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (MailFault fault : faults().toList()) {
      Outcome outcome = outcomes(fault).findFirst().orElseThrow();
      table.append(
          "| %s | %d | %d | %s | %s | %s | %s |\n"
              .formatted(
                  fault.title,
                  outcome.attempts(),
                  outcome.accepted(),
                  outcome.kind(),
                  outcome.delivery(),
                  outcome.retryAfter(),
                  outcome.settledBy()));
    }
    return table.toString().replaceAll(" +\\|", " |");
  }
}
