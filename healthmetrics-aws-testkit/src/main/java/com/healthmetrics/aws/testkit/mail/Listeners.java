package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.InMemoryMailer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a {@link LocalSes}. Thread-safe.
 *
 * @param <T> what they are told
 */
final class Listeners<T> {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSes.class);

  private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();

  /** One registration; equal to itself only, so that one consumer may register twice. */
  private static final class Listener<T> {
    private final Consumer<T> consumer;

    Listener(Consumer<T> consumer) {
      this.consumer = consumer;
    }
  }

  InMemoryMailer.Registration add(Consumer<T> consumer) {
    Listener<T> listener = new Listener<>(consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void call(T news) {
    for (Listener<T> listener : listeners) {
      try {
        listener.consumer.accept(news);
      } catch (RuntimeException | AssertionError e) {
        // The email is kept; an error response would be a fault that no test requested.
        LOG.error("A listener failed on an email that was kept", e);
      }
    }
  }
}
