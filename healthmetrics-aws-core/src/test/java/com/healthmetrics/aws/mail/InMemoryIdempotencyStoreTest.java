package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.CapturingLogger;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

/** {@link IdempotencyStore#inMemory}: what it remembers, and what it forgets when it is full. */
class InMemoryIdempotencyStoreTest {
  private static final Email EMAIL = Emails.keyed("reset-1");
  private static final Duration DAY = Duration.ofDays(1);

  private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
  private final CapturingLogger log = new CapturingLogger();
  private final InMemoryMailer sent = new InMemoryMailer();
  private final IdempotencyStore store =
      new InMemoryIdempotencyStore(100, DAY, clock, NOPLogger.NOP_LOGGER);
  private final MailerChain chain = MailerChain.builder().once(store).clock(clock).build();
  private final TransactionalMailer mailer = chain.wrap(sent);

  private IdempotencyStore logging(int maxKeys) {
    return new InMemoryIdempotencyStore(maxKeys, DAY, clock, log);
  }

  private Entry entry(String key, State state) {
    return new Entry(key, state, clock.instant(), "attempt of " + key, "message");
  }

  private static MailException refusal(TransactionalMailer mailer) {
    MailException refusal = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  @Test
  void forgetsAKeyAfterItsTime() {
    mailer.send(EMAIL);

    clock.advance(Duration.ofDays(1).minusMillis(1));
    mailer.send(EMAIL);
    assertThat(sent.sent()).hasSize(1);

    clock.advance(Duration.ofMillis(1));
    mailer.send(EMAIL);
    assertThat(sent.sent()).hasSize(2);
    assertThat(store).hasToString("IdempotencyStore[1 keys]");
  }

  @Test
  void remembersFromTheLastChangeOn() {
    store.putIfAbsent(entry("reset-1", State.UNKNOWN));
    clock.advance(Duration.ofHours(20));
    chain.confirm("reset-1", MailReceipt.of("found"));

    clock.advance(Duration.ofHours(20));

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("found");
  }

  @Test
  void neverSendsAgainByTimeAlone() {
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    refusal(mailer);

    clock.advance(Duration.ofDays(365));

    assertThat(refusal(mailer).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void changesAnEntryOnlyIfItIsTheExpectedOne() {
    Entry one = new Entry("key", State.IN_PROGRESS, clock.instant(), "1", null);
    Entry other = new Entry("key", State.IN_PROGRESS, clock.instant(), "2", null);
    Entry missing = new Entry("missing", State.IN_PROGRESS, clock.instant(), "3", null);
    assertThat(store.putIfAbsent(one)).isEmpty();

    assertThat(store.putIfAbsent(other)).contains(one);
    assertThat(store.replace(other, other)).isFalse();
    assertThat(store.remove(other)).isFalse();
    assertThat(store.replace(missing, missing)).isFalse();
    assertThat(store.remove(missing)).isFalse();
    assertThat(store.find("key")).contains(one);

    assertThat(store.replace(one, other)).isTrue();
    assertThat(store.find("key")).contains(other);
    assertThat(store.remove(other)).isTrue();
    assertThat(store.find("key")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.replace(one, missing))
        .withMessageContaining("another key");
  }

  @Test
  void findsAnEntryByItsAttemptForAsLongAsItHasIt() {
    Entry first = new Entry("key", State.UNKNOWN, clock.instant(), "first", null);
    Entry second = new Entry("key", State.IN_PROGRESS, clock.instant(), "second", null);
    Entry sent = new Entry("key", State.SENT, clock.instant(), "second", "message");
    store.putIfAbsent(first);
    assertThat(store.findByAttempt("first")).contains(first);

    store.replace(first, second);
    assertThat(store.findByAttempt("first")).isEmpty();
    assertThat(store.findByAttempt("second")).contains(second);

    store.replace(second, sent);
    assertThat(store.findByAttempt("second")).contains(sent);

    store.remove(sent);
    assertThat(store.findByAttempt("second")).isEmpty();
  }

  @Test
  void forgetsTheAttemptWithItsKey() {
    IdempotencyStore small = logging(1);
    for (State state : List.of(State.SENT, State.REJECTED, State.UNKNOWN)) {
      Entry forgotten = entry("forgotten", state);
      small.putIfAbsent(forgotten);
      clock.advance(DAY);

      Entry next = entry("next", State.UNKNOWN);
      assertThat(small.putIfAbsent(next)).isEmpty();

      assertThat(small.findByAttempt(forgotten.attempt())).as("%s", state).isEmpty();
      small.remove(next);
    }
  }

  @Test
  void listsWhatIsInProgressOrUnknownSinceAnEarlierTimeOldestFirst() {
    Instant start = clock.instant();
    for (State state : List.of(State.UNKNOWN, State.SENT, State.IN_PROGRESS, State.REJECTED)) {
      store.putIfAbsent(entry(state.name(), state));
      clock.advance(Duration.ofMillis(1));
    }
    // As another process writes it whose clock is behind.
    store.putIfAbsent(
        new Entry("behind", State.IN_PROGRESS, start.minusSeconds(1), "behind", null));

    assertThat(store.unresolved(start.plusMillis(3), 10))
        .extracting(Entry::key)
        .containsExactly("behind", "UNKNOWN", "IN_PROGRESS");
    assertThat(store.unresolved(start.plusMillis(2), 10)).hasSize(2);
    assertThat(store.unresolved(start.plusMillis(3), 1))
        .extracting(Entry::key)
        .containsExactly("behind");
  }

  @Test
  void keepsAnEntryOfAnEmailThatWasSentWithItsMessageIdAndShowsNoKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry("ada", State.SENT, clock.instant(), "attempt-1", null))
        .withMessageContaining("message id (attempt attempt-1)");
    assertThat(new Entry("ada", State.SENT, clock.instant(), "attempt-1", "message-1"))
        .hasToString(
            "Entry[SENT since 2026-11-01T10:00:00Z, attempt attempt-1, message message-1]");
  }

  @Test
  void neverForgetsAnEmailInProgressByTimeAlone() {
    store.putIfAbsent(entry("first", State.IN_PROGRESS));
    store.putIfAbsent(entry("sent", State.SENT));
    store.putIfAbsent(entry("rejected", State.REJECTED));

    clock.advance(Duration.ofDays(2));

    assertThat(store.find("first")).isPresent();
    assertThat(store.find("sent")).isEmpty();
    assertThat(store.find("rejected")).isEmpty();
  }

  @Test
  void forgetsTheOldestSentEmailWhenItIsFull() {
    IdempotencyStore small = logging(4);
    small.putIfAbsent(entry("unknown", State.UNKNOWN));
    small.putIfAbsent(entry("going", State.IN_PROGRESS));
    small.putIfAbsent(entry("oldest", State.SENT));
    small.putIfAbsent(entry("done", State.SENT));
    clock.advance(DAY.minusMillis(1));

    assertThat(small.putIfAbsent(entry("next", State.IN_PROGRESS))).isEmpty();

    assertThat(small.find("oldest")).isEmpty();
    for (String kept : List.of("unknown", "going", "done", "next")) {
      assertThat(small.find(kept)).as(kept).isPresent();
    }
    assertThat(log.entries()).noneMatch(line -> line.contains("has forgotten"));
  }

  /** Sent again, it would be rejected again; so nobody gets a second email. */
  @Test
  void forgetsARejectedEmailFirstWhenItIsFull() {
    IdempotencyStore small = logging(3);
    small.putIfAbsent(entry("sent", State.SENT));
    small.putIfAbsent(entry("unknown", State.UNKNOWN));
    clock.advance(DAY.minusMillis(1));
    small.putIfAbsent(entry("rejected", State.REJECTED));

    small.putIfAbsent(entry("next", State.IN_PROGRESS));

    assertThat(small.find("rejected")).isEmpty();
    assertThat(small.find("sent")).isPresent();
    assertThat(small.find("unknown")).isPresent();
  }

  /** One outage leaves as many unknown outcomes as emails. */
  @Test
  void forgetsTheOldestUnknownOutcomeOnceItIsOlderThanKeysAreRemembered() {
    IdempotencyStore small = logging(2);
    MailerChain fullChain = MailerChain.builder().once(small).clock(clock).build();
    TransactionalMailer full = fullChain.wrap(sent);
    small.putIfAbsent(
        new Entry("ada@example.com", State.UNKNOWN, clock.instant(), "attempt of long ago", null));
    clock.advance(Duration.ofHours(1));
    small.putIfAbsent(entry("other", State.UNKNOWN));

    clock.advance(Duration.ofHours(23).minusMillis(1));
    MailException refusal = refusal(full);
    assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal).hasMessageContainingAll("All 2 keys", "PT24H", "was not sent");
    assertThat(sent.sent()).isEmpty();

    clock.advance(Duration.ofMillis(1));
    full.send(EMAIL);

    assertThat(sent.sent()).hasSize(1);
    assertThat(small.find("ada@example.com")).as("the oldest").isEmpty();
    assertThat(small.find("other")).as("a younger one").isPresent();
    assertThat(log.entries())
        .filteredOn(line -> line.contains("has forgotten"))
        .singleElement()
        .asString()
        .startsWith("WARN ")
        .contains("2026-11-01T10:00:00Z", "attempt of long ago")
        .doesNotContain("ada@example.com");
  }

