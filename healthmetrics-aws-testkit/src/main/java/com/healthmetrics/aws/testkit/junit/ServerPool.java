package com.healthmetrics.aws.testkit.junit;

import com.healthmetrics.aws.testkit.LocalAws;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** The servers that no test uses at the moment. Thread-safe. */
final class ServerPool implements ClosedByJUnit {
  private final Supplier<LocalAws> start;
  private final Deque<Servers> idle = new ConcurrentLinkedDeque<>();

  ServerPool(Supplier<LocalAws> start) {
    this.start = start;
  }

  /** The servers of one test, which go back to the pool when its context ends. */
  final class Lease implements ClosedByJUnit {
    private final Servers servers;

    private Lease(Servers servers) {
      this.servers = servers;
    }

    Servers servers() {
      return servers;
    }

    @Override
    public void close() {
      // The first one is taken next: its connections are warm.
      idle.addFirst(servers);
    }
  }

  /** Idle servers without content, or new ones. */
  Lease take() {
    for (Servers next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (next.areRunning()) {
        next.clear();
        return new Lease(next);
      }
      next.close();
    }
    return new Lease(new Servers(start.get()));
  }

  /** Called when no test runs any more, so all servers are idle. */
  @Override
  public void close() {
    idle.forEach(Servers::close);
  }
}
