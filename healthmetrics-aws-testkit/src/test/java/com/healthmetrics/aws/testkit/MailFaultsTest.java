package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * How often a mail is sent, and what is said of it, whatever goes wrong: over real sockets, through
 * both APIs, with the retry that is on by default.
 *
 * <p>All of it happens at once, as waits between tries are real. The table in the README is made of
 * what was just observed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailFaultsTest {
  private static final ReadmeSection README =
      ReadmeSection.of(Path.of("..", "README.md"), MailFaultsTest.class);

  /** Longer than a host name can be, so that no network is asked. */
  private static final URI NOWHERE = URI.create("https://" + "n".repeat(64) + ".invalid");

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.of("noreply@example.com"))
          .to(EmailAddress.of("ada@example.com"))
          .subject("Hello")
          .text("Hello")
          .accountMail()
          .build();

  /** What goes wrong. */
  enum Fault {
    THROTTLED_TWICE("throttled by rate, twice", SesFault.throttled(), SesFault.throttled()),
    THROTTLED("throttled by rate for good", Collections.nCopies(50, SesFault.throttled())),
    DAILY_QUOTA("daily quota used up", Collections.nCopies(50, SesFault.dailyQuotaExceeded())),
    STATUS_500("500", SesFault.status(500)),
    STATUS_503("503", SesFault.status(503)),
    RESET("connection reset after the mail was accepted", SesFault.acceptThenReset()),
    STATUS_502("502 after the mail was accepted", SesFault.acceptThenStatus(502)),
    SILENCE("no answer before the deadline", SesFault.acceptThenHang()),
    MALFORMED("answer that makes no sense", SesFault.acceptThenMalformed()),
    REFUSED("connection refused"),
    UNRESOLVED("host name not resolved"),
    NO_TLS("TLS handshake failed");

    private final String title;
    private final List<SesFault> queue;

    Fault(String title, SesFault... queue) {
      this(title, List.of(queue));
    }

    Fault(String title, List<SesFault> queue) {
      this.title = title;
      this.queue = queue;
    }

    private Duration deadline() {
      return Duration.ofSeconds(this == SILENCE ? 4 : 30);
    }
  }

  /** Both APIs. */
  enum Api {
    V1,
    V2;

    private void send(URI endpoint, LocalSes ses, SdkHttpClient http, Duration deadline) {
      SesMailer.Builder builder =
          SesMailer.builder()
              .region(ses.region())
              .credentials(ses.credentials())
              .endpoint(endpoint)
              .httpClient(http)
              .deadline(deadline);
      try (SesMailer mailer = (this == V1 ? builder.apiV1() : builder).build()) {
        mailer.send(EMAIL);
      }
    }
  }

  /** What was observed, as the table shows it. */
  private record Outcome(
      int attempts, int accepted, String kind, String delivery, String retryAfter) {}

  private final Map<Fault, Map<Api, Outcome>> outcomes = new LinkedHashMap<>();

  @BeforeAll
  void sendThroughAllFaults() throws InterruptedException, ExecutionException {
    Map<Fault, Map<Api, Future<Outcome>>> running = new LinkedHashMap<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (Fault fault : Fault.values()) {
        for (Api api : Api.values()) {
          running
              .computeIfAbsent(fault, f -> new LinkedHashMap<>())
              .put(api, threads.submit(() -> outcome(fault, api)));
        }
      }
      for (Fault fault : Fault.values()) {
        for (Api api : Api.values()) {
          outcomes
              .computeIfAbsent(fault, f -> new LinkedHashMap<>())
              .put(api, running.get(fault).get(api).get());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @AfterAll
  void print() {
    System.out.println(table());
  }

  private static Outcome outcome(Fault fault, Api api) throws IOException {
    try (LocalSes ses = LocalSes.builder().verifiedIdentity("example.com").start();
        SdkHttpClient http = directClient();
        ServerSocket withoutCertificate = withoutCertificate();
        Socket closedDoor = new Socket()) {
      // Bound, so that nobody else gets the port, but not listening.
      closedDoor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ses.failNext(fault.queue.toArray(SesFault[]::new));
      URI endpoint =
          switch (fault) {
            case REFUSED -> URI.create("http://127.0.0.1:" + closedDoor.getLocalPort());
            case UNRESOLVED -> NOWHERE;
            case NO_TLS -> URI.create("https://127.0.0.1:" + withoutCertificate.getLocalPort());
            default -> ses.endpoint();
          };
      MailException failure = null;
      try {
        api.send(endpoint, ses, http, fault.deadline());
      } catch (MailException e) {
        failure = e;
      }
      return new Outcome(
          ses.sendAttempts(),
          ses.emails().size(),
          failure == null ? "sent" : "`" + failure.kind() + "`",
          failure == null ? "" : "`" + failure.delivery() + "`",
          failure == null ? "" : failure.retryAfter().map(MailFaultsTest::shown).orElse(""));
    }
  }

  /** A server that would speak TLS, but has nothing to show for itself. */
  private static ServerSocket withoutCertificate() throws IOException {
    SSLContext tls;
    try {
      tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[0], null, null);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    ServerSocket server =
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> failEveryHandshake(server), "without-certificate");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private static void failEveryHandshake(ServerSocket server) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
      } catch (IOException e) {
        // As it should be; or the server was closed.
      }
    }
  }

  private static SdkHttpClient directClient() {
    return UrlConnectionHttpClient.builder()
        .proxyConfiguration(
            ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariablesValues(false)
                .build())
        .build();
  }

  private static String shown(Duration wait) {
    return wait.compareTo(Duration.ofMinutes(1)) < 0
        ? wait.toSeconds() + " s"
        : wait.toHours() + " h";
  }

  @ParameterizedTest
  @EnumSource
  void neverMakesTwoMails(Fault fault) {
    assertThat(outcomes.get(fault).values()).allMatch(outcome -> outcome.accepted() <= 1);
  }

  /** Whoever believes it and sends again must not make two. */
  @ParameterizedTest
  @EnumSource
  void saysOfNoAcceptedMailThatItWasNotSent(Fault fault) {
    assertThat(outcomes.get(fault).values())
        .noneMatch(
            outcome ->
                outcome.accepted() > 0 && outcome.delivery().equals("`" + Delivery.NOT_SENT + "`"));
  }

  @ParameterizedTest
  @EnumSource
  void saysTheSameThroughBothApis(Fault fault) {
    Map<Api, Outcome> both = outcomes.get(fault);

    assertThat(both.get(Api.V1)).isEqualTo(both.get(Api.V2));
  }

  @Test
  void theReadmeSaysWhatHappens() throws IOException {
    README.assertMatches(table());
  }

  private String table() {
    StringBuilder table =
        new StringBuilder(
            "| what goes wrong | requests SES saw | mails it accepted | `kind` | `delivery` | `retryAfter` |\n"
                + "| --- | --- | --- | --- | --- | --- |\n");
    outcomes.forEach(
        (fault, both) -> {
          Outcome outcome = both.get(Api.V2);
          table.append(
              "| %s | %d | %d | %s | %s | %s |\n"
                  .formatted(
                      fault.title,
                      outcome.attempts(),
                      outcome.accepted(),
                      outcome.kind(),
                      outcome.delivery(),
                      outcome.retryAfter()));
        });
    return table.toString().replaceAll(" +\\|", " |");
  }
}