  /** What a clock throws may have no message. */
  @Test
  void statesThatItFailedIfItsClockFails() {
    clock.failWith(new IllegalStateException());
    TransactionalMailer failing = MailerChain.builder().once(store).build().wrap(sent);

    assertThat(refusal(failing))
        .hasMessageStartingWith("The idempotency store failed with IllegalStateException");
  }

  @Test
  void acceptsEmailsAgainLongAfterAnOutage() {
    IdempotencyStore small = logging(10);
    TransactionalMailer afterwards =
        MailerChain.builder().once(small).clock(clock).build().wrap(sent);
    for (int i = 0; i < 10; i++) {
      sent.failNext(Kind.UNKNOWN_OUTCOME);
      Email lost = Emails.keyed("lost-" + i);
      catchThrowableOfType(MailException.class, () -> afterwards.send(lost));
    }
    clock.advance(Duration.ofDays(400));

    for (int i = 0; i < 30; i++) {
      afterwards.send(Emails.keyed("later-" + i));
    }

    assertThat(sent.sent()).hasSize(40);
    // All that are old make room before any email that was sent.
    assertThat(log.entries()).filteredOn(line -> line.contains("has forgotten")).hasSize(10);
  }

  @Test
  void sendsNothingTwiceLongAfterAnOutage() {
    IdempotencyStore small = logging(10);
    for (int i = 0; i < 10; i++) {
      small.putIfAbsent(entry("lost-" + i, State.UNKNOWN));
    }
    clock.advance(Duration.ofDays(400));
    TransactionalMailer afterwards =
        MailerChain.builder().once(small).clock(clock).build().wrap(sent);

    for (String key : List.of("first", "second", "first")) {
      afterwards.send(Emails.keyed(key));
    }

    assertThat(sent.sent()).hasSize(2);
  }

