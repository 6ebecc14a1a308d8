package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.fixtures.Interleaving;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.Settlement.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/**
 * One random schedule: processes that send a few keys and settle events over one store, and SES,
 * which accepts, refuses, loses responses, breaks promises, and publishes events late, repeatedly,
 * in any order or not at all.
 *
 * <p>It knows the truth, and compares with it what callers see; {@link SettlingAudit} checks every
 * change of the store.
 */
final class SettlingWorld {
  static final Duration ABANDONED = Duration.ofMinutes(5);
  static final Duration SILENCE = Duration.ofHours(2);
  private static final int PROCESSES = 3;
  private static final int ACTORS = 4;
  private static final int STEPS = 8;
  private static final int KEYS = 3;
  private static final Map<String, Email> EMAILS = emails();

  /** What a schedule may do; half of them do each. */
  enum Trouble {
    LOST_EVENTS,
    STORE_FAILS,
    CRASHES,
    BROKEN_PROMISES,
    PEOPLE
  }

  /** What a thread is doing. */
  enum Call {
    SEND,
    SETTLE,
    FORGET,
    CONFIRM,
    NOTHING
  }

  /** The end of a process, which nothing handles; what it still does has no effect. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }

  /** An email as SES has it. */
  record Accepted(String key, String attempt, String messageId, boolean rejected, Instant at) {}

  /** A process, until it crashes. */
  final class Process {
    boolean dead;
    final OnceStep step;

    /** Attempts that were accepted and reported as not sent, and whether an event came after. */
    final Map<String, Boolean> brokenPromises = new HashMap<>();

    Process() {
      step =
          new OnceStep(
              new Attempts.Settings(
                  new SettlingAudit(SettlingWorld.this, this),
                  clock,
                  ABANDONED,
                  resends ? SILENCE : null,
                  oneProcess ? inFlightOfAll : new HashSet<>(),
                  NOPLogger.NOP_LOGGER));
    }
  }

  final Random random;
  final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
  final IdempotencyStore memory =
      new InMemoryIdempotencyStore(1_000, Duration.ofDays(36_500), clock, NOPLogger.NOP_LOGGER);
  final List<String> violations = new ArrayList<>();
  final Map<String, Integer> counts = new TreeMap<>();
  final Map<String, Accepted> accepted = new HashMap<>();
  final Set<String> inFlight = new HashSet<>();

  /** How often the email of a key may be accepted. */
  final Map<String, Integer> allowed = new HashMap<>();

  final ThreadLocal<Call> call = ThreadLocal.withInitial(() -> Call.NOTHING);

  /** The email an event of which a thread is settling. */
  final ThreadLocal<@Nullable Accepted> settling = new ThreadLocal<>();

  /** The attempt that a thread is sending. */
  final ThreadLocal<@Nullable String> attempt = new ThreadLocal<>();

  /** Attempts that were sent again after their silence. */
  final Set<String> retried = new HashSet<>();

  /** Keys of which a process removed an entry that the store had failed to remove. */
  final Set<String> leftOver = new HashSet<>();

  /** Attempts that a person forgot. */
  final Set<String> forgotten = new HashSet<>();

  /** Attempts that a person confirmed with the id of another email. */
  final Set<String> mistaken = new HashSet<>();

  private final Interleaving interleaving;
  private final Set<Trouble> troubles = new HashSet<>();
  final boolean resends;

  /** Several chains of one process, which know each other's calls: the clock may jump. */
  private final boolean oneProcess;

  private final Set<String> inFlightOfAll = new HashSet<>();
  private final List<Process> processes = new ArrayList<>();
  private final List<MailEvent> queue = new ArrayList<>();
  private final Map<String, Integer> acceptedByKey = new HashMap<>();
  private final Set<String> handedIn = new HashSet<>();
  private final int keys;
  private int calls;
  private boolean calm;

