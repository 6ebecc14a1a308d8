package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.H2Database;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link JdbcIdempotencyStore} beyond the contract of all stores, which the testkit runs on H2 and
 * PostgreSQL: connections, failures and what it forgets.
 */
class JdbcIdempotencyStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final String SECRET = "ada@example.com";

  private H2Database database;
  private JdbcIdempotencyStore store;
  private final InMemoryMailer sent = new InMemoryMailer();

  @BeforeEach
  void createTable() throws Exception {
    database = H2Database.withTable();
    store = JdbcIdempotencyStore.of(database.dataSource());
  }

  private static Entry entry(String key, State state, Instant since) {
    return new Entry(key, state, since, "attempt-of-" + key, "message-of-" + key);
  }

  private static Entry entry(String key) {
    return entry(key, State.IN_PROGRESS, NOW);
  }

  private TransactionalMailer mailer(IdempotencyStore store) {
    return MailerChain.builder().once(store).build().wrap(sent);
  }

  private static MailException refusal(TransactionalMailer mailer) {
    MailException refusal =
        catchThrowableOfType(MailException.class, () -> mailer.send(Emails.keyed(SECRET)));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  @Test
  void remembersAcrossARestart() {
    MailReceipt first = mailer(store).send(Emails.keyed("reset-1"));

    JdbcIdempotencyStore restarted = JdbcIdempotencyStore.of(database.dataSource());

    assertThat(mailer(restarted).send(Emails.keyed("reset-1")).messageId())
        .isEqualTo(first.messageId());
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void returnsEveryConnection() {
    store.putIfAbsent(entry("1"));
    store.putIfAbsent(entry("1"));
    store.find("1");
    store.unresolved(NOW, 1);
    database.failNext("08006", "gone");
    assertThatIllegalStateException().isThrownBy(() -> store.remove(entry("1")));
    store.purge(NOW);

    assertThat(database.open()).isZero();
  }

  /** A rollback of the caller would forget an email that went out. */
  @Test
  void refusesTheConnectionOfATransaction() throws Exception {
    try (Connection transaction = database.connection()) {
      transaction.setAutoCommit(false);
      TransactionalMailer mailer = mailer(JdbcIdempotencyStore.of(H2Database.boundTo(transaction)));

      MailException refusal = refusal(mailer);

      assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(refusal).hasMessageContainingAll("autocommit is off", "was not sent");
      assertThat(sent.sent()).isEmpty();
      assertThat(transaction.getAutoCommit()).as("left alone").isFalse();
      transaction.rollback();
    }
    assertThat(store.find(SECRET)).isEmpty();
  }

  @Test
  void worksBesideATransactionOfTheCallerWhoseRollbackForgetsNothing() throws Exception {
    try (Connection transaction = database.connection()) {
      transaction.setAutoCommit(false);
      mailer(store).send(Emails.keyed("reset-1"));
      transaction.rollback();
    }

    assertThat(store.find("reset-1")).map(Entry::state).contains(State.SENT);
  }

  @Test
  void statesTheSqlStateAndNoMessageOfTheDatabase() {
    database.failNext("08006", "Connection lost while inserting " + SECRET);
    database.failNext("08006", "Connection lost while deleting " + SECRET);

    MailException refusal = refusal(mailer(store));

    assertThat(refusal).hasMessageContainingAll("SQLState 08006", "vendor code 4711");
    assertThat(Thrown.logged(refusal)).contains("java.sql.SQLException").doesNotContain(SECRET);
    assertThat(sent.sent()).isEmpty();
  }

  @Test
  void statesWhatToDoWithoutATable() {
    JdbcIdempotencyStore without = JdbcIdempotencyStore.of(database.dataSource(), "other");

    assertThatIllegalStateException()
        .isThrownBy(() -> without.putIfAbsent(entry(SECRET)))
        .withMessageContainingAll("SQLState 42", "Create the table other", "INSERT")
        .satisfies(failure -> assertThat(Thrown.logged(failure)).doesNotContain(SECRET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "40P01"})
  void runsAStatementAgainThatTheDatabaseRolledBack(String sqlState) {
    for (int i = 0; i < 3; i++) {
      database.failNext(sqlState, "deadlock");
    }

    assertThat(store.putIfAbsent(entry("1"))).isEmpty();
    assertThat(store.find("1")).contains(entry("1"));
  }

  @Test
  void runsAStatementAtMostFourTimes() {
    for (int i = 0; i < 4; i++) {
      database.failNext("40001", "deadlock");
    }

    assertThatIllegalStateException().isThrownBy(() -> store.putIfAbsent(entry("1")));
    assertThat(store.find("1")).isEmpty();
  }

  /** Such a statement may have changed something. */
  @ParameterizedTest
  @ValueSource(strings = {"08006", "57014", "40003", "HY000"})
  void runsNoOtherStatementAgain(String sqlState) {
    database.failNext(sqlState, "lost");

    assertThatIllegalStateException().isThrownBy(() -> store.putIfAbsent(entry("1")));

    assertThat(database.calls()).filteredOn(call -> call.startsWith("execute")).hasSize(1);
  }

  @Test
  void reportsAFailureThatHasNoSqlState() {
    database.failNext(null, "unknown");

    assertThatIllegalStateException()
        .isThrownBy(() -> store.find("1"))
        .withMessageContaining("SQLState null");
  }

  @Test
  void cancelsEveryStatementAfterTenSeconds() {
    store.putIfAbsent(entry("1"));
    store.putIfAbsent(entry("1"));
    store.unresolved(NOW, 1);
    store.replace(entry("1"), entry("1", State.SENT, NOW));
    store.purge(NOW.plusMillis(1));
    store.remove(entry("1"));

    assertThat(database.calls())
        .filteredOn(call -> call.equals("setQueryTimeout[10]"))
        .hasSameSizeAs(
            database.calls().stream().filter(call -> call.startsWith("execute")).toList())
        .hasSizeGreaterThan(7);
  }

  @Test
  void forgetsWhatWasSentOrRejectedBeforeATime() throws Exception {
    for (State state : State.values()) {
      store.putIfAbsent(entry("old-" + state, state, NOW.minusMillis(1)));
      store.putIfAbsent(entry("new-" + state, state, NOW));
    }

    assertThat(store.purge(NOW)).isEqualTo(2);

    assertThat(database.column("SELECT idempotency_key FROM email_idempotency ORDER BY 1"))
        .containsExactly(
            "new-IN_PROGRESS",
            "new-REJECTED",
            "new-SENT",
            "new-UNKNOWN",
            "old-IN_PROGRESS",
            "old-UNKNOWN");
    assertThat(store.purge(NOW)).isZero();
  }

  @Test
  void forgetsManyKeysInPieces() throws Exception {
    database.run(
        "INSERT INTO email_idempotency SELECT 'key-' || x, 'SENT', x / 3, 'attempt-' || x, 'id'"
            + " FROM SYSTEM_RANGE(1, 3500)");

    assertThat(store.purge(Instant.ofEpochMilli(1_000))).isEqualTo(2_999);

    assertThat(database.column("SELECT COUNT(*) FROM email_idempotency")).containsExactly("501");
    assertThat(database.calls()).filteredOn(call -> call.startsWith("executeUpdate")).hasSize(3);
  }

  @Test
  void acceptsAnyTime() {
    store.putIfAbsent(entry("sent", State.SENT, NOW));
    store.putIfAbsent(entry("unknown", State.UNKNOWN, NOW));

    assertThat(store.unresolved(Instant.MIN, 1)).isEmpty();
    assertThat(store.unresolved(Instant.MAX, 1)).hasSize(1);
    assertThat(store.purge(Instant.MIN)).isZero();
    assertThat(store.purge(Instant.MAX)).isOne();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.putIfAbsent(entry("never", State.UNKNOWN, Instant.MAX)))
        .withMessageContaining("does not fit");
  }

  @Test
  void refusesATableThatIgnoresCase() throws Exception {
    database.run(
        "DROP TABLE email_idempotency; CREATE TABLE email_idempotency (idempotency_key"
            + " VARCHAR_IGNORECASE(255) PRIMARY KEY, state VARCHAR(16), since_millis BIGINT,"
            + " attempt VARCHAR_IGNORECASE(255), message_id VARCHAR(255))");
    store.putIfAbsent(entry("Token"));

    assertThatIllegalStateException()
        .isThrownBy(() -> store.putIfAbsent(entry("token")))
        .withMessageContaining("binary collation");
    assertThatIllegalStateException()
        .isThrownBy(() -> store.findByAttempt("attempt-of-token"))
        .withMessageContaining("binary collation");
  }

  /** As many threads that send with the same key may remove theirs each time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void addsAnEntryAgainIfTheKnownOneWasRemovedInBetween(int times) {
    for (int i = 0; i < times; i++) {
      database.failNextUpdate("23505", "duplicate key");
    }

    assertThat(store.putIfAbsent(entry("1"))).isEmpty();

    assertThat(store.find("1")).contains(entry("1"));
  }

  @Test
  void reportsAnotherConstraintThatRefusesAnEntry() {
    store.putIfAbsent(new Entry("1", State.IN_PROGRESS, NOW, "same", null));

    assertThatIllegalStateException()
        .isThrownBy(() -> store.putIfAbsent(new Entry("2", State.IN_PROGRESS, NOW, "same", null)))
        .withMessageContaining("another constraint");
  }

  @Test
  void reportsAStateThatItDoesNotKnow() throws Exception {
    database.run("INSERT INTO email_idempotency VALUES ('1', 'PAUSED', 0, 'a', NULL)");

    assertThatIllegalStateException()
        .isThrownBy(() -> store.find("1"))
        .withMessageContaining("\"PAUSED\"");
  }

  @Test
  void asksNoDatabaseForATextThatIsNoKey() {
    for (String text : List.of("", "a b", "é", "a\0", "k".repeat(256), "k".repeat(1_000_000))) {
      assertThat(store.find(text)).isEmpty();
      assertThat(store.findByAttempt(text)).isEmpty();
    }
    assertThat(database.calls()).isEmpty();
  }

  @Test
  void refusesWhatDoesNotFit() {
    Entry fits = entry("1");
    store.putIfAbsent(fits);
    for (Entry entry :
        List.of(
            new Entry("k".repeat(256), State.UNKNOWN, NOW, "a", null),
            new Entry("a b", State.UNKNOWN, NOW, "a", null),
            new Entry("1", State.UNKNOWN, NOW, "a".repeat(256), null),
            new Entry("1", State.UNKNOWN, NOW, "", null),
            new Entry("1", State.SENT, NOW, "a", "m".repeat(256)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.putIfAbsent(entry))
          .withMessageContaining("does not fit");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> store.replace(fits, entry("2")));
    assertThatIllegalArgumentException().isThrownBy(() -> store.unresolved(NOW, 0));
    Entry longest = new Entry("1", State.SENT, NOW, "a".repeat(255), "m".repeat(255));
    assertThat(store.replace(fits, longest)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1a",
        "a b",
        "a;b",
        "a.b.c",
        ".a",
        "a.",
        "\"a\"",
        "a-b",
        "tabellé",
        "a\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void refusesATableThatIsNoName(String table) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JdbcIdempotencyStore.of(database.dataSource(), table))
        .withMessageContaining("is not a table name");
  }

  @Test
  void usesATableInASchema() throws Exception {
    database.run("CREATE SCHEMA mail; CREATE TABLE mail.once AS SELECT * FROM email_idempotency");
    JdbcIdempotencyStore inSchema = JdbcIdempotencyStore.of(database.dataSource(), "mail.once");

    inSchema.putIfAbsent(entry("1"));

    assertThat(inSchema.find("1")).isPresent();
    assertThat(store.find("1")).isEmpty();
    assertThat(inSchema).hasToString("JdbcIdempotencyStore[mail.once]");
  }

  /** Several processes, each with its own chain and clock. */
  @Test
  void listsWhatACrashedProcessLeft() {
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    catchThrowableOfType(MailException.class, () -> mailer(store).send(Emails.keyed("lost")));
    store.putIfAbsent(entry("crashed", State.IN_PROGRESS, NOW.minus(Duration.ofDays(1))));

    assertThat(store.unresolved(Instant.MAX, 10))
        .extracting(Entry::key)
        .containsExactly("crashed", "lost");
  }
}
