package com.healthmetrics.aws.internal;

import java.util.Objects;
import java.util.stream.Stream;

/**
 * Failures of foreign code: stores, observers, loggers, HTTP clients and interceptors of the SDK.
 *
 * <p>Such code throws anything: checked exceptions that its language does not declare, errors of
 * linkage, failed assertions. So the callers catch {@code Throwable}, record the outcome first, and
 * then replace the failure, or drop it where it would hide the outcome.
 */
public final class Failures {
  private static final int MAX_DEPTH = 10;

  private Failures() {}

  /**
   * Prepares to replace a failure by an exception of this library: an interrupt is kept, and an
   * error of the virtual machine, such as a lack of memory, is thrown as it is. An overflow of the
   * stack has ended by then and is a failure like others.
   */
  public static void beforeReplacing(Throwable failure) {
    keepInterrupt(failure);
    if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
      throw fatal;
    }
  }

  /**
   * Interrupts the thread again, if an exception that is not passed on has cleared its interrupt.
   */
  public static void keepInterrupt(Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs work that is due though the thread was interrupted before, and interrupts it again
   * afterwards: pools of connections and sockets fail on interrupted threads.
   */
  public static void uninterrupted(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** {@return the deepest cause of a failure; the failure itself if it has none} */
  public static Throwable rootCause(Throwable failure) {
    return causes(failure).reduce(failure, (outer, cause) -> cause);
  }

  /** {@return whether a failure or one of its causes is of a type} */
  public static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    return causes(failure).anyMatch(type::isInstance);
  }

  /** A failure and its causes, which may form a ring. */
  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_DEPTH);
  }

  /** Logs, or informs otherwise, after the outcome is known, which no failure may hide. */
  public static void quietly(Runnable report) {
    try {
      report.run();
    } catch (Throwable e) {
      // Even an error: whom it could be reported to has just failed.
      keepInterrupt(e);
    }
  }

  /**
   * A failure without its message, which may repeat an address or a token; type and stack trace
   * remain, those of its causes too.
   */
  public static RuntimeException withoutMessage(Throwable failure) {
    return withoutMessage(failure, 0);
  }

  private static RuntimeException withoutMessage(Throwable failure, int depth) {
    RuntimeException silent = new RuntimeException(failure.getClass().getName());
    silent.setStackTrace(failure.getStackTrace());
    Throwable cause = failure.getCause();
    // A chain of causes may be a circle.
    if (cause != null && depth < MAX_DEPTH) {
      silent.initCause(withoutMessage(cause, depth + 1));
    }
    return silent;
  }
}
