package com.healthmetrics.aws.testkit;

import static java.util.stream.Collectors.partitioningBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;

/** All of it happens at once, as waits between tries are real. */
@Order(1) // waits longest
class MailFaultsTest extends MailFaultCases {
  @Override
  Stream<MailFault> faults() {
    return Stream.of(MailFault.values()).filter(fault -> fault.drift().isZero());
  }

  @Override
  Map<Case, Observed> observeAll(List<Case> cases) throws Exception {
    Map<Boolean, List<Case>> waiting =
        cases.stream().collect(partitioningBy(each -> each.fault().waits()));
    Map<Case, Observed> observed = observeTogether(waiting.get(false));
    // By now the JVM knows each client: no deadline ends before the request is sent.
    observed.putAll(observeTogether(waiting.get(true)));
    return observed;
  }

  private static Map<Case, Observed> observeTogether(List<Case> cases)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Map<Case, Future<Observed>> running = new LinkedHashMap<>();
      cases.forEach(each -> running.put(each, threads.submit(() -> observe(each))));
      Map<Case, Observed> observed = new LinkedHashMap<>();
      for (Map.Entry<Case, Future<Observed>> each : running.entrySet()) {
        observed.put(each.getKey(), each.getValue().get());
      }
      return observed;
    } finally {
      threads.shutdownNow();
    }
  }
}
