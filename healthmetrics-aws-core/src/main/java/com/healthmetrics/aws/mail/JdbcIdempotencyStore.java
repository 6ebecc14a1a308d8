package com.healthmetrics.aws.mail;

import static com.healthmetrics.aws.mail.AutoCommit.parameters;

import com.healthmetrics.aws.internal.Checks;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An {@link IdempotencyStore} in a table of a relational database, which several processes share
 * and which survives a restart.
 *
 * <pre>{@code
 * JdbcIdempotencyStore store = JdbcIdempotencyStore.of(dataSource);
 * MailerChain chain = MailerChain.builder().once(store).build();
 * store.purge(clock.instant().minus(Duration.ofDays(30))); // from a daily job
 * }</pre>
 *
 * <p><b>The table.</b> The statements that create it are the resource {@code
 * /healthmetrics-aws/email-idempotency.sql} of this jar; the store creates and changes no table.
 * They run as they are on PostgreSQL and H2, and on MySQL and MariaDB with a binary collation. The
 * application's user needs SELECT, INSERT, UPDATE and DELETE. Keys are stored as they are, so make
 * none of personal data; times are milliseconds since 1970 in UTC.
 *
 * <p><b>Its own connection, with autocommit.</b> Each call takes a connection, runs a few
 * statements that commit at once, and returns it. The connection must have autocommit on when the
 * {@code DataSource} returns it: one without belongs to a transaction of the caller, whose rollback
 * would forget an email that went out. Such a connection is refused, and its email was certainly
 * not sent. So give the store
 *
 * <ul>
 *   <li>the pool itself, not Spring's {@code TransactionAwareDataSourceProxy} and no {@code
 *       DataSource} that joins JTA transactions;
 *   <li>if the pool turns autocommit off (HikariCP's {@code autoCommit=false}), a small pool of its
 *       own that does not: the two cases look alike, and switching autocommit on would commit the
 *       caller's work.
 * </ul>
 *
 * <p>A thread that sends while it holds a connection of the same pool needs two at once, so send
 * after the transaction, or leave room in the pool.
 *
 * <p><b>Several instances.</b> What the primary key refuses decides which of several processes
 * sends an email, and an entry is changed by one statement that compares all its columns. So any
 * number of processes may share a table, if {@link MailerChain.Builder#abandonedAfter} is longer
 * than the longest call plus the difference of their clocks. They share the rate of the account,
 * too: give each its share as {@link MailerChain.Builder#recipientsPerSecond}, also for the moment
 * of a deployment, when the old and the new instances run. The {@code DataSource} must lead to the
 * primary server, and a replica that takes over must have all that was committed: an entry that is
 * lost is an email that may be sent again.
 *
 * <p><b>Failures.</b> Every method throws {@link IllegalStateException} if the database fails, with
 * the SQLState and the vendor's code; the messages of an {@link SQLException} may repeat a key, so
 * the cause has none. What a pool throws instead of an SQLException passes as it is. A statement is
 * cancelled after 10 seconds, by {@link java.sql.Statement#setQueryTimeout}; how long the driver
 * waits for a connection and for the network is for its settings and the pool's. After a timeout it
 * is unknown whether a change was made. A statement that the database rolled back because of a
 * deadlock or a concurrent transaction is run again, up to three times.
 *
 * <p>{@code java.sql} is optional: a module that uses this class requires it itself. The compiler
 * does not ask for it, and without it the first use fails with a {@link NoClassDefFoundError}.
 * Tested with H2, PostgreSQL and, by hand, MariaDB; unverified with others. Thread-safe, if the
 * {@code DataSource} is.
 */
public final class JdbcIdempotencyStore implements IdempotencyStore {
  private static final String TABLE = "email_idempotency";

  /** A name that no database needs to have quoted, and that the shortest limit of one permits. */
  private static final Pattern TABLE_NAME =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}");

  private static final int MAX_KEY = 255;
  private static final int MAX_ATTEMPT = 255;
  private static final int MAX_MESSAGE_ID = 255;

  /** With four, one in 1,700 calls failed where eight threads added and removed the same key. */
  private static final int TRIES = 20;

  /** How many rows one statement deletes, about: locks are held for a moment only. */
  private static final int PURGED_AT_ONCE = 1_000;

  private static final String COLUMNS = "idempotency_key, state, since_millis, attempt, message_id";

  private final AutoCommit database;
  private final String table;

  private JdbcIdempotencyStore(DataSource dataSource, String table) {
    Objects.requireNonNull(dataSource, "dataSource");
    this.table = Objects.requireNonNull(table, "table");
    if (table.length() > 127 || !TABLE_NAME.matcher(table).matches()) {
      throw Invalid.argument(
          "%s is not a table name. Use letters, digits and underscores, at most 63 and no digit"
              + " first, and likewise a schema and a dot before it.",
          Checks.quote(table));
    }
    database = new AutoCommit(dataSource, table);
  }

  /**
   * {@return a store in the table {@code email_idempotency}}
   *
   * @param dataSource a pool whose connections have autocommit on; the caller closes it
   */
  public static JdbcIdempotencyStore of(DataSource dataSource) {
    return of(dataSource, TABLE);
  }

  /**
   * Returns a store in another table. Nothing is read or written yet.
   *
   * @param dataSource a pool whose connections have autocommit on; the caller closes it
   * @param table the table's name, unquoted, such as {@code app.email_idempotency}: letters, digits
   *     and underscores, at most 63 each for schema and table
   * @return the store
   * @throws IllegalArgumentException if it is not such a name
   */
  public static JdbcIdempotencyStore of(DataSource dataSource, String table) {
    return new JdbcIdempotencyStore(dataSource, table);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the database fails
   */
  @Override
  public Optional<Entry> find(String key) {
    if (!isText(key, MAX_KEY)) {
      return Optional.empty();
    }
    return database.connected(connection -> findKey(connection, key));
  }

  private Optional<Entry> findKey(Connection connection, String key) throws SQLException {
    return first(query(connection, 1, where("idempotency_key = ?"), key))
        .map(entry -> requireSame(entry, key, entry.key()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the database fails
   */
  @Override
  public Optional<Entry> findByAttempt(String attempt) {
    if (!isText(attempt, MAX_ATTEMPT)) {
      return Optional.empty();
    }
    return database
        .connected(connection -> first(query(connection, 1, where("attempt = ?"), attempt)))
        .map(entry -> requireSame(entry, attempt, entry.attempt()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the limit is not positive
   * @throws IllegalStateException if the database fails
   */
  @Override
  public List<Entry> unresolved(Instant before, int limit) {
    long millis = millis(before);
    if (limit < 1) {
      throw Invalid.argument("A limit of %s entries lists nothing. Use at least 1.", limit);
    }
    return database.connected(
        connection ->
            query(
                connection,
                limit,
                where("state IN (?, ?) AND since_millis < ?")
                    + " ORDER BY since_millis, idempotency_key",
                State.IN_PROGRESS.name(),
                State.UNKNOWN.name(),
                millis));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the entry does not fit into the table: 1 to 255 visible
   *     ASCII characters of key and of attempt, at most 255 characters of message id, and a time
   *     that is a number of milliseconds
   * @throws IllegalStateException if the database fails
   */
  @Override
  public Optional<Entry> putIfAbsent(Entry entry) {
    requireFitting(entry);
    return database.connected(
        connection -> {
          for (int i = 1; i <= TRIES; i++) {
            if (isInserted(connection, entry)) {
              return Optional.empty();
            }
            Optional<Entry> present = findKey(connection, entry.key());
            if (present.isPresent()) {
              return present;
            }
            // It was removed in between.
          }
          throw new StoreFailure(
              "The table %s refuses an entry although it has none of this key: another constraint"
                  + " refuses it, or the key is added and removed all the time. Create the table as"
                  + " documented, or call again.",
              table);
        });
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the entries have different keys, or the new one does not
   *     fit into the table
   * @throws IllegalStateException if the database fails
   */
  @Override
  public boolean replace(Entry expected, Entry next) {
    requireFitting(next);
    if (!expected.key().equals(next.key())) {
      throw Invalid.argument(
          "The new entry (attempt %s) has another key than the expected one (attempt %s). Use the"
              + " same key.",
          Checks.quote(next.attempt()), Checks.quote(expected.attempt()));
    }
    return database.connected(
        connection -> {
          List<@Nullable Object> values =
              parameters(
                  next.state().name(), millis(next.since()), next.attempt(), next.messageId());
          String set =
              "UPDATE " + table + " SET state = ?, since_millis = ?, attempt = ?, message_id = ?";
          return AutoCommit.update(connection, set + isEntry(expected, values), values) > 0;
        });
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the database fails
   */
  @Override
  public boolean remove(Entry expected) {
    return database.connected(
        connection -> {
          List<@Nullable Object> values = parameters();
          String delete = "DELETE FROM " + table + isEntry(expected, values);
          return AutoCommit.update(connection, delete, values) > 0;
        });
  }

  /**
   * Forgets emails that were sent or rejected before a time; those in progress and those whose
   * outcome is unknown stay, however old they are. From now on their keys are new, so the time is
   * earlier than any caller repeats a call and any event arrives: a message can wait in an SQS
   * queue for 14 days.
   *
   * <p>Deletes about 1,000 rows with each statement, oldest first, until none is left; what was
   * deleted before a failure stays deleted. May be called by several processes at once.
   *
   * @param before the time, compared with {@link Entry#since()}
   * @return the number of forgotten keys
   * @throws IllegalStateException if the database fails
   */
  public long purge(Instant before) {
    long millis = millis(before);
    return purge(State.SENT, millis) + purge(State.REJECTED, millis);
  }

  private long purge(State state, long before) {
    String sql =
        "SELECT since_millis FROM "
            + table
            + " WHERE state = ? AND since_millis < ? ORDER BY since_millis";
    String delete = "DELETE FROM " + table + " WHERE state = ? AND since_millis <= ?";
    long purged = 0;
    while (true) {
      List<Long> times =
          database.connected(
              connection ->
                  AutoCommit.read(
                      connection,
                      PURGED_AT_ONCE,
                      sql,
                      parameters(state.name(), before),
                      row -> row.getLong(1)));
      if (times.isEmpty()) {
        return purged;
      }
      long last = times.get(times.size() - 1);
      purged +=
          database.connected(
              connection -> AutoCommit.update(connection, delete, parameters(state.name(), last)));
    }
  }

  private String where(String condition) {
    return "SELECT " + COLUMNS + " FROM " + table + " WHERE " + condition;
  }

  /** A condition on every column; its values are added. */
  private static String isEntry(Entry entry, List<@Nullable Object> values) {
    values.addAll(
        parameters(entry.key(), entry.state().name(), millis(entry.since()), entry.attempt()));
    String condition =
        " WHERE idempotency_key = ? AND state = ? AND since_millis = ? AND attempt = ?"
            + " AND message_id ";
    if (entry.messageId() == null) {
      return condition + "IS NULL";
    }
    values.add(entry.messageId());
    return condition + "= ?";
  }

  private boolean isInserted(Connection connection, Entry entry) throws SQLException {
    String insert = "INSERT INTO %s (%s) VALUES (?, ?, ?, ?, ?)".formatted(table, COLUMNS);
    try {
      AutoCommit.update(
          connection,
          insert,
          parameters(
              entry.key(),
              entry.state().name(),
              millis(entry.since()),
              entry.attempt(),
              entry.messageId()));
      return true;
    } catch (SQLException e) {
      if (AutoCommit.isOfClass(e, "23")) {
        return false;
      }
      throw e;
    }
  }

  private List<Entry> query(Connection connection, int limit, String sql, Object... values)
      throws SQLException {
    return AutoCommit.read(connection, limit, sql, parameters(values), this::entry);
  }

  private static Optional<Entry> first(List<Entry> entries) {
    return entries.stream().findFirst();
  }

  private Entry entry(ResultSet row) throws SQLException {
    String state = row.getString(2);
    try {
      return new Entry(
          row.getString(1),
          State.valueOf(state),
          Instant.ofEpochMilli(row.getLong(3)),
          row.getString(4),
          row.getString(5));
    } catch (IllegalArgumentException e) {
      throw new StoreFailure(
          "The table %s has an entry of state %s that this version cannot read. Use the version of the"
              + " process that wrote it, or a newer one.",
          table, Checks.quote(state));
    }
  }

  /** With a collation that ignores case, the email of one key would count as sent for another. */
  private Entry requireSame(Entry entry, String requested, String found) {
    if (!found.equals(requested)) {
      throw new StoreFailure(
          "The table %s ignores upper and lower case. Create it with a binary collation, such as"
              + " utf8mb4_bin on MySQL.",
          table);
    }
    return entry;
  }

  /** Visible ASCII, as keys and attempts are; nothing else can be in the table. */
  private static boolean isText(String text, int maxLength) {
    return !text.isEmpty()
        && text.length() <= maxLength
        && text.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  private static void requireFitting(Entry entry) {
    if (!isText(entry.key(), MAX_KEY) || !isText(entry.attempt(), MAX_ATTEMPT)) {
      throw Invalid.argument(
          "A key of %s characters with an attempt of %s does not fit into the table. Use 1 to %s"
              + " visible ASCII characters for each.",
          entry.key().length(), entry.attempt().length(), MAX_KEY);
    }
    if (!Instant.ofEpochMilli(millis(entry.since())).equals(entry.since())) {
      throw Invalid.argument(
          "The time %s does not fit into the table. Use one between %s and %s.",
          entry.since(),
          Instant.ofEpochMilli(Long.MIN_VALUE),
          Instant.ofEpochMilli(Long.MAX_VALUE));
    }
    String messageId = entry.messageId();
    if (messageId != null && messageId.length() > MAX_MESSAGE_ID) {
      throw Invalid.argument(
          "A message id of %s characters does not fit into the table. Use at most %s.",
          messageId.length(), MAX_MESSAGE_ID);
    }
  }

  /** A time beyond what the table holds is earlier, or later, than every entry. */
  private static long millis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException e) {
      return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  @Override
  public String toString() {
    return "JdbcIdempotencyStore[" + table + "]";
  }
}
