package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps emails instead of sending them, for tests, and fails on request.
 *
 * <pre>{@code
 * InMemoryMailer mailer = new InMemoryMailer();
 * mailer.failNext(MailException.Kind.THROTTLED);
 * assertThrows(MailException.class, () -> mailer.send(email));
 * mailer.send(email);
 * String text = mailer.sentTo("ada@example.com").get(0).text();
 * }</pre>
 *
 * <p>Thread-safe. Give each test its own.
 */
public final class InMemoryMailer implements TransactionalMailer, SuppressionList {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryMailer.class);

  private final List<SimulatedEvents> accepted = new CopyOnWriteArrayList<>();
  private final AtomicLong count = new AtomicLong();
  private final Queue<MailException.Kind> failures = new ConcurrentLinkedQueue<>();
  private final List<Consumer<Email>> listeners = new CopyOnWriteArrayList<>();
  private final Clock clock;
  private final TransactionalMailer entrance;
  private final Map<String, Suppression> suppressions = new ConcurrentHashMap<>();

  /** A registered listener; closing it removes the listener, closing it again does nothing. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Creates a mailer that has sent nothing yet. */
  public InMemoryMailer() {
    this(MailerChain.builder().build());
  }

  /**
   * Creates a mailer that has sent nothing yet, and through which every email passes a chain, as
   * through {@link MailerChain#wrap}.
   *
   * @param chain the chain; {@link MailerChain#settle} accepts {@link #events()}, which are dated
   *     by the chain's clock
   */
  public InMemoryMailer(MailerChain chain) {
    clock = chain.clock();
    entrance = chain.wrap(this::accept);
  }

  /**
   * Keeps the email.
   *
   * @throws MailException if {@link #failNext} requested it, or a step of the chain refused it
   */
  @Override
  public MailReceipt send(Email email) {
    return entrance.send(Objects.requireNonNull(email, "email"));
  }

  private MailReceipt accept(Email email) {
    MailException.Kind failure = failures.poll();
    if (failure != null && failure != MailException.Kind.UNKNOWN_OUTCOME) {
      throw new MailException(failure, "This test requested the failure " + failure + ".");
    }
    MailReceipt receipt = MailReceipt.of("in-memory-" + count.incrementAndGet());
    accepted.add(
        new SimulatedEvents(email, receipt.messageId(), clock.instant(), Map.copyOf(suppressions)));
    listeners.forEach(listener -> call(listener, email));
    if (failure != null) {
      throw new MailException(
          failure, "This test requested an email that is accepted while its response is lost.");
    }
    return receipt;
  }

  /**
   * Lets the next emails fail, one with each kind; those after them are kept as usual.
   *
   * <p>An email that fails is not kept, except with {@link MailException.Kind#UNKNOWN_OUTCOME}: it
   * was accepted while its response was lost, so it is kept, and its sender cannot know.
   *
   * @param kinds the failures, in order; added to those that are still to come
   */
  public void failNext(MailException.Kind... kinds) {
    failures.addAll(List.of(kinds));
  }

  /**
   * Calls a listener for each email that is kept from now on, in the thread that sends it: the
   * email is in {@link #sent} already, the sender has no receipt yet. An exception of the listener
   * is logged and changes nothing; an error, such as a failed assertion, is thrown to the sender.
   *
   * @param listener the listener; thread-safe and quick
   * @return the registration, which removes the listener
   */
  public Registration onMail(Consumer<Email> listener) {
    Objects.requireNonNull(listener, "listener");
    // An object of its own, so that a listener that is registered twice can be removed once.
    Consumer<Email> registered = email -> listener.accept(email);
    listeners.add(registered);
    return () -> listeners.remove(registered);
  }

  private static void call(Consumer<Email> listener, Email email) {
    try {
      listener.accept(email);
    } catch (Exception e) {
      Failures.keepInterrupt(e);
      LOG.warn("A listener of emails failed", e);
    }
  }

  /**
   * Puts an address on the suppression list, or updates its entry, as a bounce or a complaint does.
   * As with SES, emails to it, in upper or lower case, are still accepted, and kept; {@link
   * #events} has their bounces or complaints. {@link #suppression} and {@link #release} compare the
   * address exactly.
   *
   * @param address the address; its display name is ignored
   * @param suppression why, and since when
   */
  public void suppress(EmailAddress address, Suppression suppression) {
    suppressions.put(address.address(), Objects.requireNonNull(suppression, "suppression"));
  }

  @Override
  public Optional<Suppression> suppression(EmailAddress address) {
    return Optional.ofNullable(suppressions.get(address.address()));
  }

  @Override
  public boolean release(EmailAddress address) {
    return suppressions.remove(address.address()) != null;
  }

  /** {@return all emails sent so far, oldest first; an unmodifiable copy} */
  public List<Email> sent() {
    return accepted.stream().map(SimulatedEvents::email).toList();
  }

  /**
   * {@return the emails that were sent to one recipient so far, Cc and Bcc included, oldest first;
   * unmodifiable}
   *
   * @param address the bare address, compared without regard to case
   */
  public List<Email> sentTo(String address) {
    return sent().stream()
        .filter(
            email ->
                email.recipients().stream().anyMatch(to -> to.address().equalsIgnoreCase(address)))
        .toList();
  }

  /**
   * {@return the events that SES would publish about the emails sent so far, those of an email in
   * the order in which they happen: accepted, then delivered to each recipient; unmodifiable}
   *
   * <p>As with SES's mailbox simulator, {@code bounce@simulator.amazonses.com} bounces, {@code
   * complaint@simulator.amazonses.com} complains, and {@code
   * suppressionlist@simulator.amazonses.com} is suppressed, as is an address that was on the list
   * when the email was sent, all in upper or lower case and the former also with {@code +label}.
   * Nothing waits and nothing needs a network:
   *
   * <pre>{@code
   * MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
   * InMemoryMailer mailer = new InMemoryMailer(chain);
   * mailer.failNext(MailException.Kind.UNKNOWN_OUTCOME);
   * assertThrows(MailException.class, () -> mailer.send(email));
   * mailer.events().forEach(chain::settle);
   * mailer.send(email); // if it has an idempotency key: returns the receipt, and sends nothing
   * }</pre>
   */
  public List<MailEvent> events() {
    return accepted.stream().flatMap(SimulatedEvents::all).toList();
  }

  /** The number of emails sent. */
  @Override
  public String toString() {
    return "InMemoryMailer[" + accepted.size() + " emails]";
  }
}
