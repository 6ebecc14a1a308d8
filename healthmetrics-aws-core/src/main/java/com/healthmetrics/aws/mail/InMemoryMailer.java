package com.healthmetrics.aws.mail;

import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps mails instead of sending them, for tests, and fails when it is told to.
 *
 * <pre>{@code
 * InMemoryMailer mailer = new InMemoryMailer();
 * mailer.failNext(MailException.Kind.THROTTLED);
 * assertThrows(MailException.class, () -> mailer.send(email));
 * mailer.send(email);
 * String text = mailer.sentTo("ada@example.com").get(0).text();
 * }</pre>
 *
 * <p>Safe for use by several threads; give each test its own.
 */
public final class InMemoryMailer implements TransactionalMailer {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryMailer.class);

  private final List<Email> sent = new CopyOnWriteArrayList<>();
  private final AtomicLong count = new AtomicLong();
  private final Queue<MailException.Kind> failures = new ConcurrentLinkedQueue<>();
  private final List<Consumer<Email>> listeners = new CopyOnWriteArrayList<>();

  /** A listener that is being called; closing it ends that. A second call does nothing. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** A mailer that has sent nothing yet. */
  public InMemoryMailer() {}

  /**
   * Keeps the mail.
   *
   * @throws MailException if {@link #failNext} asked for it
   */
  @Override
  public MailReceipt send(Email email) {
    Objects.requireNonNull(email, "email");
    MailException.Kind failure = failures.poll();
    if (failure != null && failure != MailException.Kind.UNKNOWN_OUTCOME) {
      throw new MailException(failure, "This test asked for the failure " + failure + ".");
    }
    sent.add(email);
    MailReceipt receipt = MailReceipt.of("in-memory-" + count.incrementAndGet());
    listeners.forEach(listener -> tell(listener, email));
    if (failure != null) {
      throw new MailException(
          failure, "This test asked for a mail that is accepted while its answer is lost.");
    }
    return receipt;
  }

  /**
   * Lets the next mails fail, one with each kind; those after them are kept as ever.
   *
   * <p>A mail that fails is not kept, except with {@link MailException.Kind#UNKNOWN_OUTCOME}: that
   * is the mail that was accepted while its answer was lost, so it is kept, and the sender cannot
   * tell.
   *
   * @param kinds the failures, in their order; added to those that are still to come
   * @throws NullPointerException if {@code kinds} or one of them is null
   */
  public void failNext(MailException.Kind... kinds) {
    failures.addAll(List.of(kinds));
  }

  /**
   * Calls a listener for each mail that is kept from now on, in the thread that sends it: the mail
   * is in {@link #sent} already, the sender has no receipt yet. What the listener throws is logged
   * and changes nothing.
   *
   * @param listener what to call; safe for use by several threads, and quick
   * @return what ends it
   * @throws NullPointerException if {@code listener} is null
   */
  public Registration onMail(Consumer<Email> listener) {
    Objects.requireNonNull(listener, "listener");
    // An object of its own, so that a listener that is registered twice can be taken away once.
    Consumer<Email> registered = email -> listener.accept(email);
    listeners.add(registered);
    return () -> listeners.remove(registered);
  }

  private static void tell(Consumer<Email> listener, Email email) {
    try {
      listener.accept(email);
    } catch (RuntimeException e) {
      LOG.warn("A listener of mails failed", e);
    }
  }

  /**
   * All mails sent so far.
   *
   * @return the mails, oldest first; an unmodifiable copy
   */
  public List<Email> sent() {
    return List.copyOf(sent);
  }

  /**
   * The mails that one recipient got so far, copies included.
   *
   * @param address the bare address, compared without regard to case
   * @return the mails, oldest first; empty when there are none
   */
  public List<Email> sentTo(String address) {
    return sent.stream()
        .filter(
            email ->
                email.recipients().stream().anyMatch(to -> to.address().equalsIgnoreCase(address)))
        .toList();
  }

  /** How many mails were sent. */
  @Override
  public String toString() {
    return "InMemoryMailer[" + sent.size() + " mails]";
  }
}
