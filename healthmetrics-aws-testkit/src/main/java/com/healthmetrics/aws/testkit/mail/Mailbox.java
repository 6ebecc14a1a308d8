package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Assertions about the mails that were captured, which read as sentences and wait for mail that
 * another thread sends.
 *
 * <p>What is expected is waited for, 5 seconds or as {@link #within} says, and is there at once
 * when the mail comes: nothing sleeps or polls. That something is absent ({@link #hasNoEmailTo},
 * {@link #isEmpty}) can only be said of now. Mails are counted, not their recipients, and copies
 * count as mail to those who get them. A failure is an {@link AssertionError} that lists what was
 * captured, with addresses, and with tokens shortened.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.start();
 *     Mailbox mailbox = Mailbox.of(ses)) {
 *   // let the application send its mail, then
 *   String secret =
 *       mailbox
 *           .hasEmailTo("ada@example.com")
 *           .withSubject("Reset your password")
 *           .withLinkTo("/auth/reset-password")
 *           .withToken();
 *   mailbox.hasNoEmailTo("bob@example.com").hasSize(1);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Give each test a server or mailer of its own, and tests may run in parallel.
 */
public final class Mailbox implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Inbox inbox;
  private final Duration patience;

  Mailbox(Inbox inbox) {
    this(inbox, PATIENCE);
  }

  private Mailbox(Inbox inbox, Duration patience) {
    this.inbox = inbox;
    this.patience = patience;
  }

  /**
   * The mails that a server accepts, those it has already included.
   *
   * @param ses the server; it stays yours to close
   * @return the mailbox, to be closed
   * @throws NullPointerException if {@code ses} is null
   */
  public static Mailbox of(LocalSes ses) {
    Objects.requireNonNull(ses, "ses");
    return new Mailbox(
        new Inbox(
            () -> ses.emails().stream().map(CapturedMail::of).toList(),
            signal -> ses.onMail(mail -> signal.run())::close));
  }

  /**
   * The mails that a mailer keeps, those it has already included.
   *
   * @param mailer the mailer
   * @return the mailbox, to be closed
   * @throws NullPointerException if {@code mailer} is null
   */
  public static Mailbox of(InMemoryMailer mailer) {
    Objects.requireNonNull(mailer, "mailer");
    return new Mailbox(
        new Inbox(
            () -> mailer.sent().stream().map(CapturedMail::of).toList(),
            signal -> mailer.onMail(mail -> signal.run())::close));
  }

  /**
   * The same mailbox with another patience.
   *
   * @param patience how long to wait for what is expected; zero does not wait
   * @return a view, which is closed with this mailbox
   * @throws NullPointerException if {@code patience} is null
   * @throws IllegalArgumentException if it is negative
   */
  public Mailbox within(Duration patience) {
    if (patience.isNegative()) {
      throw new IllegalArgumentException(
          "patience must not be negative, nothing arrives in the past: " + patience);
    }
    return new Mailbox(inbox, patience);
  }

  /**
   * Waits for a mail to an address.
   *
   * @param address the bare address; of a recipient or of one who gets a copy
   * @return the mail, to say more about it
   * @throws AssertionError if none arrives in time
   * @throws IllegalArgumentException if {@code address} is none
   * @throws NullPointerException if {@code address} is null
   */
  public Found hasEmailTo(String address) {
    String bare = EmailAddress.of(address).address();
    Found all =
        new Found(
            System.nanoTime() + patience.toNanos(), mail -> true, link -> true, "", List.of());
    return all.and("to " + bare, mail -> mail.isTo(bare));
  }

  /**
   * Says that no mail to an address is there now. Whoever tests a thread that sends later first
   * waits for something that comes after.
   *
   * @param address the bare address; of a recipient or of one who gets a copy
   * @return this mailbox
   * @throws AssertionError if there is one
   * @throws IllegalArgumentException if {@code address} is none
   * @throws NullPointerException if {@code address} is null
   */
  public Mailbox hasNoEmailTo(String address) {
    String bare = EmailAddress.of(address).address();
    List<CapturedMail> mails = inbox.emails();
    if (mails.stream().anyMatch(mail -> mail.isTo(bare))) {
      throw new AssertionError("Expected no mail to " + bare + ". " + describe(mails));
    }
    return this;
  }

  /**
   * Says that no mail is there now.
   *
   * @return this mailbox
   * @throws AssertionError if there is one
   */
  public Mailbox isEmpty() {
    List<CapturedMail> mails = inbox.emails();
    if (!mails.isEmpty()) {
      throw new AssertionError("Expected no mail. " + describe(mails));
    }
    return this;
  }

  /**
   * Waits until there are as many mails, however many recipients they have; no more may be there
   * then.
   *
   * @param mails how many mails
   * @return this mailbox
   * @throws AssertionError if there are fewer when the time is over, or more
   * @throws IllegalArgumentException if {@code mails} is negative
   */
  public Mailbox hasSize(int mails) {
    if (mails < 0) {
      throw new IllegalArgumentException("mails must not be negative: " + mails);
    }
    List<CapturedMail> there =
        inbox.await(now -> now.size() >= mails, System.nanoTime() + patience.toNanos());
    if (there.size() != mails) {
      throw new AssertionError("Expected " + mails + " mails" + inTime() + ". " + describe(there));
    }
    return this;
  }

  /** Ends listening to the server or mailer, which stays open. A second call does nothing. */
  @Override
  public void close() {
    inbox.close();
  }

  /** How many mails are there now. */
  @Override
  public String toString() {
    return "Mailbox[" + inbox.emails().size() + " mails]";
  }

  private String inTime() {
    return patience.isZero() ? "" : " within " + patience.toMillis() + " ms";
  }

  private static String describe(List<CapturedMail> mails) {
    if (mails.isEmpty()) {
      return "The mailbox is empty.";
    }
    StringBuilder text = new StringBuilder("The mailbox holds ").append(mails.size());
    text.append(mails.size() == 1 ? " mail:" : " mails:");
    for (int i = 0; i < mails.size(); i++) {
      text.append("\n  ").append(i + 1).append(". ").append(mails.get(i).describe());
    }
    return text.toString();
  }

  /**
   * A mail that is there, or several that are alike; each word more waits for one of which all is
   * true. The time of waiting began with {@link Mailbox#hasEmailTo}.
   *
   * <p>Immutable and thread-safe.
   */
  public final class Found {
    private final long deadline;
    private final Predicate<CapturedMail> condition;
    private final Predicate<MailLink> link;
    private final String description;
    private final List<CapturedMail> mails;

    private Found(
        long deadline,
        Predicate<CapturedMail> condition,
        Predicate<MailLink> link,
        String description,
        List<CapturedMail> mails) {
      this.deadline = deadline;
      this.condition = condition;
      this.link = link;
      this.description = description;
      this.mails = mails;
    }

    /**
     * Says what the subject is.
     *
     * @param subject the whole subject
     * @return the mail of which that is true too
     * @throws AssertionError if none is there in time
     * @throws NullPointerException if {@code subject} is null
     */
    public Found withSubject(String subject) {
      Objects.requireNonNull(subject, "subject");
      return and("with subject \"" + subject + "\"", mail -> mail.subject().equals(subject));
    }

    /**
     * Says what stands in the text part.
     *
     * @param words a part of the text
     * @return the mail of which that is true too
     * @throws AssertionError if none is there in time
     * @throws NullPointerException if {@code words} is null
     */
    public Found withText(String words) {
      Objects.requireNonNull(words, "words");
      return and(
          "with text \"" + words + "\"",
          mail -> mail.text().filter(text -> text.contains(words)).isPresent());
    }

    /**
     * Says that there is a header.
     *
     * @param name its name, compared without regard to case
     * @param value its whole value
     * @return the mail of which that is true too
     * @throws AssertionError if none is there in time
     * @throws NullPointerException if an argument is null
     */
    public Found withHeader(String name, String value) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
      return and("with header " + name + ": " + value, mail -> mail.hasHeader(name, value));
    }

    /**
     * Says that a file is attached, or shown as an inline image.
     *
     * @param fileName the file's name
     * @return the mail of which that is true too
     * @throws AssertionError if none is there in time
     * @throws NullPointerException if {@code fileName} is null
     */
    public Found withAttachment(String fileName) {
      Objects.requireNonNull(fileName, "fileName");
      return and("with attachment " + fileName, mail -> mail.attachments().contains(fileName));
    }

    /**
     * Says where a link of the text leads, or of the html in a mail without text.
     *
     * @param pathOrHost a path from its slash on, such as {@code /auth/reset-password}, with which
     *     the link's path ends; or a host, such as {@code app.example.com}
     * @return the mail of which that is true too; {@link #withToken} reads that link then
     * @throws AssertionError if none is there in time
     * @throws IllegalArgumentException if it is a whole URL
     * @throws NullPointerException if {@code pathOrHost} is null
     */
    public Found withLinkTo(String pathOrHost) {
      if (pathOrHost.contains("://")) {
        throw new IllegalArgumentException(
            "pathOrHost must be a path or a host, not a URL; say both, one after the other: "
                + pathOrHost);
      }
      Predicate<MailLink> both = link.and(candidate -> candidate.leadsTo(pathOrHost));
      return new Found(deadline, condition, both, description, mails)
          .and("with a link to " + pathOrHost, mail -> mail.links().stream().anyMatch(both));
    }

    /**
     * Reads the token: the parameter {@code token} of the mail's link, or of the one that {@link
     * #withLinkTo} found. Where several mails are alike, the newest of them is read.
     *
     * @return the token, decoded
     * @throws AssertionError if no link with a token is there in time
     */
    public String withToken() {
      Found found =
          and(
              "with a token in its link",
              mail -> mail.links().stream().filter(link).anyMatch(l -> l.token().isPresent()));
      CapturedMail newest = found.mails.get(found.mails.size() - 1);
      return newest.links().stream()
          .filter(link)
          .flatMap(candidate -> candidate.token().stream())
          .findFirst()
          .orElseThrow();
    }

    private Found and(String words, Predicate<CapturedMail> more) {
      Predicate<CapturedMail> all = condition.and(more);
      String sentence = (description + " " + words).strip();
      List<CapturedMail> there = inbox.await(now -> now.stream().anyMatch(all), deadline);
      List<CapturedMail> matching = there.stream().filter(all).toList();
      if (matching.isEmpty()) {
        throw new AssertionError("Expected a mail " + sentence + inTime() + ". " + describe(there));
      }
      return new Found(deadline, all, link, sentence, matching);
    }

    /** What was said of it, in words. */
    @Override
    public String toString() {
      return "Found[" + description + "]";
    }
  }
}
