package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.internal.FaultQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The state of a {@link LocalSes}. Thread-safe. */
final class SesState {
  private final Object lock = new Object();
  private final List<ReceivedMail> emails = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final SuppressionTable suppressions = new SuppressionTable();
  private final FaultQueue<SesFault> sends = new FaultQueue<>();
  private final FaultQueue<SesFault> otherCalls = new FaultQueue<>();
  private final Listeners<ReceivedMail> onMail = new Listeners<>();
  private final Listeners<String> onEvent = new Listeners<>();

  /** Counts a request that arrives, sends apart from all others, and returns its fault. */
  Optional<SesFault> arrived(SesOperation operation) {
    return (operation.sends() ? sends : otherCalls).arrived(fault -> fault.isFor(operation));
  }

  /** Keeps an email together with its events: nobody sees the one without the other. */
  void accepted(ReceivedMail mail, List<String> published) {
    synchronized (lock) {
      emails.add(mail);
      events.addAll(published);
    }
    onMail.call(mail);
    published.forEach(onEvent::call);
  }

  void failNext(List<SesFault> next) {
    for (SesFault fault : next) {
      (fault.isForSends() ? sends : otherCalls).add(List.of(fault));
    }
  }

  InMemoryMailer.Registration onMail(Consumer<ReceivedMail> consumer) {
    return onMail.add(consumer);
  }

  InMemoryMailer.Registration onEvent(Consumer<String> consumer) {
    return onEvent.add(consumer);
  }

  SuppressionTable suppressions() {
    return suppressions;
  }

  List<ReceivedMail> emails() {
    synchronized (lock) {
      return List.copyOf(emails);
    }
  }

  List<String> events() {
    synchronized (lock) {
      return List.copyOf(events);
    }
  }

  int attempts() {
    return sends.requests();
  }

  void clear() {
    synchronized (lock) {
      emails.clear();
      events.clear();
    }
    suppressions.clear();
    sends.clear();
    otherCalls.clear();
  }
}
