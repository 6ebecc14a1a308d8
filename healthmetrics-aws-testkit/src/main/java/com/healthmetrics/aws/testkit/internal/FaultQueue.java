package com.healthmetrics.aws.testkit.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The faults of the next requests, and the number of requests so far. Thread-safe.
 *
 * @param <F> the type of the faults
 */
public final class FaultQueue<F> {
  private final List<F> faults = new ArrayList<>();
  private int requests;

  /** Counts a request and takes the first fault that concerns it. */
  public synchronized Optional<F> arrived(Predicate<F> concerned) {
    requests++;
    Iterator<F> next = faults.iterator();
    while (next.hasNext()) {
      F fault = next.next();
      if (concerned.test(fault)) {
        next.remove();
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** Adds faults to those that are already queued. */
  public synchronized void add(List<F> more) {
    faults.addAll(more);
  }

  /** The number of requests since the start or the last {@link #clear}. */
  public synchronized int requests() {
    return requests;
  }

  /** Forgets the faults and the number of requests. */
  public synchronized void clear() {
    faults.clear();
    requests = 0;
  }
}
