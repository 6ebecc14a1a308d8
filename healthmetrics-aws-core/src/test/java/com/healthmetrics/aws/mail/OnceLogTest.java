package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.CapturingLogger;
import com.healthmetrics.aws.fixtures.DelegatingStore;
import com.healthmetrics.aws.fixtures.FailingStore;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the log shows of emails that are sent once: what is wrong in an account, and no more. */
class OnceLogTest {
  private static final String KEY = "reset-1";
  private static final Email EMAIL = Emails.keyed(KEY);

  private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
  private final InMemoryMailer ses = new InMemoryMailer(MailerChain.builder().clock(clock).build());
  private final IdempotencyStore store = IdempotencyStore.inMemory(100, Duration.ofDays(1), clock);
  private final CapturingLogger log = new CapturingLogger();
  private final OnceStep step = step(store);

  private OnceStep step(IdempotencyStore store) {
    return new OnceStep(
        new Attempts.Settings(store, clock, Duration.ofMinutes(5), null, new HashSet<>(), log));
  }

  private Settlement settleFirstEvent() {
    return step.attempts().settle(ses.events().get(0));
  }

  private String attemptOfLastEmail() {
    return ses.sent().get(ses.sent().size() - 1).tags().get("healthmetrics-attempt");
  }

  private void assertOneLine(String level, String... parts) {
    assertThat(log.entries()).hasSize(1);
    assertThat(log.entries().get(0)).startsWith(level + " ").contains(parts).doesNotContain(KEY);
  }

  @Test
  void hasAnErrorIfAnEmailWasSentThatWasReportedAsNotSent() {
    catchThrowable(
        () ->
            step.send(
                EMAIL,
                email -> {
                  ses.send(email);
                  throw new MailException(Kind.THROTTLED, "not sent, as it seems");
                }));
    assertThat(log.entries()).isEmpty();

    settleFirstEvent();

    assertOneLine("ERROR", "certainly not sent", attemptOfLastEmail());
  }

  @Test
  void hasAnErrorIfTheResponseNamesAnotherEmailThanTheEvent() {
    step.send(
        EMAIL,
        email -> {
          ses.send(email);
          settleFirstEvent();
          return MailReceipt.of("message-2");
        });

    assertOneLine("ERROR", "two emails", "in-memory-1", "message-2", attemptOfLastEmail());
  }

  @Test
  void hasAnErrorIfAnEventNamesAnotherEmailThanTheResponse() {
    step.send(
        EMAIL,
        email -> {
          ses.send(email);
          return MailReceipt.of("message-2");
        });

    settleFirstEvent();

    assertOneLine("ERROR", "two emails", "in-memory-1", "message-2", attemptOfLastEmail());
  }

  @Test
  void hasNothingIfAnEventComesBeforeTheResponse() {
    step.send(
        EMAIL,
        email -> {
          MailReceipt receipt = ses.send(email);
          settleFirstEvent();
          return receipt;
        });

    assertThat(log.entries()).isEmpty();
  }

  @Test
  void hasNothingIfAnEventComesBeforeTheResponseIsLost() {
    catchThrowable(
        () ->
            step.send(
                EMAIL,
                email -> {
                  ses.send(email);
                  settleFirstEvent();
                  throw new MailException(Kind.UNKNOWN_OUTCOME, "lost");
                }));

    assertThat(log.entries()).isEmpty();
  }

  /** As another process does to which this one has crashed. */
  @ParameterizedTest
  @EnumSource(names = {"UNKNOWN_OUTCOME", "THROTTLED"})
  void hasAWarningIfTheKeyWasRemovedWhileItsEmailWasBeingSent(Kind kind) {
    catchThrowable(
        () ->
            step.send(
                EMAIL,
                email -> {
                  store.remove(store.find(KEY).orElseThrow());
                  throw new MailException(kind, "late");
                }));

    assertOneLine("WARN", "was updated concurrently");
  }

  /** Its entry names no email, so no event has settled it. */
  @Test
  void hasNoErrorIfTheStoreKeepsTheKeyOfAnEmailThatWasNotSent() {
    OnceStep keeping =
        step(
            new DelegatingStore(store) {
              @Override
              public boolean remove(Entry expected) {
                return false;
              }
            });
    ses.failNext(Kind.THROTTLED);

    catchThrowable(() -> keeping.send(EMAIL, ses));

    assertOneLine("WARN", "was updated concurrently");
    assertThat(keeping.attempts().brokenPromises()).isZero();
  }

  /** A store may forget a key before the last of its events. */
  @Test
  void hasAWarningForTheFirstEventOfAnAttemptThatIsNotKnown() {
    ses.send(EMAIL.withAttempt("0b0b0b0b-0000-4000-8000-000000000001"));
    assertThat(ses.events()).hasSize(2);

    for (MailEvent event : ses.events()) {
      step.attempts().settle(event);
      assertOneLine("WARN", "is not known", "0b0b0b0b-0000-4000-8000-000000000001");
    }
  }

  @Test
  void hasAWarningWithoutAddressesIfTheStoreFailsAfterwards() {
    IdempotencyStore failing =
        FailingStore.at("replace", new IllegalStateException(Thrown.PRIVATE), store);

    step(failing).send(EMAIL, ses);

    assertOneLine("WARN", "failed with java.lang.IllegalStateException");
    assertThat(log.entries().get(0)).doesNotContain(Thrown.PRIVATE);
  }
}
