package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.CapturingLogger;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
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

  private Entry entry(State state, String id) {
    return new Entry(state, clock.instant(), id);
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
    store.putIfAbsent("reset-1", entry(State.UNKNOWN, "1"));
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
    Entry one = new Entry(State.IN_PROGRESS, clock.instant(), "1");
    Entry other = new Entry(State.IN_PROGRESS, clock.instant(), "2");
    assertThat(store.putIfAbsent("key", one)).isEmpty();

    assertThat(store.putIfAbsent("key", other)).contains(one);
    assertThat(store.replace("key", other, other)).isFalse();
    assertThat(store.remove("key", other)).isFalse();
    assertThat(store.replace("missing", one, other)).isFalse();
    assertThat(store.remove("missing", one)).isFalse();
    assertThat(store.find("key")).contains(one);

    assertThat(store.replace("key", one, other)).isTrue();
    assertThat(store.remove("key", other)).isTrue();
    assertThat(store.find("key")).isEmpty();
  }

  @Test
  void neverForgetsAnEmailInProgressByTimeAlone() {
    store.putIfAbsent("first", entry(State.IN_PROGRESS, "1"));
    store.putIfAbsent("sent", entry(State.SENT, "2"));

    clock.advance(Duration.ofDays(2));

    assertThat(store.find("first")).isPresent();
    assertThat(store.find("sent")).isEmpty();
  }

  @Test
  void forgetsTheOldestSentEmailWhenItIsFull() {
    IdempotencyStore small = logging(4);
    small.putIfAbsent("unknown", entry(State.UNKNOWN, "1"));
    small.putIfAbsent("going", entry(State.IN_PROGRESS, "2"));
    small.putIfAbsent("oldest", entry(State.SENT, "3"));
    small.putIfAbsent("done", entry(State.SENT, "4"));
    clock.advance(DAY.minusMillis(1));

    assertThat(small.putIfAbsent("next", entry(State.IN_PROGRESS, "5"))).isEmpty();

    assertThat(small.find("oldest")).isEmpty();
    for (String kept : List.of("unknown", "going", "done", "next")) {
      assertThat(small.find(kept)).as(kept).isPresent();
    }
    assertThat(log.entries()).noneMatch(line -> line.contains("has forgotten"));
  }

  /** One outage leaves as many unknown outcomes as emails, and nothing lists their keys. */
  @Test
  void forgetsTheOldestUnknownOutcomeOnceItIsOlderThanKeysAreRemembered() {
    IdempotencyStore small = logging(2);
    MailerChain fullChain = MailerChain.builder().once(small).clock(clock).build();
    TransactionalMailer full = fullChain.wrap(sent);
    small.putIfAbsent("ada@example.com", entry(State.UNKNOWN, "attempt-1"));
    clock.advance(Duration.ofHours(1));
    small.putIfAbsent("other", entry(State.UNKNOWN, "attempt-2"));

    clock.advance(Duration.ofHours(23).minusMillis(1));
    MailException refusal = refusal(full);
    assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal).hasMessageContainingAll("All 2 keys", "PT24H", "was not sent");
    assertThat(sent.sent()).isEmpty();

    clock.advance(Duration.ofMillis(1));
    full.send(EMAIL);

    assertThat(sent.sent()).containsExactly(EMAIL);
    assertThat(small.find("ada@example.com")).as("the oldest").isEmpty();
    assertThat(small.find("other")).as("a younger one").isPresent();
    assertThat(log.entries())
        .filteredOn(line -> line.contains("has forgotten"))
        .singleElement()
        .asString()
        .startsWith("WARN ")
        .contains("2026-11-01T10:00:00Z", "attempt-1")
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
      small.putIfAbsent("lost-" + i, entry(State.UNKNOWN, "1"));
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
    Entry one = entry(State.SENT, "1");
    Entry other = entry(State.SENT, "2");
    store.putIfAbsent("key", one);

    assertThat(store.replace("key", one, other)).isTrue();

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
    small.putIfAbsent("going", entry(State.IN_PROGRESS, "1"));
    clock.advance(Duration.ofDays(400));

    assertThatIllegalStateException()
        .isThrownBy(() -> small.putIfAbsent("next", entry(State.IN_PROGRESS, "2")))
        .withMessageContaining("All 1 keys");
    assertThat(small.putIfAbsent("going", entry(State.IN_PROGRESS, "2")))
        .as("a known key needs no room")
        .isPresent();
  }

  @Test
  void warnsOnceEachTimeItBecomesNearlyFull() {
    IdempotencyStore nearlyFull = logging(10);
    for (int i = 0; i < 7; i++) {
      nearlyFull.putIfAbsent("sent-" + i, entry(State.SENT, "1"));
    }
    assertThat(log.entries()).isEmpty();

    nearlyFull.putIfAbsent("unknown", entry(State.UNKNOWN, "2"));
    for (int i = 0; i < 50; i++) {
      nearlyFull.find("unknown");
      nearlyFull.putIfAbsent("unknown", entry(State.UNKNOWN, "2"));
      nearlyFull.putIfAbsent("next-" + i, entry(State.SENT, "3"));
    }
    assertThat(log.entries())
        .singleElement()
        .asString()
        .startsWith("WARN ")
        .contains("8 of at most 10", "7 of emails that were sent", "1 of unknown outcome");

    clock.advance(DAY);
    for (int i = 0; i < 20; i++) {
      nearlyFull.putIfAbsent("again-" + i, entry(State.SENT, "4"));
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
    Entry one = entry(State.SENT, "1");
    for (int i = 0; i < 7; i++) {
      varying.putIfAbsent("kept-" + i, one);
    }
    for (int i = 0; i < 20; i++) {
      varying.putIfAbsent("coming and going", one);
      varying.remove("coming and going", one);
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
    small.putIfAbsent("unknown", entry(State.UNKNOWN, "1"));
    clock.advance(DAY);

    assertThat(small.putIfAbsent("next", entry(State.IN_PROGRESS, "2"))).isEmpty();
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
