package com.healthmetrics.aws.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Runs both sides of a comparison in turn until the JIT compiler is done with them: a request takes
 * thousands of methods, and JMH's own warm-up ends while they are compiled, whose time would count.
 */
final class WarmUp {
  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
  private static final int CALLS = 500;
  private static final double SHARE = 0.02;
  private static final Duration LONGEST = Duration.ofSeconds(45);

  private WarmUp() {}

  static void run(Runnable... sides) {
    long end = System.nanoTime() + LONGEST.toNanos();
    long calls = Benchmarks.ITERATIONS == 1 ? 1 : CALLS;
    double share;
    do {
      long compiled = COMPILER.getTotalCompilationTime();
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        for (Runnable side : sides) {
          side.run();
        }
      }
      double millis = (System.nanoTime() - start) / 1e6;
      share = (COMPILER.getTotalCompilationTime() - compiled) / millis;
    } while (calls > 1 && share > SHARE && System.nanoTime() < end);
  }
}
