package com.healthmetrics.aws.mail;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link MailerChain#settle} made of an event, what the event means for the email, and what is
 * to do.
 *
 * <pre>{@code
 * MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
 * Optional<Settlement> settlement = MailEvent.parse(json).map(chain::settle);
 * settlement.ifPresent(seen -> LOG.info("{}", seen)); // without key and addresses
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param outcome what happened to the key
 * @param key the idempotency key of the email, empty if it is not known; it may be personal
 * @param meaning what the event means, empty if it is of a type that never settles
 * @param suppressedRecipients the addresses, as SES writes them, that SES did not try to deliver to
 *     because they are on a suppression list; usually empty. They get no email before they are
 *     released from it. Unmodifiable
 */
public record Settlement(
    Outcome outcome,
    Optional<String> key,
    Optional<Meaning> meaning,
    List<String> suppressedRecipients) {

  /** What happened to the key; in lower case a label for a metric. */
  public enum Outcome {
    /** The key has changed: to sent, or to rejected. */
    SETTLED,
    /**
     * The key was as the event has it: a repeated event, a late one, or an email that ended well.
     */
    ALREADY,
    /** The event is of an earlier attempt; the key has another one now, and stays as it is. */
    OTHER_ATTEMPT,
    /**
     * The attempt is known with another message id, and the key stays as it is: SES has accepted
     * two emails of one attempt, or the id that was confirmed is wrong. It is logged as an error.
     */
    OTHER_MESSAGE,
    /**
     * The email carries no attempt: it has no idempotency key, or was not sent through a chain that
     * gives it one.
     */
    NO_TAG,
    /**
     * The email was reported by this process as certainly not sent, and SES accepted it. Its key,
     * which was free, is sent or rejected from now on. It is logged as an error and counted as
     * {@link MailerChain#brokenPromises()}.
     */
    BROKEN_PROMISE,
    /**
     * The attempt is not known: its key was forgotten, by a caller or by the store; or another
     * process reported the email as certainly not sent; or it is of an application with another
     * store.
     */
    UNKNOWN_ATTEMPT,
    /** The event is of a type that settles nothing. */
    NOT_SETTLING
  }

  /** What an event means for the email. All but the last show that SES accepted it. */
  public enum Meaning {
    /** SES will try to deliver it. */
    ACCEPTED,
    /** SES could not deliver it yet and tries again. */
    DELAYED,
    /** The recipient's mail server accepted it. */
    DELIVERED,
    /** It did not arrive; the event states at whom, why, and whether for good. */
    BOUNCED,
    /** The recipient reported it as unwanted. */
    COMPLAINED,
    /** SES found a virus and delivered it to nobody; its key is refused until it is forgotten. */
    REJECTED
  }

  /**
   * Creates a settlement, for chains of your own tests.
   *
   * @param outcome what happened to the key
   * @param key the idempotency key, if known
   * @param meaning what the event means, if it can settle
   * @param suppressedRecipients the addresses that SES did not try to deliver to
   */
  public Settlement {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(meaning, "meaning");
    suppressedRecipients = List.copyOf(suppressedRecipients);
  }

  /**
   * {@return the key that is refused as {@link MailException.Kind#REJECTED} from now on, or empty;
   * correct what the email contains, then {@link MailerChain#forget} the key}
   */
  public Optional<String> rejectedKey() {
    boolean rejected = meaning.equals(Optional.of(Meaning.REJECTED));
    return rejected ? key.filter(unused -> isOfKey()) : Optional.empty();
  }

  private boolean isOfKey() {
    return outcome == Outcome.SETTLED
        || outcome == Outcome.ALREADY
        || outcome == Outcome.BROKEN_PROMISE;
  }

  /** Outcome and meaning; no key and no address. */
  @Override
  public String toString() {
    return "Settlement[%s, %s, %s suppressed]"
        .formatted(
            outcome,
            meaning.map(Enum::toString).orElse("nothing to settle"),
            suppressedRecipients.size());
  }
}
