package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.SettlingWorld.Accepted;
import com.healthmetrics.aws.mail.SettlingWorld.Call;
import com.healthmetrics.aws.mail.SettlingWorld.Process;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store of a {@link SettlingWorld} as one process sees it: it pauses and fails before and after
 * its work, and compares every change with the truth.
 */
final class SettlingAudit implements IdempotencyStore {
  private final SettlingWorld world;
  private final Process process;

  /** What attempts were before they were sent again. */
  private final Map<String, Entry> silent = new HashMap<>();

  /** When the youngest email was accepted of which this process got an event. */
  private @Nullable Instant seen;

  SettlingAudit(SettlingWorld world, Process process) {
    this.world = world;
    this.process = process;
  }

  private <T> T perhaps(Supplier<T> work) {
    world.pause(process);
    world.maybeFail();
    T result = work.get();
    world.pause(process);
    world.maybeFail();
    return result;
  }

  private Call call() {
    return world.call.get();
  }

  @Override
  public Optional<Entry> find(String key) {
    return perhaps(() -> world.memory.find(key));
  }

  @Override
  public Optional<Entry> findByAttempt(String attempt) {
    return perhaps(
        () -> {
          Optional<Entry> found = world.memory.findByAttempt(attempt);
          if (call() == Call.SETTLE && found.isPresent()) {
            Instant accepted = world.settling.get().at();
            seen = seen == null || accepted.isAfter(seen) ? accepted : seen;
          }
          return found;
        });
  }

  @Override
  public List<Entry> unresolved(Instant before, int limit) {
    return perhaps(() -> world.memory.unresolved(before, limit));
  }

  @Override
  public Optional<Entry> putIfAbsent(Entry entry) {
    return perhaps(
        () -> {
          Optional<Entry> known = world.memory.putIfAbsent(entry);
          if (known.isEmpty() && call() == Call.SETTLE) {
            checkTaken(entry);
          } else if (known.isEmpty()) {
            world.begin(entry.attempt());
          }
          return known;
        });
  }

  /** An event may take the key of an email that was reported as not sent, and of no other. */
  private void checkTaken(Entry entry) {
    world.count("keys taken after a broken promise");
    if (!process.brokenPromises.containsKey(entry.attempt())) {
      world.violated("an event took a free key that nobody promised");
    }
    checkSettledByTruth(entry);
    world.allowed.merge(entry.key(), -1, Integer::sum);
  }

  @Override
  public boolean replace(Entry expected, Entry next) {
    return perhaps(
        () -> {
          boolean replaced = world.memory.replace(expected, next);
          if (replaced) {
            checkReplaced(expected, next);
          }
          return replaced;
        });
  }

  private void checkReplaced(Entry before, Entry after) {
    if (!before.attempt().equals(after.attempt())) {
      world.violated("an email of another attempt settled a key");
    }
    if (before.state() == State.REJECTED) {
      world.violated("a rejected email became " + after.state());
    }
    if (before.state() == State.SENT
        && !(after.state() == State.REJECTED && before.messageId().equals(after.messageId()))) {
      world.violated("a sent email became " + after);
    }
    if (call() == Call.CONFIRM) {
      checkNotGoingOn(before);
    }
    if (after.messageId() != null) {
      checkSettledByTruth(after);
    } else if (call() != Call.SEND) {
      world.violated("%s made %s of %s".formatted(call(), after.state(), before.state()));
    } else if (after.equals(silent.get(after.attempt()))) {
      world.count("silent attempts unknown again");
    } else if (after.state() == State.IN_PROGRESS) {
      checkRetry(before, after);
    }
  }

  private void checkSettledByTruth(Entry entry) {
    Accepted email = world.accepted.get(entry.messageId());
    if (call() == Call.CONFIRM && !email.attempt().equals(entry.attempt())) {
      world.mistaken.add(entry.attempt());
    } else if (email == null || !email.attempt().equals(entry.attempt())) {
      world.violated("an email that SES did not accept counts as " + entry);
    } else if (entry.state() == State.REJECTED && !email.rejected()) {
      world.violated("an email that SES did not reject is rejected");
    }
  }

  private void checkRetry(Entry before, Entry after) {
    world.count("silent attempts sent again");
    checkNotGoingOn(before);
    silent.put(after.attempt(), before);
    world.retried.add(after.attempt());
    world.begin(after.attempt());
    Duration silence = Duration.between(before.since(), world.clock.instant());
    if (!world.resends || silence.compareTo(SettlingWorld.SILENCE) < 0) {
      world.violated("sent again without silence");
    }
    if (seen == null
        || Duration.between(before.since(), seen).compareTo(SettlingWorld.ABANDONED) < 0) {
      world.violated("sent again though no event of a later attempt came");
    }
    if (world.accepted.values().stream().anyMatch(e -> e.attempt().equals(before.attempt()))) {
      // Its event is later than the application said it could be.
      world.allowed.merge(before.key(), 1, Integer::sum);
    }
  }

  @Override
  public boolean remove(Entry expected) {
    return perhaps(
        () -> {
          boolean removed = world.memory.remove(expected);
          if (removed) {
            checkRemoved(expected);
          }
          return removed;
        });
  }

  private void checkRemoved(Entry entry) {
    if (call() == Call.FORGET) {
      world.count("keys forgotten");
      world.forgotten.add(entry.attempt());
      world.allowed.merge(entry.key(), 1, Integer::sum);
      checkNotGoingOn(entry);
      if (entry.state() == State.SENT) {
        world.violated("a sent email was forgotten");
      }
    } else if (entry.state() != State.IN_PROGRESS || call() != Call.SEND) {
      world.violated("%s removed %s".formatted(call(), entry));
    } else if (world.inFlight.contains(entry.attempt())
        && !entry.attempt().equals(world.attempt.get())) {
      world.violated("the key of a call that goes on was freed");
    } else if (silent.containsKey(entry.attempt())) {
      world.violated("a silent attempt whose outcome is unknown lost its key");
    } else if (world.accepted.values().stream().anyMatch(e -> e.attempt().equals(entry.attempt()))
        && !process.brokenPromises.containsKey(entry.attempt())) {
      world.violated("the key of an accepted email was freed");
    } else if (!entry.attempt().equals(world.attempt.get())) {
      world.count("keys freed that the store had kept");
      world.leftOver.add(entry.key());
    }
  }

  private void checkNotGoingOn(Entry entry) {
    if (entry.state() == State.IN_PROGRESS && world.inFlight.contains(entry.attempt())) {
      world.violated("the key of a call that goes on was settled");
    }
  }
}
