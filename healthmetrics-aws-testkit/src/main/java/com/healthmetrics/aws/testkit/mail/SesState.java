package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.internal.FaultQueue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of a {@link LocalSes}. Thread-safe. */
final class SesState {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSes.class);

  private final List<ReceivedMail> emails = new CopyOnWriteArrayList<>();
  private final FaultQueue<SesFault> sends = new FaultQueue<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** One registration; equal to itself only, so that one consumer may register twice. */
  private static final class Listener {
    private final Consumer<ReceivedMail> consumer;

    Listener(Consumer<ReceivedMail> consumer) {
      this.consumer = consumer;
    }
  }

  /** Counts a send that arrives and returns its fault. */
  Optional<SesFault> arrived() {
    return sends.arrived(fault -> true);
  }

  void accepted(ReceivedMail mail) {
    emails.add(mail);
    for (Listener listener : listeners) {
      try {
        listener.consumer.accept(mail);
      } catch (RuntimeException | AssertionError e) {
        // The email is kept; an error response would be a fault that no test requested.
        LOG.error("A listener failed on an email that was kept", e);
      }
    }
  }

  void failNext(List<SesFault> next) {
    sends.add(next);
  }

  InMemoryMailer.Registration onMail(Consumer<ReceivedMail> consumer) {
    Listener listener = new Listener(consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  List<ReceivedMail> emails() {
    return List.copyOf(emails);
  }

  int attempts() {
    return sends.requests();
  }

  void clear() {
    emails.clear();
    sends.clear();
  }
}
