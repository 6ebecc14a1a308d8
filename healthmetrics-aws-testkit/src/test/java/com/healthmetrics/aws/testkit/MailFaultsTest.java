package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.BrokenServer.Behavior;
import com.healthmetrics.aws.testkit.HttpClientKind.Limits;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * How often an email is sent, and what is reported, whatever goes wrong: over real sockets, through
 * both APIs and each HTTP client of the SDK, with the retry that is on by default.
 *
 * <p>All of it happens at once, as waits between tries are real, but for a clock that is wrong:
 * that would make other clients of this JVM wrong, too. The table of the documentation is made of
 * what was just observed.
 */
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailFaultsTest {
  private static final ReadmeSection PAGE =
      ReadmeSection.of(
          Path.of("../healthmetrics-aws-core/docs/email-failures.md"), MailFaultsTest.class);

  /** Longer than a host name can be, so that no network is asked. */
  private static final URI NOWHERE = URI.create("https://" + "n".repeat(64) + ".invalid");

  /** More than a busy machine needs. */
  private static final Duration LONG = Duration.ofMinutes(2);

  /**
   * How much a client may exceed the deadline, on a machine that is busy with all other cases; a
   * client that knows none ends after its socket timeout, which is 30 seconds.
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

  private static final SesFault OF_ANOTHER_TIME =
      SesFault.refused(403, "SignatureDoesNotMatch", "Signature expired: then is earlier than now");

  /** What goes wrong. */
  enum Fault {
    THROTTLED_TWICE("throttled by rate, twice", "sent", SesFault.throttled(), SesFault.throttled()),
    THROTTLED(
        "throttled by rate for good",
        Kind.THROTTLED,
        Collections.nCopies(50, SesFault.throttled())),
    DAILY_QUOTA(
        "daily quota used up",
        Kind.DAILY_QUOTA_EXCEEDED,
        Collections.nCopies(50, SesFault.dailyQuotaExceeded())),
    STATUS_500("500", SesFault.status(500)),
    STATUS_503("503", SesFault.status(503)),
    RESET("connection reset after the email was accepted", SesFault.acceptThenReset()),
    STATUS_502("502 after the email was accepted", SesFault.acceptThenStatus(502)),
    SILENCE("no response before the deadline", SesFault.acceptThenHang()),
    INTERRUPTED_IN_SILENCE("interrupted after the email was accepted", SesFault.acceptThenHang()),
    MALFORMED("unreadable response", SesFault.acceptThenMalformed()),
    REFUSED("connection refused", Behavior.NOT_LISTENING),
    UNRESOLVED("host name not resolved", Behavior.NOT_LISTENING),
    CONNECT_TIMEOUT("connecting timed out", Behavior.FULL),
    PROXY("proxy refused to connect", Behavior.REFUSING_PROXY),
    TLS_FAILED("TLS handshake failed", Behavior.WITHOUT_CERTIFICATE),
    TLS_RESET("TLS handshake reset", Behavior.RESETTING),
    TLS_SILENT("TLS handshake without a response", Behavior.SILENT),
    POOL_EXHAUSTED("no connection free in the pool", Behavior.SILENT),
    CLIENT_CLOSED("HTTP client closed", Behavior.NOT_LISTENING),
    INTERRUPTED("interrupted before sending", Behavior.NOT_LISTENING),
    INTERRUPTED_IN_TLS("interrupted in the TLS handshake", Behavior.SILENT),
    CREDENTIALS_FAIL_ONCE("credentials provider fails once", "sent"),
    CREDENTIALS_FAIL(
        "credentials provider fails for good", Kind.CREDENTIALS_UNAVAILABLE, List.of()),
    CLOCK_BEHIND("clock 20 minutes behind", "sent"),
    CLOCK_AHEAD("clock 20 minutes ahead", "sent"),
    CLOCK_REFUSED_TWICE(
        "clock 20 minutes ahead, and the corrected time refused, too",
        Kind.CLOCK_SKEWED,
        Collections.nCopies(2, OF_ANOTHER_TIME));

    private final String title;
    private final String expected;
    private final List<SesFault> queue;
    private final Behavior behavior;

    /** SES has the email, or may have it. */
    Fault(String title, SesFault fault) {
      this(title, Kind.UNKNOWN_OUTCOME, List.of(fault));
    }

    Fault(String title, Kind expected, List<SesFault> queue) {
      this(title, code(expected), queue.toArray(SesFault[]::new));
    }

    Fault(String title, String expected, SesFault... queue) {
      this.title = title;
      this.expected = expected;
      this.queue = List.of(queue);
      this.behavior = Behavior.NOT_LISTENING;
    }

    /** No byte of the email leaves this machine. */
    Fault(String title, Behavior behavior) {
      this.title = title;
      this.expected = code(Kind.UNREACHABLE);
      this.queue = List.of();
      this.behavior = behavior;
    }

    /** HttpURLConnection has neither a pool with a limit nor anything to close. */
    private Set<HttpClientKind> clients() {
      return this == POOL_EXHAUSTED || this == CLIENT_CLOSED
          ? EnumSet.complementOf(EnumSet.of(HttpClientKind.URL_CONNECTION))
          : EnumSet.allOf(HttpClientKind.class);
    }

    /** How far SES's clock is ahead of this machine's. */
    private Duration drift() {
      return switch (this) {
        case CLOCK_BEHIND -> Duration.ofMinutes(20);
        case CLOCK_AHEAD, CLOCK_REFUSED_TWICE -> Duration.ofMinutes(-20);
        default -> Duration.ZERO;
      };
    }

    private AwsCredentialsProvider credentials(LocalSes ses) {
      int failures =
          switch (this) {
            case CREDENTIALS_FAIL_ONCE -> 1;
            case CREDENTIALS_FAIL -> Integer.MAX_VALUE;
            default -> 0;
          };
      AtomicInteger calls = new AtomicInteger();
      return () -> {
        if (calls.incrementAndGet() <= failures) {
          throw SdkClientException.create("The metadata service did not respond");
        }
        return ses.credentials().resolveCredentials();
      };
    }

    private Limits limits() {
      return switch (this) {
        case POOL_EXHAUSTED -> Limits.ONE_CONNECTION;
        case CONNECT_TIMEOUT -> Limits.QUICK_CONNECT;
        default -> Limits.USUAL;
      };
    }

    /** Whether only the deadline ends it. */
    private boolean waits() {
      return deadline().compareTo(LONG) < 0;
    }

    private Duration deadline() {
      return switch (this) {
        case SILENCE, INTERRUPTED_IN_SILENCE -> Duration.ofSeconds(10);
        case CONNECT_TIMEOUT, TLS_SILENT, POOL_EXHAUSTED, INTERRUPTED_IN_TLS ->
            Duration.ofSeconds(5);
        default -> LONG;
      };
    }

    private URI endpoint(LocalSes ses, BrokenServer server) {
      return switch (this) {
        case UNRESOLVED -> NOWHERE;
        case PROXY -> URI.create("https://email.example");
        case TLS_FAILED, TLS_RESET, TLS_SILENT, INTERRUPTED_IN_TLS -> server.https();
        case REFUSED, CONNECT_TIMEOUT, POOL_EXHAUSTED -> server.http();
        default -> ses.endpoint();
      };
    }
  }

  /** Both APIs. */
  enum Api {
    V1,
    V2
  }

  /** One email through one client and one API. */
  private record Case(Fault fault, HttpClientKind client, Api api) {}

  /** What was observed, as the table shows it. */
  private record Outcome(
      int attempts,
      int accepted,
      String kind,
      String delivery,
      String retryAfter,
      String settledBy) {}

  /** An outcome, and how long it took. */
  private record Observed(Outcome outcome, Duration duration) {}

  private final Map<Case, Observed> observed = new LinkedHashMap<>();

  @BeforeAll
  void sendThroughAllFaults() throws InterruptedException, ExecutionException, IOException {
    List<Case> quick = new ArrayList<>();
    List<Case> waiting = new ArrayList<>();
    List<Case> drifting = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      List<Case> alike = !fault.drift().isZero() ? drifting : fault.waits() ? waiting : quick;
      for (HttpClientKind client : fault.clients()) {
        for (Api api : Api.values()) {
          alike.add(new Case(fault, client, api));
        }
      }
    }
    observeTogether(quick);
    // By now the JVM knows each client: no deadline ends before the request is sent.
    observeTogether(waiting);
    for (Case each : drifting) {
      observed.put(each, observeDrifting(each));
    }
  }

  private void observeTogether(List<Case> cases) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Map<Case, Future<Observed>> running = new LinkedHashMap<>();
      cases.forEach(each -> running.put(each, threads.submit(() -> observe(each))));
      for (Map.Entry<Case, Future<Observed>> each : running.entrySet()) {
        observed.put(each.getKey(), each.getValue().get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Alone, as a new client begins with the time that the SDK has corrected last. */
  private static Observed observeDrifting(Case each) throws IOException, InterruptedException {
    SdkGlobalTime.setGlobalTimeOffset(0);
    try {
      return observe(each);
    } finally {
      SdkGlobalTime.setGlobalTimeOffset(0);
    }
  }

  private static Observed observe(Case each) throws IOException, InterruptedException {
    Fault fault = each.fault();
    try (LocalSes ses =
            LocalSes.builder()
                .verifiedIdentity("example.com")
                .clock(Clock.offset(Clock.systemUTC(), fault.drift()))
                .start();
        BrokenServer server = BrokenServer.start(fault.behavior);
        SdkHttpClient http =
            each.client().create(fault.limits(), fault == Fault.PROXY ? server.http() : null)) {
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
            builder.deadline(LONG);
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
            failure == null ? "" : failure.retryAfter().map(MailFaultsTest::shown).orElse(""),
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

  private static String code(Enum<?> value) {
    return "`" + value + "`";
  }

  private static String shown(Duration wait) {
    return wait.compareTo(Duration.ofMinutes(1)) < 0
        ? wait.toSeconds() + " s"
        : wait.toHours() + " h";
  }

  private Map<Case, Observed> all(Fault fault) {
    return observed.entrySet().stream()
        .filter(each -> each.getKey().fault() == fault)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private Stream<Outcome> outcomes(Fault fault) {
    return all(fault).values().stream().map(Observed::outcome);
  }

  @ParameterizedTest
  @EnumSource
  void neverMakesTwoEmails(Fault fault) {
    assertThat(outcomes(fault)).isNotEmpty().allMatch(outcome -> outcome.accepted() <= 1);
  }

  /** Callers that rely on it and send again must not send two. */
  @ParameterizedTest
  @EnumSource
  void neverReportsAnAcceptedEmailAsNotSent(Fault fault) {
    assertThat(outcomes(fault))
        .noneMatch(
            outcome ->
                outcome.accepted() > 0 && outcome.delivery().equals(code(Delivery.NOT_SENT)));
  }

  @ParameterizedTest
  @EnumSource
  void settlesEachAcceptedEmailByItsResponseOrItsEvents(Fault fault) {
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
  @EnumSource
  void reportsTheSameWithEachClientAndApi(Fault fault) {
    assertThat(all(fault))
        .allSatisfy(
            (each, seen) -> {
              assertThat(seen.outcome().kind()).isEqualTo(fault.expected);
              assertThat(seen.outcome()).isEqualTo(outcomes(fault).findFirst().orElseThrow());
            });
  }

  @ParameterizedTest
  @EnumSource
  void endsWithinTheDeadline(Fault fault) {
    assertThat(all(fault))
        .allSatisfy(
            (each, seen) -> assertThat(seen.duration()).isLessThan(fault.deadline().plus(OVERRUN)));
  }

  @Test
  void theDocumentationStatesWhatHappens() throws IOException {
    PAGE.assertMatches(table());
  }

  private String table() {
    StringBuilder table =
        new StringBuilder(
            "| what goes wrong | requests SES saw | emails it accepted | `kind` | `delivery` | `retryAfter` | settled by |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (Fault fault : Fault.values()) {
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