  @Test
  void keepsAKeyWhoseEntryIsReplacedInTheSameState() {
    Entry one = entry("key", State.SENT);
    clock.advance(Duration.ofMillis(1));
    Entry other = entry("key", State.SENT);
    store.putIfAbsent(one);

    assertThat(store.replace(one, other)).isTrue();

    assertThat(store.find("key")).contains(other);
    assertThat(store).hasToString("IdempotencyStore[1 keys]");
  }

  /** Whatever the clock shows: its call goes on in this process. */
  @Test
  void neverForgetsAnEmailThatIsBeingSent() {
    IdempotencyStore small = logging(1);
    TransactionalMailer full = MailerChain.builder().once(small).clock(clock).build().wrap(sent);
    sent.onMail(
        email -> {
          for (Duration jump : List.of(Duration.ofDays(30), Duration.ofDays(-60))) {
            clock.advance(jump);
            assertThat(refusal(full)).hasMessageContaining("Another call");
            assertThat(
                    catchThrowableOfType(MailException.class, () -> full.send(Emails.keyed("x"))))
                .hasMessageContaining("All 1 keys");
          }
        });

    full.send(EMAIL);

    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void refusesAKeyThatItHasNoRoomFor() {
    IdempotencyStore small = logging(1);
    small.putIfAbsent(entry("going", State.IN_PROGRESS));
    clock.advance(Duration.ofDays(400));

    assertThatIllegalStateException()
        .isThrownBy(() -> small.putIfAbsent(entry("next", State.IN_PROGRESS)))
        .withMessageContaining("All 1 keys");
    assertThat(small.putIfAbsent(entry("going", State.IN_PROGRESS)))
        .as("a known key needs no room")
        .isPresent();
  }

  @Test
  void warnsOnceEachTimeItBecomesNearlyFull() {
    IdempotencyStore nearlyFull = logging(10);
    for (int i = 0; i < 7; i++) {
      nearlyFull.putIfAbsent(entry("sent-" + i, State.SENT));
    }
    assertThat(log.entries()).isEmpty();

    nearlyFull.putIfAbsent(entry("unknown", State.UNKNOWN));
    for (int i = 0; i < 50; i++) {
      nearlyFull.find("unknown");
      nearlyFull.putIfAbsent(entry("unknown", State.UNKNOWN));
      nearlyFull.putIfAbsent(entry("next-" + i, State.SENT));
    }
    assertThat(log.entries())
        .singleElement()
        .asString()
        .startsWith("WARN ")
        .contains("8 of at most 10", "7 of emails that were sent", "1 of unknown outcome");

    clock.advance(DAY);
    for (int i = 0; i < 20; i++) {
      nearlyFull.putIfAbsent(entry("again-" + i, State.SENT));
    }
    assertThat(log.entries())
        .filteredOn(line -> line.contains("of at most 10"))
        .as("full for the second time")
        .hasSize(2);
  }

  /** A number of keys that varies about the limit is reported once. */
  @Test
  void doesNotWarnAgainWithEachKeyAboutTheLimit() {
    IdempotencyStore varying = logging(10);
    Entry one = entry("coming and going", State.SENT);
    for (int i = 0; i < 7; i++) {
      varying.putIfAbsent(entry("kept-" + i, State.SENT));
    }
    for (int i = 0; i < 20; i++) {
      varying.putIfAbsent(one);
      varying.remove(one);
    }

    assertThat(log.entries()).hasSize(1);
  }

  @Test
  void keepsItsPromisesWithALoggerThatFails() {
    CapturingLogger failing =
        new CapturingLogger() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void handleNormalizedLoggingCall(
              Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
            throw new NoClassDefFoundError("an appender of the application");
          }
        };
    IdempotencyStore small = new InMemoryIdempotencyStore(1, DAY, clock, failing);
    small.putIfAbsent(entry("unknown", State.UNKNOWN));
    clock.advance(DAY);

    assertThat(small.putIfAbsent(entry("next", State.IN_PROGRESS))).isEmpty();
    assertThat(small.find("next")).isPresent();
  }

  /** A clock that goes back makes keys older than they are, and forgets none of them. */
  @Test
  void forgetsNothingWhenTheClockGoesBack() {
    mailer.send(EMAIL);
    clock.advance(Duration.ofDays(-30));

    mailer.send(EMAIL);

    assertThat(sent.sent()).hasSize(1);
    assertThat(store.find("reset-1")).map(Entry::state).isEqualTo(Optional.of(State.SENT));
  }
}
