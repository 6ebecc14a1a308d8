package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.testkit.BrokenServer.Behavior;
import com.healthmetrics.aws.testkit.HttpClientKind.Limits;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What goes wrong when an email is sent. */
enum MailFault {
  THROTTLED_TWICE("throttled by rate, twice", "sent", SesFault.throttled(), SesFault.throttled()),
  THROTTLED(
      "throttled by rate for good", Kind.THROTTLED, Collections.nCopies(50, SesFault.throttled())),
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
  CREDENTIALS_FAIL("credentials provider fails for good", Kind.CREDENTIALS_UNAVAILABLE, List.of()),
  CLOCK_BEHIND("clock 20 minutes behind", "sent"),
  CLOCK_AHEAD("clock 20 minutes ahead", "sent"),
  CLOCK_REFUSED_TWICE(
      "clock 20 minutes ahead, and the corrected time refused, too",
      Kind.CLOCK_SKEWED,
      Collections.nCopies(
          2,
          SesFault.refused(
              403, "SignatureDoesNotMatch", "Signature expired: then is earlier than now")));

  /** Longer than a host name can be, so that no network is asked. */
  private static final URI NOWHERE = URI.create("https://" + "n".repeat(64) + ".invalid");

  /** More than a busy machine needs. */
  static final Duration LONG = Duration.ofMinutes(2);

  final String title;
  final String expected;
  final List<SesFault> queue;
  final Behavior behavior;

  /** SES has the email, or may have it. */
  MailFault(String title, SesFault fault) {
    this(title, Kind.UNKNOWN_OUTCOME, List.of(fault));
  }

  MailFault(String title, Kind expected, List<SesFault> queue) {
    this(title, MailFaultCases.code(expected), queue.toArray(SesFault[]::new));
  }

  MailFault(String title, String expected, SesFault... queue) {
    this.title = title;
    this.expected = expected;
    this.queue = List.of(queue);
    this.behavior = Behavior.NOT_LISTENING;
  }

  /** No byte of the email leaves this machine. */
  MailFault(String title, Behavior behavior) {
    this.title = title;
    this.expected = MailFaultCases.code(Kind.UNREACHABLE);
    this.queue = List.of();
    this.behavior = behavior;
  }

  /** HttpURLConnection has neither a pool with a limit nor anything to close. */
  Set<HttpClientKind> clients() {
    return this == POOL_EXHAUSTED || this == CLIENT_CLOSED
        ? EnumSet.complementOf(EnumSet.of(HttpClientKind.URL_CONNECTION))
        : EnumSet.allOf(HttpClientKind.class);
  }

  /** How far SES's clock is ahead of this machine's. */
  Duration drift() {
    return switch (this) {
      case CLOCK_BEHIND -> Duration.ofMinutes(20);
      case CLOCK_AHEAD, CLOCK_REFUSED_TWICE -> Duration.ofMinutes(-20);
      default -> Duration.ZERO;
    };
  }

  AwsCredentialsProvider credentials(LocalSes ses) {
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

  Limits limits() {
    return switch (this) {
      case POOL_EXHAUSTED -> Limits.ONE_CONNECTION;
      case CONNECT_TIMEOUT -> Limits.QUICK_CONNECT;
      default -> Limits.USUAL;
    };
  }

  /** Whether only the deadline ends it. */
  boolean waits() {
    return deadline().compareTo(LONG) < 0;
  }

  Duration deadline() {
    return switch (this) {
      case SILENCE, INTERRUPTED_IN_SILENCE -> Duration.ofSeconds(14);
      case CONNECT_TIMEOUT, TLS_SILENT, POOL_EXHAUSTED, INTERRUPTED_IN_TLS -> Duration.ofSeconds(5);
      default -> LONG;
    };
  }

  URI endpoint(LocalSes ses, BrokenServer server) {
    return switch (this) {
      case UNRESOLVED -> NOWHERE;
      case PROXY -> URI.create("https://email.example");
      case TLS_FAILED, TLS_RESET, TLS_SILENT, INTERRUPTED_IN_TLS -> server.https();
      case REFUSED, CONNECT_TIMEOUT, POOL_EXHAUSTED -> server.http();
      default -> ses.endpoint();
    };
  }
}
