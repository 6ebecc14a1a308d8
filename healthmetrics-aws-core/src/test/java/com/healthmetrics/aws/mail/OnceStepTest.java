package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.DelegatingStore;
import com.healthmetrics.aws.fixtures.FailingStore;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MailerChain.Builder#once}. */
class OnceStepTest {
  private static final Email EMAIL = Emails.keyed("reset-1");

  private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00.123456789Z");
  private final InMemoryMailer sent = new InMemoryMailer();
  private final IdempotencyStore store = inMemory(100);
  private final MailerChain chain =
      MailerChain.builder().once(store).clock(clock).abandonedAfter(Duration.ofMinutes(5)).build();
  private final TransactionalMailer mailer = chain.wrap(sent);

  private IdempotencyStore inMemory(int maxKeys) {
    return IdempotencyStore.inMemory(maxKeys, Duration.ofDays(1), clock);
  }

  private static MailException refusal(TransactionalMailer mailer) {
    MailException refusal = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  private void assertUnknown() {
    MailException refusal = refusal(mailer);
    assertThat(refusal.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(refusal.delivery()).isEqualTo(Delivery.UNKNOWN);
    assertThat(refusal.retryAfter()).isEmpty();
    assertThat(refusal)
        .hasMessageContainingAll("settle(", "healthmetrics-attempt", "confirm(", "forget(");
  }

  /** Leaves the entry of a process that crashed while it was sending. */
  private void crashWhileSending() {
    store.putIfAbsent(new Entry("reset-1", State.IN_PROGRESS, clock.instant(), "crashed", null));
  }

  @Test
  void returnsTheSameReceiptWithoutSendingAgain() {
    MailReceipt first = mailer.send(EMAIL);
    MailReceipt again = mailer.send(EMAIL.toBuilder().subject("Written anew").build());

    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(sent.sent()).extracting(Email::subject).containsExactly(EMAIL.subject());
  }

  @Test
  void sendsEmailsWithOtherKeysAndWithoutOne() {
    Email other = Emails.keyed("reset-2");
    Email none = Emails.to("ada@example.com");

    for (Email email : List.of(EMAIL, other, none, none)) {
      mailer.send(email);
    }

    assertThat(sent.sent())
        .extracting(email -> email.idempotencyKey().orElse("none"))
        .containsExactly("reset-1", "reset-2", "none", "none");
  }

  @Test
  void refusesAnEmailThatMayHaveBeenSent() {
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    assertThat(refusal(mailer)).hasMessageContaining("This test requested");

    assertUnknown();
    assertThat(sent.sent()).as("accepted once, its response lost").hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN_OUTCOME")
  void sendsAnEmailAgainThatWasCertainlyNotSent(Kind kind) {
    sent.failNext(kind);
    assertThat(refusal(mailer).kind()).isEqualTo(kind);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void treatsAnUnexpectedExceptionAsAnUnknownOutcome() {
    IllegalStateException failure = new IllegalStateException("broken");
    TransactionalMailer broken =
        email -> {
          throw failure;
        };

    assertThatThrownBy(() -> chain.wrap(broken).send(EMAIL)).isSameAs(failure);

    assertUnknown();
  }

  @Test
  void treatsAnErrorAsAnUnknownOutcome() {
    TransactionalMailer broken =
        email -> {
          throw new StackOverflowError();
        };

    assertThatThrownBy(() -> chain.wrap(broken).send(EMAIL)).isInstanceOf(StackOverflowError.class);

    assertUnknown();
  }

  @Test
  void returnsTheReceiptOfAConfirmedEmail() {
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    refusal(mailer);

    assertThat(chain.confirm("reset-1", MailReceipt.of("found in an event"))).isTrue();

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("found in an event");
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void sendsAForgottenEmailAgain() {
    sent.failNext(Kind.UNKNOWN_OUTCOME);
    refusal(mailer);

    assertThat(chain.forget("reset-1")).isTrue();
    mailer.send(EMAIL);

    assertThat(sent.sent()).hasSize(2);
  }

  @Test
  void refusesARejectedEmailUntilItIsForgotten() {
    store.putIfAbsent(
        new Entry("reset-1", State.REJECTED, clock.instant(), "attempt-1", "message-1"));

    MailException refusal = refusal(mailer);
    assertThat(refusal.kind()).isEqualTo(Kind.REJECTED);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal).hasMessageContainingAll("attempt-1", "forget(key)");
    assertThat(chain.confirm("reset-1", MailReceipt.of("other"))).isFalse();
    assertThat(sent.sent()).isEmpty();

    assertThat(chain.forget("reset-1")).isTrue();
    mailer.send(EMAIL);
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void changesNothingThatIsNotUnknown() {
    assertThat(chain.forget("reset-1")).as("nothing known").isFalse();
    assertThat(chain.confirm("reset-1", MailReceipt.of("other"))).isFalse();

    mailer.send(EMAIL);
    assertThat(chain.forget("reset-1")).as("sent").isFalse();
    assertThat(chain.confirm("reset-1", MailReceipt.of("other"))).isFalse();
    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");

    sent.onMail(
        email -> {
          assertThat(chain.forget("reset-2")).as("being sent").isFalse();
          assertThat(chain.confirm("reset-2", MailReceipt.of("other"))).isFalse();
        });
    assertThat(mailer.send(Emails.keyed("reset-2")).messageId()).isEqualTo("in-memory-2");
  }

  @Test
  void refusesAnEmailThatAnotherCallIsSending() {
    List<MailException> refusals = new ArrayList<>();
    sent.onMail(email -> refusals.add(refusal(mailer)));

    mailer.send(EMAIL);

    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).delivery()).isEqualTo(Delivery.UNKNOWN);
    assertThat(refusals.get(0).retryAfter()).hasValue(Duration.ofSeconds(1));
    assertThat(refusals.get(0)).hasMessageContaining("Another call");
    assertThat(mailer.send(EMAIL).messageId()).as("called later").isEqualTo("in-memory-1");
    assertThat(sent.sent()).hasSize(1);
  }

  /** Its call goes on in this process, as is known without a clock. */
  @ParameterizedTest
  @ValueSource(strings = {"PT10M", "PT-10M", "P400D", "P-400D"})
  void knowsThatItsOwnCallsGoOnWhenTheClockJumps(Duration jump) {
    MailerChain other = MailerChain.builder().once(store).clock(clock).build();
    List<MailException> refusals = new ArrayList<>();
    sent.onMail(
        email -> {
          clock.advance(jump);
          for (MailerChain each : List.of(chain, other)) {
            assertThat(each.forget("reset-1")).isFalse();
            assertThat(each.confirm("reset-1", MailReceipt.of("wrong"))).isFalse();
            refusals.add(refusal(each.wrap(sent)));
          }
        });

    MailReceipt receipt = mailer.send(EMAIL);

    assertThat(refusals).hasSize(2).allMatch(each -> each.getMessage().contains("Another call"));
    assertThat(mailer.send(EMAIL).messageId()).isEqualTo(receipt.messageId());
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void treatsACrashAsAnUnknownOutcomeAfterATime() {
    crashWhileSending();

    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(refusal(mailer)).hasMessageContaining("Another call");
    assertThat(chain.forget("reset-1")).isFalse();

    clock.advance(Duration.ofMillis(1));
    assertUnknown();
    assertThat(sent.sent()).isEmpty();
    assertThat(chain.forget("reset-1")).isTrue();
    mailer.send(EMAIL);
    assertThat(sent.sent()).hasSize(1);
  }

  /** Otherwise its "certainly not sent" would free the key of the email that was sent meanwhile. */
  @Test
  void leavesAKeyThatWasUpdatedConcurrentlyAlone() {
    TransactionalMailer slow =
        email -> {
          // As another process does to which this one has crashed.
          Entry attempt = store.find("reset-1").orElseThrow();
          assertThat(store.remove(attempt)).isTrue();
          mailer.send(EMAIL);
          throw new MailException(Kind.THROTTLED, "late");
        };

    assertThat(refusal(chain.wrap(slow)).kind()).isEqualTo(Kind.THROTTLED);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void sendsOnceWithManyConcurrentCallers() throws Exception {
    int callers = 16;
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      for (int round = 0; round < 50; round++) {
        Email email = Emails.keyed("round-" + round);
        List<Callable<MailReceipt>> calls = Collections.nCopies(callers, () -> mailer.send(email));
        for (Future<MailReceipt> call : threads.invokeAll(calls)) {
          try {
            assertThat(call.get().messageId()).isEqualTo("in-memory-" + (round + 1));
          } catch (ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOfSatisfying(
                    MailException.class,
                    failure -> assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN));
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(sent.sent()).hasSize(50).doesNotHaveDuplicates();
  }

  /** Fails on request, and works otherwise. */
  private class Failing extends DelegatingStore {
    private final boolean atFirst;

    Failing(boolean atFirst) {
      super(store);
      this.atFirst = atFirst;
    }

    @Override
    public Optional<Entry> putIfAbsent(Entry entry) {
      if (atFirst) {
        throw new IllegalStateException("no connection for ada@example.com");
      }
      return store.putIfAbsent(entry);
    }

    @Override
    public boolean replace(Entry expected, Entry next) {
      throw new IllegalStateException("no connection");
    }

    @Override
    public boolean remove(Entry expected) {
      throw new IllegalStateException("no connection");
    }
  }

  @Test
  void sendsNothingIfTheStoreFailsBefore() {
    MailException refusal =
        refusal(MailerChain.builder().once(new Failing(true)).build().wrap(sent));

    assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal).hasMessageContaining("IllegalStateException");
    assertThat(refusal).hasStackTraceContaining("$Failing");
    assertThat(refusal.getCause()).hasMessageNotContaining("@");
    assertThat(sent.sent()).isEmpty();
  }

  /** As a database does whose connection breaks after the commit. */
  @Test
  void leavesNoTraceInAStoreThatStoresAndThenFails() {
    Failing failing =
        new Failing(false) {
          @Override
          public Optional<Entry> putIfAbsent(Entry entry) {
            store.putIfAbsent(entry);
            throw new IllegalStateException("no connection");
          }

          @Override
          public boolean remove(Entry expected) {
            return store.remove(expected);
          }
        };
    assertThat(refusal(MailerChain.builder().once(failing).build().wrap(sent)).delivery())
        .isEqualTo(Delivery.NOT_SENT);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
  }

  /** As pools of connections and sockets do. */
  private final class FailingOnInterrupt extends DelegatingStore {
    private final @Nullable Throwable failure;

    /**
     * @param failure thrown after an entry was added, in a thread that is interrupted by then
     */
    FailingOnInterrupt(@Nullable Throwable failure) {
      super(store);
      this.failure = failure;
    }

    private void work() {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while it waited for a connection");
      }
    }

    @Override
    public Optional<Entry> putIfAbsent(Entry entry) {
      Optional<Entry> known = super.putIfAbsent(entry);
      if (failure != null) {
        Thread.currentThread().interrupt();
        throw Thrown.undeclared(failure);
      }
      return known;
    }

    @Override
    public boolean replace(Entry expected, Entry next) {
      work();
      return super.replace(expected, next);
    }

    @Override
    public boolean remove(Entry expected) {
      work();
      return super.remove(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNKNOWN_OUTCOME"})
  void recordsTheOutcomeInAnInterruptedThread(Kind kind) {
    TransactionalMailer interrupted =
        MailerChain.builder()
            .once(new FailingOnInterrupt(null))
            .clock(clock)
            .build()
            .wrap(
                email -> {
                  Thread.currentThread().interrupt();
                  return sent.send(email);
                });

    sent.failNext(kind);
    assertThat(refusal(interrupted).kind()).isEqualTo(kind);
    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
    assertThat(store.find("reset-1").map(Entry::state))
        .isEqualTo(kind == Kind.UNREACHABLE ? Optional.empty() : Optional.of(State.UNKNOWN));

    interrupted.send(Emails.keyed("reset-2"));
    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
    assertThat(store.find("reset-2").orElseThrow().state()).isEqualTo(State.SENT);
  }

  @Test
  void leavesNoTraceInAStoreThatFailsInAnInterruptedThread() {
    IdempotencyStore failing = new FailingOnInterrupt(new IllegalStateException("no connection"));

    refusal(MailerChain.builder().once(failing).build().wrap(sent));

    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
    assertThat(store.find("reset-1")).isEmpty();
  }

  @Test
  void leavesNoTraceInAStoreThatRunsOutOfMemory() {
    IdempotencyStore failing = new FailingOnInterrupt(new OutOfMemoryError());

    assertThatThrownBy(() -> MailerChain.builder().once(failing).build().wrap(sent).send(EMAIL))
        .isInstanceOf(OutOfMemoryError.class);

    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
    assertThat(store.find("reset-1")).isEmpty();
  }

  /** The connection breaks after the commit, and there is no other one for a while. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removesWhatAFailingStoreKeptWhenItsKeyIsUsedNext(boolean begun) {
    boolean[] down = {true};
    IdempotencyStore failing =
        new DelegatingStore(store) {
          @Override
          public Optional<Entry> putIfAbsent(Entry entry) {
            Optional<Entry> known = super.putIfAbsent(entry);
            if (down[0] && !begun) {
              throw new IllegalStateException("no connection");
            }
            return known;
          }

          @Override
          public boolean remove(Entry expected) {
            if (down[0]) {
              throw new IllegalStateException("no connection");
            }
            return super.remove(expected);
          }
        };
    TransactionalMailer recovering =
        MailerChain.builder().once(failing).clock(clock).build().wrap(sent);
    if (begun) {
      sent.failNext(Kind.THROTTLED);
    }
    assertThat(refusal(recovering).delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal(mailer).getMessage()).as("another process").contains("Another call");
    down[0] = false;

    assertThat(recovering.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(store.find("reset-1").orElseThrow().state()).isEqualTo(State.SENT);
  }

  /** Another process sent it since, and its process crashed. */
  @Test
  void keepsAnEntryThatIsNotTheOneItCouldNotRemove() {
    TransactionalMailer recovering =
        MailerChain.builder()
            .once(FailingStore.at("remove", new IllegalStateException("no connection"), store))
            .clock(clock)
            .build()
            .wrap(sent);
    sent.failNext(Kind.THROTTLED);
    refusal(recovering);
    Entry left = store.find("reset-1").orElseThrow();
    Entry again =
        new Entry("reset-1", State.IN_PROGRESS, left.since().plusMillis(1), left.attempt(), null);
    store.replace(left, again);

    assertThat(refusal(recovering)).hasMessageContaining("Another call");
    assertThat(store.find("reset-1")).contains(again);
  }

  @Test
  void refusesToTakeAnEmailThatWaitsForItsTurnForACrash() {
    MailerChain.Builder builder =
        MailerChain.builder().once(store).recipientsPerSecond(1).maxWait(Duration.ofMinutes(10));

    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageContainingAll("abandonedAfter is PT10M", "PT10M for its turn (maxWait)");
    assertThat(builder.abandonedAfter(Duration.ofMinutes(11)).build()).isNotNull();
  }

  @Test
  void losesNoReceiptToAClockThatFails() {
    TransactionalMailer breaking =
        email -> {
          clock.failWith(new IllegalStateException("no time"));
          return sent.send(email);
        };

    assertThat(chain.wrap(breaking).send(EMAIL).messageId()).isEqualTo("in-memory-1");
  }

  @Test
  void losesNeitherReceiptNorFailureToAStoreThatFailsAfter() {
    TransactionalMailer unsettled =
        MailerChain.builder().once(new Failing(false)).clock(clock).build().wrap(sent);

    assertThat(unsettled.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    sent.failNext(Kind.THROTTLED);
    assertThatThrownBy(() -> unsettled.send(Emails.keyed("reset-2")))
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(Kind.THROTTLED));

    clock.advance(Duration.ofMinutes(5));
    assertUnknown();
  }

  @Test
  void staysInterruptedIfTheStoreIsInterruptedAfter() {
    IdempotencyStore failing = FailingStore.at("replace", new InterruptedException(), store);

    MailerChain.builder().once(failing).build().wrap(sent).send(EMAIL);

    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
  }

  @Test
  void keepsTimesInMillisecondsAsDatabasesDo() {
    mailer.send(EMAIL);

    Entry sent = store.find("reset-1").orElseThrow();
    assertThat(sent.since()).isEqualTo(Instant.parse("2026-11-01T10:00:00.123Z"));
    assertThat(sent.messageId()).isEqualTo("in-memory-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "tab\t", "line\n", "ümlaut", "\u007f"})
  void refusesAKeyOfAnotherForm(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Email.builder().idempotencyKey(key))
        .withMessageContaining("idempotency key");
  }

  @Test
  void acceptsKeysOfUpTo255Characters() {
    String longest = "k".repeat(255);

    assertThat(Emails.keyed(longest).idempotencyKey()).contains(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Emails.keyed(longest + "k"))
        .withMessageContaining("256");
    assertThat(Emails.to("ada@example.com").idempotencyKey()).isEmpty();
    assertThat(EMAIL.toString()).doesNotContain("reset-1");
  }

  @Test
  void namesMissingAndInvalidSettings() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailerChain.builder().abandonedAfter(Duration.ofMinutes(1)).build())
        .withMessageEndingWith("Missing: once.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailerChain.builder().abandonedAfter(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailerChain.builder().abandonedAfter(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> inMemory(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdempotencyStore.inMemory(1, Duration.ZERO, clock));
    assertThatNullPointerException()
        .isThrownBy(() -> IdempotencyStore.inMemory(1, Duration.ofDays(1), null));
    assertThatNullPointerException().isThrownBy(() -> MailerChain.builder().once(null));
    assertThatNullPointerException().isThrownBy(() -> MailerChain.builder().clock(null));
    assertThatNullPointerException().isThrownBy(() -> MailerChain.builder().abandonedAfter(null));
    assertThatNullPointerException().isThrownBy(() -> mailer.send(null));
    assertThatNullPointerException().isThrownBy(() -> chain.forget(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> chain.confirm("reset-1", null));
    assertThat(mailer).hasToString("once -> " + sent);
  }
}
