package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.DelegatingStore;
import com.healthmetrics.aws.fixtures.FailingStore;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.Settlement.Meaning;
import com.healthmetrics.aws.mail.Settlement.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MailerChain#settle}: what each event does to an email in each state. */
class SettlingTest {
  private static final String KEY = "reset-1";
  private static final Email EMAIL = Emails.keyed(KEY);
  private static final String ATTEMPT = "0b0b0b0b-0000-4000-8000-000000000001";

  private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
  private final InMemoryMailer ses = new InMemoryMailer(MailerChain.builder().clock(clock).build());
  private final IdempotencyStore store = IdempotencyStore.inMemory(100, Duration.ofDays(1), clock);
  private final MailerChain chain = chain().build();
  private final TransactionalMailer mailer = chain.wrap(ses);

  private MailerChain.Builder chain() {
    return MailerChain.builder().once(store).clock(clock).abandonedAfter(Duration.ofMinutes(5));
  }

  private static SimulatedEvents email(String attempt, String messageId) {
    return new SimulatedEvents(
        EMAIL.withAttempt(attempt), messageId, Instant.parse("2026-11-01T10:00:00Z"), Map.of());
  }

  /** An event of a type, about the first attempt. */
  private static MailEvent event(String type, String attempt, String messageId) {
    List<Map<String, String>> recipient = List.of(Map.of("emailAddress", "ada@example.com"));
    SimulatedEvents email = email(attempt, messageId);
    return switch (type) {
      case "Send" -> email.event("Send", "send", Map.of());
      case "Delivery" ->
          email.event("Delivery", "delivery", Map.of("recipients", List.of("ada@example.com")));
      case "DeliveryDelay" ->
          email.event(
              "DeliveryDelay",
              "deliveryDelay",
              Map.of("delayType", "MailboxFull", "delayedRecipients", recipient));
      case "Bounce" -> bounce(email, "General");
      case "Complaint" ->
          email.event("Complaint", "complaint", Map.of("complainedRecipients", recipient));
      case "Reject" -> email.event("Reject", "reject", Map.of("reason", "Bad content"));
      case "Rendering Failure" -> email.event("Rendering Failure", "failure", Map.of());
      case "Subscription" -> email.event("Subscription", "subscription", Map.of());
      case "Open" -> email.event("Open", "open", Map.of());
      case "Click" -> email.event("Click", "click", Map.of("link", "https://example.com/"));
      default -> email.event(type, "new", Map.of());
    };
  }

  private static MailEvent event(String type) {
    return event(type, ATTEMPT, "message-1");
  }

  private static MailEvent bounce(SimulatedEvents email, String subType) {
    return email.event(
        "Bounce",
        "bounce",
        Map.of(
            "bounceType",
            "Permanent",
            "bounceSubType",
            subType,
            "bouncedRecipients",
            List.of(Map.of("emailAddress", "ada@example.com"))));
  }

  private void known(State state, String messageId) {
    store.putIfAbsent(new Entry(KEY, state, clock.instant(), ATTEMPT, messageId));
  }

  private State state() {
    return store.find(KEY).map(Entry::state).orElse(null);
  }

  private String attemptOfLastEmail() {
    return ses.sent().get(ses.sent().size() - 1).tags().get("healthmetrics-attempt");
  }

  private Throwable sendingFails() {
    return catchThrowable(() -> mailer.send(EMAIL));
  }

