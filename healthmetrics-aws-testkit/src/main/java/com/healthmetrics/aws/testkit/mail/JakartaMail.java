package com.healthmetrics.aws.testkit.mail;

import jakarta.mail.util.StreamProvider;
import java.util.function.Supplier;

/** Access to the optional library that reads and writes MIME. */
final class JakartaMail {
  /** What to do if it is absent. */
  static final String ADD =
      "Jakarta Mail is not on the class path; add org.eclipse.angus:angus-mail to the dependencies.";

  private JakartaMail() {}

  static boolean isPresent() {
    try {
      // The API alone is not enough; this finds its implementation.
      return using(StreamProvider::provider) != null;
    } catch (LinkageError | IllegalStateException e) {
      return false;
    }
  }

  /**
   * Runs code that needs Jakarta Mail. It finds its implementation through the thread's class
   * loader, and that of a server's thread may not have it.
   */
  static <T> T using(Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(StreamProvider.class.getClassLoader());
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }
}
