package com.healthmetrics.aws.testkit.mail;

import jakarta.mail.util.StreamProvider;
import java.util.function.Supplier;

/** Whether the optional library is there that reads and writes MIME. */
final class JakartaMail {
  /** What to do where it is absent. */
  static final String ADD =
      "Jakarta Mail is not on the class path; add org.eclipse.angus:angus-mail to the dependencies.";

  private JakartaMail() {}

  static boolean isPresent() {
    try {
      // The API alone is not enough; this finds what implements it.
      return using(StreamProvider::provider) != null;
    } catch (LinkageError | IllegalStateException e) {
      return false;
    }
  }

  /**
   * Does what needs Jakarta Mail, which looks for its implementation through the thread's loader:
   * the one of a server's thread may know nothing of it.
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