  SettlingWorld(long seed) {
    random = new Random(seed);
    interleaving = new Interleaving(random);
    for (Trouble trouble : Trouble.values()) {
      if (random.nextBoolean()) {
        troubles.add(trouble);
      }
    }
    resends = random.nextBoolean();
    oneProcess = oneOf(3);
    keys = 2 + random.nextInt(KEYS - 1);
    if (oneProcess) {
      troubles.remove(Trouble.CRASHES);
    }
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(new Process());
    }
  }

  private static Map<String, Email> emails() {
    Map<String, Email> emails = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      emails.put("key-" + i, Emails.keyed("key-" + i));
    }
    return emails;
  }

  boolean oneOf(int count) {
    return random.nextInt(count) == 0;
  }

  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  void violated(String what) {
    violations.add(what);
  }

  /** Other threads go on; this process may crash, or have crashed meanwhile. */
  void pause(Process process) {
    if (calm) {
      return;
    }
    interleaving.pause();
    if (!process.dead && troubles.contains(Trouble.CRASHES) && oneOf(60)) {
      process.dead = true;
      count("crashes");
    }
    if (process.dead) {
      throw new Crash();
    }
  }

  /** A thread begins to send an attempt, until its call ends. */
  void begin(String attempt) {
    this.attempt.set(attempt);
    inFlight.add(attempt);
  }

  void maybeFail() {
    if (!calm && troubles.contains(Trouble.STORE_FAILS) && oneOf(25)) {
      count("failures of the store");
      throw Thrown.undeclared(anything());
    }
  }

  private Throwable anything() {
    List<Throwable> all = Thrown.all();
    return all.get(random.nextInt(all.size()));
  }

  void run(ExecutorService threads) throws InterruptedException {
    List<Runnable> actors = new ArrayList<>();
    for (int i = 0; i < ACTORS; i++) {
      int process = i % PROCESSES;
      actors.add(
          () -> {
            for (int step = 0; step < STEPS; step++) {
              act(process);
              interleaving.pause();
            }
          });
    }
    interleaving.run(threads, actors);
    calm = true;
    end();
  }

  private void act(int index) {
    if (processes.get(index).dead) {
      processes.set(index, new Process());
    }
    Process process = processes.get(index);
    String key = "key-" + random.nextInt(keys);
    int what = random.nextInt(20);
    if (what < 9) {
      send(process, key);
    } else if (what < 16) {
      settleOne(process);
    } else if (what < 18) {
      advance();
    } else if (troubles.contains(Trouble.PEOPLE)) {
      byHand(process, key, what == 18);
    }
  }

  /** By more than any call takes only while no other process can have one. */
  private void advance() {
    List<Duration> all = List.of(ABANDONED.plusMinutes(1), SILENCE, Duration.ofDays(2));
    clock.advance(
        calls == 0 || oneProcess ? all.get(random.nextInt(all.size())) : Duration.ofSeconds(1));
  }

  private <T> @Nullable T calling(Call kind, Supplier<T> work) {
    call.set(kind);
    try {
      return work.get();
    } catch (Crash e) {
      return null;
    } catch (Throwable e) {
      // The store failed, perhaps after it did its work.
      return null;
    } finally {
      call.remove();
      Thread.interrupted();
    }
  }

  private void byHand(Process process, String key, boolean forget) {
    Attempts attempts = process.step.attempts();
    if (forget) {
      calling(Call.FORGET, () -> attempts.forget(key));
      return;
    }
    String attempt = memory.find(key).map(Entry::attempt).orElse("none");
    accepted.values().stream()
        .filter(email -> email.attempt().equals(attempt))
        .findFirst()
        .ifPresent(
            email -> {
              calling(Call.CONFIRM, () -> attempts.confirm(key, MailReceipt.of(email.messageId())));
            });
  }

  private void send(Process process, String key) {
    Object[] outcome = new Object[1];
    boolean silentNow;
    call.set(Call.SEND);
    calls++;
    Object seen;
    try {
      seen = process.step.send(EMAILS.get(key), email -> provide(process, email, outcome));
    } catch (Throwable e) {
      seen = e;
    } finally {
      calls--;
      noticeBrokenPromise(process);
      silentNow = attempt.get() != null && retried.contains(attempt.get());
      inFlight.remove(attempt.get());
      attempt.remove();
      call.remove();
      Thread.interrupted();
    }
    if (seen instanceof MailException claimed
        && claimed.delivery() == MailException.Delivery.NOT_SENT
        && silentNow) {
      violated("an email that may have been sent was reported as not sent");
    }
    if (outcome[0] != null && seen != outcome[0] && !(silentNow && isCause(seen, outcome[0]))) {
      violated("the outcome %s was hidden by %s".formatted(outcome[0], seen));
    }
    if (seen instanceof MailReceipt receipt
        && !accepted.getOrDefault(receipt.messageId(), NONE).key().equals(key)) {
      violated("a receipt of an email of another key");
    }
  }

  private static boolean isCause(Object seen, Object outcome) {
    return seen instanceof MailException failure && failure.getCause() == outcome;
  }

  /** What an event settled during the call, the sender notices. */
  private void noticeBrokenPromise(Process process) {
    String sent = attempt.get();
    if (!process.dead
        && !troubles.contains(Trouble.STORE_FAILS)
        && process.brokenPromises.containsKey(sent)
        && memory.findByAttempt(sent).isPresent()) {
      process.brokenPromises.put(sent, true);
    }
  }

  private static final Accepted NONE = new Accepted("", "", "", false, Instant.EPOCH);

  private MailReceipt provide(Process process, Email email, Object[] outcome) {
    pause(process);
    int what = random.nextInt(10);
    if (what < 2) {
      throw kept(outcome, notSent());
    }
    if (what == 2 && troubles.contains(Trouble.BROKEN_PROMISES)) {
      return breakPromise(process, email, outcome);
    }
    if (what == 3 && troubles.contains(Trouble.BROKEN_PROMISES)) {
      // A try of the same call that seemed to be refused; the next one is accepted, too.
      allowed.merge(email.idempotencyKey().orElseThrow(), 1, Integer::sum);
      accept(email);
    }
    if (what == 4) {
      count("lost requests");
      throw kept(outcome, new MailException(Kind.UNKNOWN_OUTCOME, "lost"));
    }
    String messageId = accept(email);
    pause(process);
    if (oneOf(2)) {
      count("lost responses");
      throw Thrown.undeclared(
          kept(outcome, oneOf(2) ? new MailException(Kind.UNKNOWN_OUTCOME, "lost") : anything()));
    }
    return kept(outcome, MailReceipt.of(messageId));
  }

  private MailReceipt breakPromise(Process process, Email email, Object[] outcome) {
    count("broken promises");
    accept(email);
    pause(process);
    if (retried.contains(attempt.get())) {
      // It is unknown again, as it was: its events need not be of this try.
      throw kept(outcome, notSent());
    }
    // From now on the key is free, unless an event has settled it.
    allowed.merge(email.idempotencyKey().orElseThrow(), 1, Integer::sum);
    process.brokenPromises.put(email.tags().get(SesLimits.ATTEMPT_TAG), false);
    throw kept(outcome, notSent());
  }

  private static MailException notSent() {
    return new MailException(Kind.THROTTLED, "not sent");
  }

  /** The outcome that the caller must see. */
  private static <T> T kept(Object[] outcome, T seen) {
    outcome[0] = seen;
    return seen;
  }

  private String accept(Email email) {
    String key = email.idempotencyKey().orElseThrow();
    String attempt = email.tags().get(SesLimits.ATTEMPT_TAG);
    String messageId = "message-" + accepted.size();
    boolean rejected = oneOf(6);
    accepted.put(messageId, new Accepted(key, attempt, messageId, rejected, clock.instant()));
    count("emails accepted");
    if (acceptedByKey.merge(key, 1, Integer::sum) > 1 + allowed.getOrDefault(key, 0)) {
      violated("an email was accepted twice");
    }
    publish(new SimulatedEvents(email, messageId, clock.instant(), Map.of()), rejected);
    return messageId;
  }

  private void publish(SimulatedEvents email, boolean rejected) {
    List<MailEvent> events = new ArrayList<>();
    if (rejected) {
      events.add(email.event("Send", "send", Map.of()));
      events.add(email.event("Reject", "reject", Map.of("reason", "Bad content")));
    } else {
      email.all().forEach(events::add);
      events.add(email.event("Open", "open", Map.of()));
    }
    for (MailEvent event : events) {
      if (troubles.contains(Trouble.LOST_EVENTS) && oneOf(2)) {
        count("lost events");
      } else {
        queue.add(event);
      }
    }
  }

  private void settleOne(Process process) {
    if (queue.isEmpty()) {
      return;
    }
    // Any of them: events come in no order.
    MailEvent event = queue.remove(random.nextInt(queue.size()));
    String attempt = event.tags().get(SesLimits.ATTEMPT_TAG).get(0);
    boolean promised = process.brokenPromises.containsKey(attempt);
    settling.set(accepted.get(event.messageId()));
    Settlement settlement = calling(Call.SETTLE, () -> process.step.attempts().settle(event));
    if (settlement == null) {
      // The process that fails or crashes deletes no message.
      queue.add(event);
      return;
    }
    if (promised && !(event instanceof MailEvent.Open)) {
      process.brokenPromises.put(attempt, true);
    }
    count("events settled as " + settlement.outcome());
    if (settlement.outcome() == Outcome.SETTLED || settlement.outcome() == Outcome.ALREADY) {
      handedIn.add(event.getClass().getSimpleName() + event.messageId());
    }
    if (oneOf(5)) {
      count("repeated events");
      queue.add(event);
    }
    if ((settlement.outcome() == Outcome.NOT_SETTLING) != event instanceof MailEvent.Open) {
      violated(event + " was " + settlement.outcome());
    }
    if (settlement.outcome() == Outcome.OTHER_MESSAGE
        && !mistaken.contains(attempt)
        && accepted.values().stream().filter(email -> email.attempt().equals(attempt)).count()
            == 1) {
      violated("the only email of an attempt counts as another one");
    }
  }

  /** All processes run, time passes, and all events come that are not lost. */
  private void end() {
    clock.advance(ABANDONED.plusMinutes(1));
    processes.forEach(this::checkBrokenPromises);
    for (int i = 0; i < PROCESSES; i++) {
      if (processes.get(i).dead) {
        processes.set(i, new Process());
      }
    }
    while (!queue.isEmpty()) {
      settleOne(processes.get(random.nextInt(PROCESSES)));
    }
    processes.forEach(this::checkBrokenPromises);
    accepted.values().forEach(this::checkSettled);
    EMAILS.keySet().forEach(this::checkListed);
  }

  private void checkBrokenPromises(Process process) {
    if (!process.dead) {
      long counted = process.step.attempts().brokenPromises();
      long shown = process.brokenPromises.values().stream().filter(after -> after).count();
      // A try that the store could not record may look like one after it was sent again.
      if (counted < shown || counted > process.brokenPromises.size() + retried.size()) {
        violated("%s broken promises counted, %s shown".formatted(counted, shown));
      }
    }
  }

  private void checkSettled(Accepted email) {
    Entry entry = memory.findByAttempt(email.attempt()).orElse(null);
    if (entry == null) {
      return;
    }
    boolean same = email.messageId().equals(entry.messageId());
    boolean rejection = handedIn.contains("Reject" + email.messageId());
    boolean any =
        rejection
            || handedIn.contains("Send" + email.messageId())
            || handedIn.contains("Delivery" + email.messageId());
    if (any && (entry.state() == State.IN_PROGRESS || entry.state() == State.UNKNOWN)) {
      violated("an event did not settle its email");
    }
    if (same
        && rejection
        && !forgotten.contains(email.attempt())
        && entry.state() != State.REJECTED) {
      violated("a rejected email counts as sent");
    }
  }

  /** A key whose email is refused without an end in sight is among the unresolved ones. */
  private void checkListed(String key) {
    Process process = processes.get(0);
    boolean listed =
        process.step.attempts().unresolved(Duration.ZERO, 100).stream()
            .anyMatch(entry -> entry.key().equals(key));
    boolean[] free = new boolean[1];
    leftOver.remove(key);
    call.set(Call.SEND);
    try {
      process.step.send(
          EMAILS.get(key),
          email -> {
            free[0] = true;
            throw notSent();
          });
    } catch (MailException e) {
      if (e.kind() == Kind.REJECTED
          && !Boolean.TRUE.equals(
              calling(Call.FORGET, () -> process.step.attempts().forget(key)))) {
        violated("a rejected key cannot be forgotten");
      }
      if (e.kind() == Kind.UNKNOWN_OUTCOME && (!listed || e.retryAfter().isPresent())) {
        violated("a stuck key is not listed");
      }
    } finally {
      call.remove();
    }
    if (listed && free[0] && !resends && !leftOver.contains(key)) {
      violated("a listed key is free");
    }
  }
}