  @ParameterizedTest(name = "{1} about an email that is {0} makes it {2}: {3}, {4}")
  @CsvSource({
    "IN_PROGRESS, Send,          SENT,     SETTLED, ACCEPTED",
    "IN_PROGRESS, Delivery,      SENT,     SETTLED, DELIVERED",
    "IN_PROGRESS, DeliveryDelay, SENT,     SETTLED, DELAYED",
    "IN_PROGRESS, Bounce,        SENT,     SETTLED, BOUNCED",
    "IN_PROGRESS, Complaint,     SENT,     SETTLED, COMPLAINED",
    "IN_PROGRESS, Reject,        REJECTED, SETTLED, REJECTED",
    "UNKNOWN,     Send,          SENT,     SETTLED, ACCEPTED",
    "UNKNOWN,     Delivery,      SENT,     SETTLED, DELIVERED",
    "UNKNOWN,     DeliveryDelay, SENT,     SETTLED, DELAYED",
    "UNKNOWN,     Bounce,        SENT,     SETTLED, BOUNCED",
    "UNKNOWN,     Complaint,     SENT,     SETTLED, COMPLAINED",
    "UNKNOWN,     Reject,        REJECTED, SETTLED, REJECTED",
    "SENT,        Send,          SENT,     ALREADY, ACCEPTED",
    "SENT,        Delivery,      SENT,     ALREADY, DELIVERED",
    "SENT,        DeliveryDelay, SENT,     ALREADY, DELAYED",
    "SENT,        Bounce,        SENT,     ALREADY, BOUNCED",
    "SENT,        Complaint,     SENT,     ALREADY, COMPLAINED",
    "SENT,        Reject,        REJECTED, SETTLED, REJECTED",
    "REJECTED,    Send,          REJECTED, ALREADY, ACCEPTED",
    "REJECTED,    Delivery,      REJECTED, ALREADY, DELIVERED",
    "REJECTED,    DeliveryDelay, REJECTED, ALREADY, DELAYED",
    "REJECTED,    Bounce,        REJECTED, ALREADY, BOUNCED",
    "REJECTED,    Complaint,     REJECTED, ALREADY, COMPLAINED",
    "REJECTED,    Reject,        REJECTED, ALREADY, REJECTED"
  })
  void settles(State before, String type, State after, Outcome outcome, Meaning meaning) {
    boolean accepted = before == State.SENT || before == State.REJECTED;
    known(before, accepted ? "message-1" : null);
    clock.advance(Duration.ofMinutes(1));

    Settlement settlement = chain.settle(event(type));

    assertThat(settlement.outcome()).isEqualTo(outcome);
    assertThat(settlement.meaning()).contains(meaning);
    assertThat(settlement.key()).contains(KEY);
    assertThat(settlement.rejectedKey())
        .isEqualTo(meaning == Meaning.REJECTED ? Optional.of(KEY) : Optional.empty());
    assertThat(settlement.suppressedRecipients()).isEmpty();
    Entry entry = store.find(KEY).orElseThrow();
    assertThat(entry.state()).isEqualTo(after);
    assertThat(entry.attempt()).isEqualTo(ATTEMPT);
    assertThat(entry.messageId()).isEqualTo("message-1");
    assertThat(settlement.toString()).contains(outcome.name()).doesNotContain(KEY, "@");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Rendering Failure", "Subscription", "Open", "Click", "Invented"})
  void settlesNothingByAnEventThatIsNotAboutAcceptance(String type) {
    known(State.UNKNOWN, null);

    Settlement settlement = chain.settle(event(type));

    assertThat(settlement)
        .isEqualTo(
            new Settlement(Outcome.NOT_SETTLING, Optional.empty(), Optional.empty(), List.of()));
    assertThat(state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void returnsTheReceiptOfAnEmailWhoseResponseWasLost() {
    ses.failNext(Kind.UNKNOWN_OUTCOME);
    assertThat(sendingFails()).isInstanceOf(MailException.class);

    ses.events().forEach(chain::settle);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(ses.sent()).hasSize(1);
  }

  @Test
  void refusesAnEmailThatSesRejectedUntilItIsForgotten() {
    mailer.send(EMAIL);
    chain.settle(event("Reject", attemptOfLastEmail(), "in-memory-1"));

    assertThat(sendingFails())
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REJECTED));
    assertThat(ses.sent()).hasSize(1);

    assertThat(chain.forget(KEY)).isTrue();
    mailer.send(EMAIL);
    assertThat(ses.sent()).hasSize(2);
  }

  /** The response comes after the event: that is the usual order on a slow line. */
  @Test
  void keepsWhatAnEventSettledWhileTheEmailWasBeingSent() {
    ses.onMail(email -> ses.events().forEach(chain::settle));

    MailReceipt receipt = mailer.send(EMAIL);

    assertThat(receipt.messageId()).isEqualTo("in-memory-1");
    assertThat(state()).isEqualTo(State.SENT);
    assertThat(chain.brokenPromises()).isZero();
  }

  @Test
  void keepsWhatAnEventSettledBeforeTheResponseWasLost() {
    ses.onMail(email -> ses.events().forEach(chain::settle));
    ses.failNext(Kind.UNKNOWN_OUTCOME);

    assertThat(sendingFails()).isInstanceOf(MailException.class);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(ses.sent()).hasSize(1);
  }

  /** A mailer that accepts an email and reports that it did not. */
  private TransactionalMailer breakingItsPromise(MailerChain chain) {
    return chain.wrap(
        email -> {
          ses.send(email);
          throw new MailException(Kind.THROTTLED, "not sent, as it seems");
        });
  }

  @Test
  void takesTheKeyOfAnEmailThatWasSentThoughItWasReportedAsNotSent() {
    assertThat(catchThrowable(() -> breakingItsPromise(chain).send(EMAIL)))
        .isInstanceOf(MailException.class);
    assertThat(state()).isNull();

    List<Outcome> outcomes = new ArrayList<>();
    ses.events().forEach(event -> outcomes.add(chain.settle(event).outcome()));

    assertThat(outcomes).containsExactly(Outcome.BROKEN_PROMISE, Outcome.ALREADY);
    assertThat(chain.brokenPromises()).isEqualTo(1);
    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(ses.sent()).hasSize(1);
  }

  @Test
  void namesTheKeyThatARejectionOfABrokenPromiseTook() {
    catchThrowable(() -> breakingItsPromise(chain).send(EMAIL));

    Settlement rejection = chain.settle(event("Reject", attemptOfLastEmail(), "in-memory-1"));

    assertThat(rejection.outcome()).isEqualTo(Outcome.BROKEN_PROMISE);
    assertThat(rejection.rejectedKey()).contains(KEY);
    assertThat(state()).isEqualTo(State.REJECTED);
  }

  /** One event took the key while another one of the same email was about to. */
  @Test
  void settlesTwoEventsOfABrokenPromiseAtOnce() {
    MailEvent[] first = new MailEvent[1];
    MailerChain[] self = new MailerChain[1];
    IdempotencyStore racing =
        new DelegatingStore(store) {
          @Override
          public Optional<Entry> putIfAbsent(Entry entry) {
            if (entry.state() == State.REJECTED) {
              self[0].settle(first[0]);
            }
            return super.putIfAbsent(entry);
          }
        };
    self[0] = MailerChain.builder().once(racing).clock(clock).build();
    catchThrowable(() -> breakingItsPromise(self[0]).send(EMAIL));
    first[0] = ses.events().get(0);

    Settlement rejection = self[0].settle(event("Reject", attemptOfLastEmail(), "in-memory-1"));

    assertThat(rejection.outcome()).isEqualTo(Outcome.SETTLED);
    assertThat(state()).isEqualTo(State.REJECTED);
    assertThat(self[0].brokenPromises()).isEqualTo(1);
  }

  @Test
  void leavesTheKeyToTheNextEmailIfTheEventOfABrokenPromiseComesLater() {
    catchThrowable(() -> breakingItsPromise(chain).send(EMAIL));
    MailReceipt second = mailer.send(EMAIL);

    Settlement first = chain.settle(ses.events().get(0));
    chain.settle(ses.events().get(1));

    assertThat(first.outcome()).isEqualTo(Outcome.OTHER_ATTEMPT);
    assertThat(first.key()).contains(KEY);
    assertThat(chain.brokenPromises()).as("emails, not events").isEqualTo(1);
    assertThat(mailer.send(EMAIL).messageId()).isEqualTo(second.messageId());
  }

  @Test
  void noticesABrokenPromiseWhenTheEventCameBeforeTheFailure() {
    ses.onMail(email -> ses.events().forEach(chain::settle));

    catchThrowable(() -> breakingItsPromise(chain).send(EMAIL));

    assertThat(chain.brokenPromises()).isEqualTo(1);
    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(ses.sent()).hasSize(1);
  }

  /** The store could not forget the key, so that the attempt still has its entry. */
  @Test
  void noticesABrokenPromiseThatTheStoreCouldNotRecord() {
    MailerChain failing =
        MailerChain.builder()
            .once(FailingStore.at("remove", new IllegalStateException("no connection"), store))
            .clock(clock)
            .build();
    catchThrowable(() -> breakingItsPromise(failing).send(EMAIL));
    assertThat(state()).isEqualTo(State.IN_PROGRESS);

    assertThat(failing.settle(ses.events().get(0)).outcome()).isEqualTo(Outcome.SETTLED);
    assertThat(failing.brokenPromises()).isEqualTo(1);
  }

  @Test
  void noticesABrokenPromiseThoughItsKeyWasForgottenMeanwhile() {
    MailerChain failing =
        MailerChain.builder()
            .once(
                new DelegatingStore(store) {
                  private boolean failed;

                  @Override
                  public boolean remove(Entry expected) {
                    if (!failed) {
                      failed = true;
                      throw new IllegalStateException("no connection");
                    }
                    return super.remove(expected);
                  }
                })
            .clock(clock)
            .build();
    catchThrowable(() -> breakingItsPromise(failing).send(EMAIL));
    clock.advance(Duration.ofMinutes(10));
    assertThat(failing.forget(KEY)).isTrue();

    failing.settle(ses.events().get(0));

    assertThat(failing.brokenPromises()).isEqualTo(1);
    assertThat(state()).isEqualTo(State.SENT);
  }

  @Test
  void neverTouchesTheCurrentAttemptByAnEventOfAnOlderOne() {
    ses.failNext(Kind.UNKNOWN_OUTCOME, Kind.UNKNOWN_OUTCOME);
    sendingFails();
    MailEvent old = ses.events().get(0);
    assertThat(chain.forget(KEY)).isTrue();
    sendingFails();
    Entry current = store.find(KEY).orElseThrow();

    Settlement settlement = chain.settle(old);

    assertThat(settlement.outcome()).isEqualTo(Outcome.OTHER_ATTEMPT);
    assertThat(settlement.key()).contains(KEY);
    assertThat(store.find(KEY)).contains(current);
    assertThat(current.attempt()).isEqualTo(attemptOfLastEmail());
    assertThat(chain.brokenPromises()).isZero();
  }

  /** Whoever forgot it wants it to be sent again. */
  @Test
  void doesNotTakeTheKeyOfAForgottenEmail() {
    ses.failNext(Kind.UNKNOWN_OUTCOME);
    sendingFails();
    chain.forget(KEY);

    assertThat(chain.settle(ses.events().get(0)).outcome()).isEqualTo(Outcome.UNKNOWN_ATTEMPT);

    mailer.send(EMAIL);
    assertThat(ses.sent()).hasSize(2);
    assertThat(chain.brokenPromises()).isZero();
  }

  @Test
  void reportsAnAttemptThatItDoesNotKnow() {
    Settlement settlement = chain.settle(event("Delivery"));

    assertThat(settlement.outcome()).isEqualTo(Outcome.UNKNOWN_ATTEMPT);
    assertThat(settlement.key()).isEmpty();
    assertThat(settlement.meaning()).contains(Meaning.DELIVERED);
    assertThat(state()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SENT", "REJECTED"})
  void reportsASecondEmailOfOneAttempt(State state) {
    known(state, "message-1");

    Settlement settlement = chain.settle(event("Reject", ATTEMPT, "message-2"));

    assertThat(settlement.outcome()).isEqualTo(Outcome.OTHER_MESSAGE);
    assertThat(settlement.rejectedKey()).isEmpty();
    assertThat(store.find(KEY).orElseThrow().messageId()).isEqualTo("message-1");
    assertThat(state()).isEqualTo(state);
  }

  @Test
  void reportsAnEmailWithoutAnAttempt() {
    mailer.send(Emails.to("ada@example.com"));

    Settlement settlement = chain.settle(ses.events().get(0));

    assertThat(settlement.outcome()).isEqualTo(Outcome.NO_TAG);
    assertThat(settlement.meaning()).contains(Meaning.ACCEPTED);
    assertThat(chain.settle(event("Send", "not-a-uuid", "message-1")).outcome())
        .isEqualTo(Outcome.NO_TAG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OnAccountSuppressionList", "Suppressed"})
  void namesSuppressedRecipients(String subType) {
    known(State.SENT, "message-1");

    Settlement settlement = chain.settle(bounce(email(ATTEMPT, "message-1"), subType));

    assertThat(settlement.outcome()).isEqualTo(Outcome.ALREADY);
    assertThat(settlement.meaning()).contains(Meaning.BOUNCED);
    assertThat(settlement.suppressedRecipients()).containsExactly("ada@example.com");
    assertThat(settlement.toString()).contains("1 suppressed").doesNotContain("@");
  }

  @Test
  void namesARecipientWhoIsSuppressedAfterAComplaint() {
    MailEvent complaint =
        email(ATTEMPT, "message-1")
            .event(
                "Complaint",
                "complaint",
                Map.of(
                    "complaintSubType",
                    "OnAccountSuppressionList",
                    "complainedRecipients",
                    List.of(Map.of("emailAddress", "ada@example.com"))));

    assertThat(chain.settle(complaint).suppressedRecipients()).containsExactly("ada@example.com");
  }

  @Test
  void sharesOneAttemptAmongTheTriesOfOneCall() {
    List<String> attempts = new ArrayList<>();
    TransactionalMailer retrying =
        chain.wrap(
            email -> {
              attempts.add(email.tags().get("healthmetrics-attempt"));
              attempts.add(email.tags().get("healthmetrics-attempt"));
              return ses.send(email);
            });
    retrying.send(EMAIL);
    retrying.send(Emails.keyed("reset-2"));

    assertThat(attempts.get(0)).isNotNull().isEqualTo(attempts.get(1));
    assertThat(attempts.get(2)).isNotEqualTo(attempts.get(0));
    assertThat(store.find(KEY)).map(Entry::attempt).contains(attempts.get(0));
  }

  @Test
  void redirectsAnEmailWithItsAttempt() {
    MailerChain redirecting = chain().redirectAll(EmailAddress.of("team@example.com")).build();
    redirecting.wrap(ses).send(EMAIL);

    assertThat(ses.sent().get(0).to()).containsExactly(EmailAddress.of("team@example.com"));
    assertThat(redirecting.settle(ses.events().get(0)).outcome()).isEqualTo(Outcome.ALREADY);
  }

  /** An application that sends what it has received carries the id of another attempt. */
  @Test
  void givesAnEmailThatWasSentBeforeAnAttemptOfItsOwn() {
    mailer.send(EMAIL);
    Email again = ses.sent().get(0).toBuilder().idempotencyKey("reset-2").build();

    mailer.send(again);

    assertThat(attemptOfLastEmail()).isEqualTo(store.find("reset-2").orElseThrow().attempt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"healthmetrics-attempt", "HealthMetrics-Attempt"})
  void keepsTheTagToItself(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Email.builder().tag(name, "x"))
        .withMessageContaining("healthmetrics-attempt")
        .withMessageContaining("Use another name");
  }

  @Test
  void sendsNoTagWithoutAKeyOrWithoutTheStep() {
    mailer.send(Emails.to("ada@example.com"));
    MailerChain.builder().build().wrap(ses).send(EMAIL);

    assertThat(ses.sent()).hasSize(2).allMatch(email -> email.tags().isEmpty());
  }

  @Test
  void listsWhatIsInProgressOrUnknownForLonger() {
    ses.failNext(Kind.UNKNOWN_OUTCOME);
    sendingFails();
    mailer.send(Emails.keyed("reset-2"));
    clock.advance(Duration.ofMinutes(1));

    assertThat(chain.unresolved(Duration.ZERO, 100)).extracting(Entry::key).containsExactly(KEY);
    assertThat(chain.unresolved(Duration.ofMinutes(1), 100)).isEmpty();

    ses.events().forEach(chain::settle);
    assertThat(chain.unresolved(Duration.ZERO, 100)).isEmpty();
  }

  /** Another process, whose clock is ahead, wrote it. */
  @Test
  void listsWhatIsUnknownSinceATimeThatHasNotCome() {
    store.putIfAbsent(
        new Entry(KEY, State.UNKNOWN, clock.instant().plus(Duration.ofMinutes(4)), ATTEMPT, null));

    assertThat(chain.unresolved(Duration.ZERO, 100)).extracting(Entry::key).containsExactly(KEY);
    assertThat(chain.unresolved(Duration.ofMillis(1), 100)).isEmpty();
  }

  @Test
  void listsAsManyAsTheLimitPermits() {
    for (int i = 0; i < 3; i++) {
      store.putIfAbsent(
          new Entry("key-" + i, State.UNKNOWN, clock.instant().plusMillis(i), "a-" + i, null));
    }

    assertThat(chain.unresolved(Duration.ZERO, 2))
        .extracting(Entry::key)
        .containsExactly("key-0", "key-1");
    assertThat(chain.unresolved(Duration.ZERO, Integer.MAX_VALUE)).hasSize(3);
    assertThatIllegalArgumentException().isThrownBy(() -> chain.unresolved(Duration.ZERO, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<1-2@eu-central-1.amazonses.com>", "1-2@email.amazonses.com"})
  void refusesToConfirmTheIdOfAHeader(String id) {
    known(State.UNKNOWN, null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> chain.confirm(KEY, MailReceipt.of(id)))
        .withMessageContaining("before the @");
    assertThat(state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void settlesAgainAfterAnEntryWasChangedMeanwhile() {
    known(State.UNKNOWN, null);
    IdempotencyStore racing =
        new DelegatingStore(store) {
          @Override
          public boolean replace(Entry expected, Entry next) {
            if (expected.state() == State.UNKNOWN) {
              store.replace(
                  expected, new Entry(KEY, State.SENT, clock.instant(), ATTEMPT, "message-1"));
            }
            return super.replace(expected, next);
          }
        };
    MailerChain other = MailerChain.builder().once(racing).clock(clock).build();

    assertThat(other.settle(event("Reject")).outcome()).isEqualTo(Outcome.SETTLED);
    assertThat(state()).isEqualTo(State.REJECTED);
  }

  @Test
  void givesUpOnAStoreThatReplacesNothing() {
    known(State.UNKNOWN, null);
    List<Entry> refused = new ArrayList<>();
    IdempotencyStore broken =
        new DelegatingStore(store) {
          @Override
          public boolean replace(Entry expected, Entry next) {
            refused.add(next);
            return false;
          }
        };
    MailerChain other = MailerChain.builder().once(broken).build();

    assertThatIllegalStateException()
        .isThrownBy(() -> other.settle(event("Send")))
        .withMessageContainingAll("5 times", "Hand the event in again");
    assertThat(refused).hasSize(5);
    assertThat(other.confirm(KEY, MailReceipt.of("message-1"))).isFalse();
  }

  @Test
  void needsAStoreToSettle() {
    MailerChain none = MailerChain.builder().build();

    assertThatIllegalStateException()
        .isThrownBy(() -> none.settle(event("Send")))
        .withMessageContaining("once(store)");
    assertThatIllegalStateException().isThrownBy(() -> none.unresolved(Duration.ZERO, 100));
    assertThatIllegalStateException().isThrownBy(none::brokenPromises);
    assertThatNullPointerException().isThrownBy(() -> chain.settle(null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chain.unresolved(Duration.ofNanos(-1), 100));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chain.unresolved(Duration.ofDays(36_501), 100));
  }

  @Test
  void forgetsTheEndOfAnAttemptOnceThereAreManyLaterOnes() {
    EndedAttempts ended = new EndedAttempts(2);
    for (String attempt : List.of("1", "2", "3")) {
      ended.add(
          new Entry("key-" + attempt, State.IN_PROGRESS, clock.instant(), attempt, null), true);
    }

    assertThat(ended.find("1")).isEmpty();
    assertThat(ended.find("2").orElseThrow().entry().key()).isEqualTo("key-2");
  }

  @Test
  void keepsNoOtherThreadFromTheEndsOfAttempts() throws InterruptedException {
    EndedAttempts ended = new EndedAttempts(2);
    ended.add(new Entry(KEY, State.IN_PROGRESS, clock.instant(), ATTEMPT, null), true);
    ended.breakPromise(ATTEMPT);
    AtomicBoolean brokenTwice = new AtomicBoolean(true);

    Thread other = new Thread(() -> brokenTwice.set(ended.breakPromise(ATTEMPT)));
    other.setDaemon(true);
    other.start();
    other.join(Duration.ofMinutes(1).toMillis());

    assertThat(brokenTwice).isFalse();
  }

  /** The chain that sends an email of unknown outcome again after an hour of silence. */
  private final MailerChain impatient = chain().resendAfterSilence(Duration.ofHours(1)).build();

  private void loseAnEmail() {
    TransactionalMailer losing =
        impatient.wrap(
            email -> {
              throw new MailException(Kind.UNKNOWN_OUTCOME, "lost");
            });
    assertThat(catchThrowable(() -> losing.send(EMAIL))).isInstanceOf(MailException.class);
  }

  private void seeAnEventOfAnotherEmail() {
    impatient.wrap(ses).send(Emails.keyed("other-" + clock.instant()));
    impatient.settle(ses.events().get(ses.events().size() - 1));
  }

  private void assertStaysUnknown() {
    MailException refusal =
        catchThrowableOfType(MailException.class, () -> impatient.wrap(ses).send(EMAIL));
    assertThat(refusal.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(impatient.unresolved(Duration.ZERO, 100)).extracting(Entry::key).contains(KEY);
  }

  @Test
  void sendsASilentEmailAgainOnceALaterAttemptHadAnEvent() {
    loseAnEmail();
    String lost = store.find(KEY).orElseThrow().attempt();
    clock.advance(Duration.ofMinutes(5));
    seeAnEventOfAnotherEmail();
    clock.advance(Duration.ofMinutes(54));
    assertStaysUnknown();

    clock.advance(Duration.ofMinutes(1));
    MailReceipt receipt = impatient.wrap(ses).send(EMAIL);

    assertThat(impatient.wrap(ses).send(EMAIL).messageId()).isEqualTo(receipt.messageId());
    assertThat(attemptOfLastEmail()).isEqualTo(lost);
    Settlement late = impatient.settle(event("Send", lost, "late"));
    assertThat(late.outcome()).isEqualTo(Outcome.OTHER_MESSAGE);
    assertThat(impatient.brokenPromises()).as("nothing was promised").isZero();
  }

  /** The feed may be late with some events, and repeat others. */
  @Test
  void sendsASilentEmailAgainThoughEventsOfEarlierOnesCameBeforeAndAfterThatOfALaterOne() {
    seeAnEventOfAnotherEmail();
    loseAnEmail();
    clock.advance(Duration.ofMinutes(5));
    seeAnEventOfAnotherEmail();
    impatient.settle(ses.events().get(0));
    clock.advance(Duration.ofMinutes(55));

    MailReceipt receipt = impatient.wrap(ses).send(EMAIL);

    assertThat(impatient.wrap(ses).send(EMAIL).messageId()).isEqualTo(receipt.messageId());
  }

  @Test
  void takesSilenceForNothingWhileNoEventComes() {
    loseAnEmail();
    clock.advance(Duration.ofDays(30));

    assertStaysUnknown();
  }

  /** Its events may have come before the feed ended. */
  @Test
  void takesSilenceForNothingAfterAnEventOfAnEarlierAttempt() {
    seeAnEventOfAnotherEmail();
    loseAnEmail();
    clock.advance(Duration.ofDays(30));

    assertStaysUnknown();
  }

  /** A feed that was interrupted delivers its backlog: it proves nothing about what follows. */
  @Test
  void takesSilenceForNothingAfterALateSecondEventOfAnEarlierAttempt() {
    impatient.wrap(ses).send(Emails.keyed("earlier"));
    clock.advance(Duration.ofMinutes(1));
    loseAnEmail();
    clock.advance(Duration.ofHours(2));
    String earlier = store.find("earlier").orElseThrow().attempt();

    impatient.settle(ses.events().get(0));
    impatient.settle(event("Reject", earlier, "in-memory-1"));
    impatient.settle(ses.events().get(1));

    assertThat(store.find("earlier").orElseThrow().since()).isEqualTo(clock.instant());
    assertStaysUnknown();
  }

  /** Its clock is ahead, or somebody forged the event. */
  @Test
  void takesSilenceForNothingAfterAnEventFromTheFuture() {
    impatient.wrap(ses).send(Emails.keyed("earlier"));
    String earlier = store.find("earlier").orElseThrow().attempt();
    loseAnEmail();
    clock.advance(Duration.ofHours(2));

    impatient.settle(
        new SimulatedEvents(
                EMAIL.withAttempt(earlier),
                "in-memory-1",
                clock.instant().plus(Duration.ofDays(9)),
                Map.of())
            .event("Send", "send", Map.of()));

    assertStaysUnknown();
  }

  @Test
  void takesSilenceForNothingAfterAnEventOfAnAttemptDuringThisOne() {
    loseAnEmail();
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    seeAnEventOfAnotherEmail();
    clock.advance(Duration.ofDays(30));

    assertStaysUnknown();
  }

  @Test
  void takesSilenceForNothingByDefault() {
    loseAnEmail();
    clock.advance(Duration.ofMinutes(5));
    mailer.send(Emails.keyed("other"));
    chain.settle(ses.events().get(0));
    clock.advance(Duration.ofDays(30));

    assertThat(sendingFails())
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
  }

  /** The event of the first try proves that the email was sent, whatever becomes of the second. */
  @Test
  void settlesASilentEmailByALateEventWhileItIsBeingSentAgain() {
    loseAnEmail();
    String lost = store.find(KEY).orElseThrow().attempt();
    clock.advance(Duration.ofMinutes(5));
    seeAnEventOfAnotherEmail();
    clock.advance(Duration.ofHours(1));
    TransactionalMailer refusing =
        impatient.wrap(
            email -> {
              assertThat(impatient.settle(event("Send", lost, "late")).outcome())
                  .isEqualTo(Outcome.SETTLED);
              throw new MailException(Kind.THROTTLED, "not sent");
            });
    assertThat(catchThrowable(() -> refusing.send(EMAIL))).isInstanceOf(MailException.class);

    assertThat(impatient.wrap(ses).send(EMAIL).messageId()).isEqualTo("late");
    assertThat(impatient.brokenPromises()).isZero();
  }

  @Test
  void sendsASilentEmailAgainOnceThoughSeveralCallsAskForIt() {
    loseAnEmail();
    clock.advance(Duration.ofMinutes(5));
    seeAnEventOfAnotherEmail();
    clock.advance(Duration.ofHours(1));
    List<Throwable> others = new ArrayList<>();
    ses.onMail(
        email -> {
          clock.advance(Duration.ofDays(1));
          others.add(catchThrowable(() -> impatient.wrap(ses).send(EMAIL)));
          others.add(catchThrowable(() -> impatient.wrap(ses).send(EMAIL)));
          assertThat(impatient.forget(KEY)).isFalse();
        });

    impatient.wrap(ses).send(EMAIL);

    assertThat(others).hasSize(2).allMatch(other -> other.getMessage().contains("Another call"));
  }

  /** Otherwise an email that may have been sent would lose its key. */
  @Test
  void isUnknownAgainIfTheSecondAttemptSendsNothing() {
    loseAnEmail();
    Entry lost = store.find(KEY).orElseThrow();
    clock.advance(Duration.ofMinutes(5));
    seeAnEventOfAnotherEmail();
    clock.advance(Duration.ofHours(1));
    ses.failNext(Kind.THROTTLED);

    assertThat(catchThrowable(() -> impatient.wrap(ses).send(EMAIL)))
        .isInstanceOfSatisfying(
            MailException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
              assertThat(((MailException) e.getCause()).kind()).isEqualTo(Kind.THROTTLED);
            });

    assertThat(store.find(KEY)).contains(lost);
    assertThat(impatient.settle(event("Send", lost.attempt(), "message-1")).outcome())
        .isEqualTo(Outcome.SETTLED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheOutcomeUnknownIfTheStoreFailsToReplaceASilentAttempt(boolean afterwards) {
    loseAnEmail();
    Entry lost = store.find(KEY).orElseThrow();
    clock.advance(Duration.ofMinutes(5));
    IdempotencyStore failing =
        new DelegatingStore(store) {
          @Override
          public boolean replace(Entry expected, Entry next) {
            if (next.state() == State.IN_PROGRESS) {
              if (afterwards) {
                store.replace(expected, next);
              }
              throw new IllegalStateException("no connection");
            }
            return super.replace(expected, next);
          }
        };
    MailerChain other =
        MailerChain.builder()
            .once(failing)
            .clock(clock)
            .resendAfterSilence(Duration.ofHours(1))
            .build();
    clock.advance(Duration.ofMinutes(5));
    other.wrap(ses).send(Emails.keyed("other"));
    other.settle(ses.events().get(0));
    clock.advance(Duration.ofHours(1));

    assertThat(catchThrowable(() -> other.wrap(ses).send(EMAIL)))
        .isInstanceOfSatisfying(
            MailException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
              assertThat(((MailException) e.getCause()).kind()).isEqualTo(Kind.UNREACHABLE);
            });

    assertThat(store.find(KEY)).contains(lost);
    assertThat(ses.sent()).hasSize(1);
  }

  @Test
  void namesSettingsOfSilenceThatAreMissingOrOutOfRange() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailerChain.builder().resendAfterSilence(Duration.ofHours(1)).build())
        .withMessageEndingWith("Missing: once.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailerChain.builder().resendAfterSilence(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailerChain.builder().resendAfterSilence(Duration.ofMillis(999)));
  }
}
