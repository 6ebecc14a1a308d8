package com.healthmetrics.aws.testkit.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.idempotency.Database;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The documentation's outbox: at least once by the worker, at most once by the key. */
class OutboxTest {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");

  private final Database database = Database.inMemory();
  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-01T10:00:00Z"));
  private final InMemoryMailer sent = new InMemoryMailer();
  private final List<Exception> failures = new ArrayList<>();
  private MailerChain chain;
  private IdempotencyStore store;
  private Outbox outbox;

  @BeforeEach
  void start() throws Exception {
    store = JdbcIdempotencyStore.of(database.dataSource(), database.newTable());
    chain = MailerChain.builder().once(store).clock(clock).build();
    database.run(Outbox.TABLE);
    outbox = outbox();
  }

  /** One of several processes. */
  private Outbox outbox() {
    AccountEmails emails =
        AccountEmails.builder()
            .mailer(chain.wrap(sent))
            .from(EmailAddress.of("noreply@example.com"))
            .appUrl(URI.create("https://app.example.com"))
            .locales(Locale.ENGLISH, Locale.GERMAN)
            .oneEmailPerToken()
            .build();
    return new Outbox(
        database.dataSource(),
        emails,
        new SecretKeySpec(
            "a secret of at least 32 bytes....".getBytes(StandardCharsets.UTF_8), "HmacSHA256"),
        clock,
        failures::add);
  }

  private String requested() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return outbox.add(connection, ADA, Locale.GERMAN);
    }
  }

  private List<String> rows() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM email_outbox")) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
      }
      return found;
    }
  }

  @Test
  void sendsNothingForATransactionThatIsRolledBack() throws Exception {
    try (Connection transaction = database.dataSource().getConnection()) {
      transaction.setAutoCommit(false);
      outbox.add(transaction, ADA, Locale.ENGLISH);
      transaction.rollback();
    }
    outbox.sendDue();

    assertThat(sent.sent()).isEmpty();
  }

  @Test
  void sendsWhatWasCommittedOnceAndDeletesTheRow() throws Exception {
    String id = requested();

    outbox.sendDue();
    outbox.sendDue();

    assertThat(sent.sent()).hasSize(1);
    assertThat(tokenIn(sent.sent().get(0))).isEqualTo(outbox.token(id));
    assertThat(sent.sent().get(0).subject()).as("in German").startsWith("Bestätigen");
    assertThat(rows()).isEmpty();
  }

  /** A client sends such a locale. */
  @Test
  void acceptsALocaleThatIsLongerThanItsColumn() throws Exception {
    Locale longest = Locale.forLanguageTag("de-x-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd");
    Locale variants = Locale.forLanguageTag("de-Latn-DE-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd");
    try (Connection connection = database.dataSource().getConnection()) {
      outbox.add(connection, ADA, longest);
      outbox.add(connection, ADA, variants);
    }
    outbox.sendDue();

    assertThat(sent.sent())
        .hasSize(2)
        .allSatisfy(email -> assertThat(email.subject()).startsWith("Bestätigen"));
  }

  @Test
  void sendsTheRowsBehindOneThatCannotBeRead() throws Exception {
    String unreadable = requested();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE email_outbox SET recipient = 'nobody', due_millis = 0");
    }
    requested();

    outbox.sendDue();

    assertThat(sent.sent()).hasSize(1);
    assertThat(failures).hasSize(1);
    assertThat(rows()).singleElement().asString().startsWith(unreadable);
  }

  /** Some characters of a token are percent-encoded in its link. */
  private static String tokenIn(Email email) {
    Matcher link = Pattern.compile("token=(\\S+)").matcher(email.text());
    assertThat(link.find()).isTrue();
    return URLDecoder.decode(link.group(1), StandardCharsets.UTF_8);
  }

  @Test
  void keepsNoTokenInTheDatabase() throws Exception {
    String id = requested();
    String secretPart = outbox.token(id).substring(id.length() + 1);

    assertThat(rows()).singleElement().asString().contains(id).doesNotContain(secretPart);
    assertThat(outbox.id(outbox.token(id))).contains(id);
    assertThat(outbox.id(id + "." + "A".repeat(43))).isEmpty();
    assertThat(outbox.id("")).isEmpty();
    assertThat(outbox.id(id)).isEmpty();
  }

  /** The process ended after SES accepted the email and before the row was deleted. */
  @Test
  void sendsNothingAgainAfterACrashBeforeTheRowIsDeleted() throws Exception {
    requested();
    sent.onMail(email -> ignoring(() -> database.run("ALTER TABLE email_outbox RENAME TO gone")));
    assertThatThrownBy(outbox::sendDue).isInstanceOf(SQLException.class);
    database.run("ALTER TABLE gone RENAME TO email_outbox");
    assertThat(rows()).hasSize(1);

    outbox().sendDue();

    assertThat(sent.sent()).hasSize(1);
    assertThat(rows()).isEmpty();
  }

  private interface Risky {
    void run() throws SQLException;
  }

  private static void ignoring(Risky work) {
    try {
      work.run();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The process ended while it sent: its entry is in progress, and counts as unknown later. */
  @Test
  void waitsForTheOutcomeOfAnEmailThatMayHaveBeenSent() throws Exception {
    requested();
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    outbox.sendDue();
    clock.advance(Duration.ofMinutes(10));
    outbox.sendDue();
    assertThat(sent.sent()).as("accepted once, its response lost").hasSize(1);
    assertThat(rows()).hasSize(1);

    Entry unresolved = store.unresolved(clock.instant(), 10).get(0);
    chain.confirm(unresolved.key(), MailReceipt.of("from an event"));
    clock.advance(Duration.ofMinutes(10));
    outbox.sendDue();

    assertThat(sent.sent()).hasSize(1);
    assertThat(rows()).isEmpty();
  }

  @Test
  void triesAgainWhatWasNotSentAfterItsWait() throws Exception {
    requested();
    sent.failNext(Kind.THROTTLED);
    outbox.sendDue();
    outbox.sendDue();
    assertThat(sent.sent()).as("not due yet").isEmpty();

    clock.advance(Duration.ofSeconds(1));
    outbox.sendDue();

    assertThat(sent.sent()).hasSize(1);
    assertThat(failures).isEmpty();
  }

  @Test
  void givesUpWhatCannotSucceed() throws Exception {
    requested();
    sent.failNext(Kind.REJECTED);

    outbox.sendDue();

    assertThat(failures).singleElement().isInstanceOf(MailException.class);
    assertThat(rows()).isEmpty();
  }

  @Test
  void givesUpWhatHasExpired() throws Exception {
    requested();
    clock.advance(Duration.ofHours(24));

    outbox.sendDue();

    assertThat(sent.sent()).isEmpty();
    assertThat(failures).hasSize(1);
    assertThat(rows()).isEmpty();
  }

  @Test
  void sendsEachEmailOnceFromSeveralProcesses() throws Exception {
    for (int i = 0; i < 20; i++) {
      requested();
    }
    ExecutorService processes = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Outbox each = outbox();
        running.add(
            processes.submit(
                () -> {
                  each.sendDue();
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      processes.shutdownNow();
    }
    clock.advance(Duration.ofSeconds(1));
    outbox.sendDue();

    assertThat(sent.sent()).hasSize(20);
    assertThat(rows()).isEmpty();
  }
}
