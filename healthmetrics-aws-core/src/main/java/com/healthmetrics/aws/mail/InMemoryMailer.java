package com.healthmetrics.aws.mail;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps mails instead of sending them, for tests.
 *
 * <pre>{@code
 * InMemoryMailer mailer = new InMemoryMailer();
 * mailer.send(email);
 * String text = mailer.sentTo("ada@example.com").get(0).text();
 * }</pre>
 *
 * <p>Safe for use by several threads; give each test its own.
 */
public final class InMemoryMailer implements TransactionalMailer {
  private final List<Email> sent = new CopyOnWriteArrayList<>();
  private final AtomicLong count = new AtomicLong();

  /** A mailer that has sent nothing yet. */
  public InMemoryMailer() {}

  @Override
  public MailReceipt send(Email email) {
    sent.add(Objects.requireNonNull(email, "email"));
    return MailReceipt.of("in-memory-" + count.incrementAndGet());
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
