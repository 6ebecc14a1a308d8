package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailerChain.Sending;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each outcome to an observer, whose own failures change nothing. */
record ObserveStep(Consumer<Sending> observer, Time time) implements MailerStep {
  private static final Logger LOG = LoggerFactory.getLogger(MailerChain.class);

  @Override
  public MailReceipt send(Email email, TransactionalMailer next) {
    long start = time.nanos();
    MailReceipt receipt;
    try {
      receipt = next.send(email);
    } catch (Throwable e) {
      // A mailer of the application may throw anything, and each email is reported.
      report(new Sending(email, since(start), null, e));
      throw e;
    }
    report(new Sending(email, since(start), receipt, null));
    return receipt;
  }

  private Duration since(long start) {
    return Duration.ofNanos(time.nanos() - start);
  }

  private void report(Sending sending) {
    try {
      observer.accept(sending);
    } catch (Throwable e) {
      // Errors too: a metrics library that does not link must not make a sent email look failed.
      Failures.keepInterrupt(e);
      Failures.quietly(
          () -> LOG.warn("The observer of emails failed with {}", e.getClass().getName()));
    }
  }

  @Override
  public String toString() {
    return "observe";
  }
}
