package com.healthmetrics.aws.testkit.background;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.sql.DataSource;

/** Verification emails that are requested in a transaction and sent after it, by any process. */
final class Outbox {
  static final String TABLE =
      """
      CREATE TABLE email_outbox (
        id             VARCHAR(36)  NOT NULL PRIMARY KEY,
        recipient      VARCHAR(320) NOT NULL,
        locale         VARCHAR(35)  NOT NULL,
        due_millis     BIGINT       NOT NULL,
        expires_millis BIGINT       NOT NULL
      )
      """;

  private static final int AT_ONCE = 100;
  private static final int LONGEST_TAG = 35;

  /** Until an event of SES shows what became of an email. */
  private static final Duration UNKNOWN = Duration.ofMinutes(10);

  private final DataSource dataSource;
  private final AccountEmails emails;
  private final Key secret;
  private final Clock clock;
  private final Consumer<Exception> failed;

  /**
   * @param dataSource with autocommit
   * @param emails with oneEmailPerToken, through a chain whose store several processes share
   * @param secret for HmacSHA256; not in the database
   * @param failed logs and counts an email that will not be sent
   */
  Outbox(
      DataSource dataSource,
      AccountEmails emails,
      Key secret,
      Clock clock,
      Consumer<Exception> failed) {
    this.dataSource = dataSource;
    this.emails = emails;
    this.secret = secret;
    this.clock = clock;
    this.failed = failed;
  }

  private record Row(String id, String recipient, String locale, long expires) {}

  /** Requests an email in the caller's transaction, and returns the id that its token has. */
  String add(Connection transaction, EmailAddress to, Locale locale) throws SQLException {
    String id = UUID.randomUUID().toString();
    Instant now = clock.instant();
    try (PreparedStatement insert =
        transaction.prepareStatement("INSERT INTO email_outbox VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, to.address());
      insert.setString(3, tag(locale));
      insert.setLong(4, now.toEpochMilli());
      insert.setLong(5, now.plus(emails.verificationLifetime()).toEpochMilli());
      insert.executeUpdate();
    }
    return id;
  }

  /** A client chooses it, and the row has room for a language, a script and a region. */
  private static String tag(Locale locale) {
    String tag = locale.stripExtensions().toLanguageTag();
    return tag.length() <= LONGEST_TAG ? tag : locale.getLanguage();
  }

  /** The same at every try, and not in the database. */
  String token(String id) {
    return id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature(id));
  }

  /** The id of a token that a user sends; empty if it was not made here. */
  Optional<String> id(String token) {
    String id = token.split("\\.", 2)[0];
    byte[] expected = token(id).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(expected, token.getBytes(StandardCharsets.UTF_8))
        ? Optional.of(id)
        : Optional.empty();
  }

  private byte[] signature(String id) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return mac.doFinal(("verification " + id).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends what is due; called every few seconds, by any number of processes. */
  void sendDue() throws SQLException {
    for (Row row : due()) {
      try {
        if (clock.millis() < row.expires()) {
          emails.sendVerification(
              EmailAddress.of(row.recipient()),
              token(row.id()),
              Locale.forLanguageTag(row.locale()));
        } else {
          failed.accept(new IllegalStateException("The email was not sent before it expired."));
        }
        update("DELETE FROM email_outbox WHERE id = ?", row.id());
      } catch (MailException e) {
        handle(row, e);
      } catch (RuntimeException e) {
        // The rows behind it do not wait until somebody has mended this one.
        failed.accept(e);
        postpone(row, UNKNOWN);
      }
    }
  }

  private void handle(Row row, MailException e) throws SQLException {
    Optional<Duration> wait = e.retryAfter();
    if (wait.isEmpty() && e.delivery() == Delivery.NOT_SENT) {
      // It would fail like this again.
      failed.accept(e);
      update("DELETE FROM email_outbox WHERE id = ?", row.id());
    } else {
      postpone(row, wait.orElse(UNKNOWN));
    }
  }

  private void postpone(Row row, Duration wait) throws SQLException {
    long due = clock.instant().plus(wait).toEpochMilli();
    update("UPDATE email_outbox SET due_millis = " + due + " WHERE id = ?", row.id());
  }

  private List<Row> due() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, recipient, locale, expires_millis FROM email_outbox"
                    + " WHERE due_millis <= ? ORDER BY due_millis")) {
      select.setLong(1, clock.millis());
      select.setMaxRows(AT_ONCE);
      List<Row> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(
              new Row(
                  found.getString(1), found.getString(2), found.getString(3), found.getLong(4)));
        }
      }
      return rows;
    }
  }

  private void update(String sql, String id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, id);
      update.executeUpdate();
    }
  }
}
