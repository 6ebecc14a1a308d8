package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.internal.Quote;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Assertions about captured emails, which read as sentences and wait for emails that another thread
 * sends.
 *
 * <p>An expected email is awaited for up to 5 seconds, or the timeout of {@link #within}, without
 * sleeping or polling. Absence ({@link #hasNoEmailTo}, {@link #isEmpty}) is asserted of the current
 * moment only. Emails are counted, not recipients; Cc and Bcc recipients count as recipients. A
 * failure is an {@link AssertionError} that lists the captured emails, with addresses, and with
 * tokens shortened.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.start();
 *     Mailbox mailbox = Mailbox.of(ses)) {
 *   // let the application send its email, then
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
 * <p>Thread-safe. With a server or mailer for each test, tests may run in parallel.
 */
public final class Mailbox implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Inbox inbox;
  private final Duration timeout;

  Mailbox(Inbox inbox) {
    this(inbox, TIMEOUT);
  }

  private Mailbox(Inbox inbox, Duration timeout) {
    this.inbox = inbox;
    this.timeout = timeout;
  }

  /**
   * Returns a mailbox of the emails that a server delivers, earlier ones included: an email that
   * SES accepts and suppresses, and one that bounces, is in nobody's mailbox.
   *
   * @param ses the server; the caller closes it
   * @return the mailbox; the caller closes it
   * @throws NullPointerException if {@code ses} is null
   */
  public static Mailbox of(LocalSes ses) {
    Objects.requireNonNull(ses, "ses");
    return new Mailbox(
        new Inbox(
            () ->
                ses.emails().stream()
                    .filter(mail -> !mail.deliveredTo().isEmpty())
                    .map(CapturedMail::of)
                    .toList(),
            signal -> ses.onMail(mail -> signal.run())::close));
  }

  /**
   * Returns a mailbox of the emails that a mailer keeps, earlier ones included.
   *
   * @param mailer the mailer
   * @return the mailbox; the caller closes it
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
   * Returns the same mailbox with another timeout. Default: 5 seconds.
   *
   * @param timeout how long to wait for an expected email; zero does not wait
   * @return a view, which is closed with this mailbox
   * @throws NullPointerException if {@code timeout} is null
   * @throws IllegalArgumentException if {@code timeout} is negative
   */
  public Mailbox within(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative: " + timeout);
    }
    return new Mailbox(inbox, timeout);
  }

  /**
   * Waits for an email to an address.
   *
   * @param address the bare address of a To, Cc or Bcc recipient
   * @return the email, for further assertions
   * @throws AssertionError if none arrives in time
   * @throws IllegalArgumentException if {@code address} is not a valid address
   * @throws NullPointerException if {@code address} is null
   */
  public Found hasEmailTo(String address) {
    String bare = EmailAddress.of(address).address();
    Found all =
        new Found(System.nanoTime() + timeout.toNanos(), mail -> true, link -> true, "", List.of());
    return all.and("to " + bare, mail -> mail.isTo(bare));
  }

  /**
   * Asserts that there is no email to an address now. If another thread sends, first wait for
   * something that it does afterwards.
   *
   * @param address the bare address of a To, Cc or Bcc recipient
   * @return this mailbox
   * @throws AssertionError if there is one
   * @throws IllegalArgumentException if {@code address} is not a valid address
   * @throws NullPointerException if {@code address} is null
   */
  public Mailbox hasNoEmailTo(String address) {
    String bare = EmailAddress.of(address).address();
    List<CapturedMail> emails = inbox.emails();
    if (emails.stream().anyMatch(mail -> mail.isTo(bare))) {
      throw new AssertionError("Expected no email to " + bare + ". " + describe(emails));
    }
    return this;
  }

  /**
   * Asserts that there is no email now.
   *
   * @return this mailbox
   * @throws AssertionError if there is one
   */
  public Mailbox isEmpty() {
    List<CapturedMail> emails = inbox.emails();
    if (!emails.isEmpty()) {
      throw new AssertionError("Expected no email. " + describe(emails));
    }
    return this;
  }

  /**
   * Waits until there are exactly {@code count} emails, whatever their number of recipients.
   *
   * @param count the number of emails
   * @return this mailbox
   * @throws AssertionError if there are fewer at the timeout, or more
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public Mailbox hasSize(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count must not be negative: " + count);
    }
    List<CapturedMail> emails =
        inbox.await(now -> now.size() >= count, System.nanoTime() + timeout.toNanos());
    if (emails.size() != count) {
      throw new AssertionError(
          "Expected " + count + " emails" + inTime() + ". " + describe(emails));
    }
    return this;
  }

  /** Stops listening to the server or mailer, which stays open. A second call does nothing. */
  @Override
  public void close() {
    inbox.close();
  }

  /** The current number of emails. */
  @Override
  public String toString() {
    return "Mailbox[" + inbox.emails().size() + " emails]";
  }

  private String inTime() {
    return timeout.isZero() ? "" : " within " + timeout.toMillis() + " ms";
  }

  private static String describe(List<CapturedMail> emails) {
    if (emails.isEmpty()) {
      return "The mailbox is empty.";
    }
    StringBuilder text = new StringBuilder("The mailbox holds ").append(emails.size());
    text.append(emails.size() == 1 ? " email:" : " emails:");
    for (int i = 0; i < emails.size(); i++) {
      text.append("\n  ").append(i + 1).append(". ").append(emails.get(i).describe());
    }
    return text.toString();
  }

  /**
   * One or more emails that match; each further assertion waits for one that matches all of them.
   * The timeout started with {@link Mailbox#hasEmailTo}.
   *
   * <p>Immutable and thread-safe.
   */
  public final class Found {
    private final long deadline;
    private final Predicate<CapturedMail> condition;
    private final Predicate<MailLink> link;
    private final String description;
    private final List<CapturedMail> emails;

    private Found(
        long deadline,
        Predicate<CapturedMail> condition,
        Predicate<MailLink> link,
        String description,
        List<CapturedMail> emails) {
      this.deadline = deadline;
      this.condition = condition;
      this.link = link;
      this.description = description;
      this.emails = emails;
    }

    /**
     * Asserts the subject.
     *
     * @param subject the whole subject
     * @return the matching emails
     * @throws AssertionError if none arrives in time
     * @throws NullPointerException if {@code subject} is null
     */
    public Found withSubject(String subject) {
      Objects.requireNonNull(subject, "subject");
      return and("with subject \"" + subject + "\"", mail -> mail.subject().equals(subject));
    }

    /**
     * Asserts a part of the text.
     *
     * @param words a part of the text
     * @return the matching emails
     * @throws AssertionError if none arrives in time
     * @throws NullPointerException if {@code words} is null
     */
    public Found withText(String words) {
      Objects.requireNonNull(words, "words");
      return and(
          "with text \"" + words + "\"",
          mail -> mail.text().filter(text -> text.contains(words)).isPresent());
    }

    /**
     * Asserts a header.
     *
     * @param name its name; case-insensitive
     * @param value its whole value
     * @return the matching emails
     * @throws AssertionError if none arrives in time
     * @throws NullPointerException if an argument is null
     */
    public Found withHeader(String name, String value) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
      return and("with header " + name + ": " + value, mail -> mail.hasHeader(name, value));
    }

    /**
     * Asserts that a file is attached or shown as an inline image.
     *
     * @param fileName the file's name
     * @return the matching emails
     * @throws AssertionError if none arrives in time
     * @throws NullPointerException if {@code fileName} is null
     */
    public Found withAttachment(String fileName) {
      Objects.requireNonNull(fileName, "fileName");
      return and("with attachment " + fileName, mail -> mail.attachments().contains(fileName));
    }

    /**
     * Asserts the target of a link in the text, or in the HTML of an email without text.
     *
     * @param pathOrHost the end of the link's path, from a slash on, such as {@code
     *     /auth/reset-password}; or its host, such as {@code app.example.com}
     * @return the matching emails; {@link #withToken} then reads that link
     * @throws AssertionError if none arrives in time
     * @throws IllegalArgumentException if it is a whole URL
     * @throws NullPointerException if {@code pathOrHost} is null
     */
    public Found withLinkTo(String pathOrHost) {
      if (pathOrHost.contains("://")) {
        throw new IllegalArgumentException(
            "pathOrHost must be a path or a host, not a URL; call withLinkTo once for each: "
                + Quote.of(pathOrHost));
      }
      Predicate<MailLink> both = link.and(candidate -> candidate.leadsTo(pathOrHost));
      return new Found(deadline, condition, both, description, emails)
          .and("with a link to " + pathOrHost, mail -> mail.links().stream().anyMatch(both));
    }

    /**
     * Returns the parameter {@code token} of the email's link, or of the link that {@link
     * #withLinkTo} found, from the newest matching email. Which punctuation belongs to it, {@link
     * ReceivedMail#links} states.
     *
     * @return the token, decoded as an application decodes it
     * @throws AssertionError if no link with a token arrives in time
     */
    public String withToken() {
      Found found =
          and(
              "with a token in its link",
              mail -> mail.links().stream().filter(link).anyMatch(l -> l.token().isPresent()));
      CapturedMail newest = found.emails.get(found.emails.size() - 1);
      return newest.links().stream()
          .filter(link)
          .flatMap(candidate -> candidate.token().stream())
          .findFirst()
          .orElseThrow();
    }

    private Found and(String words, Predicate<CapturedMail> more) {
      Predicate<CapturedMail> all = condition.and(more);
      String sentence = (description + " " + words).strip();
      List<CapturedMail> emails = inbox.await(now -> now.stream().anyMatch(all), deadline);
      List<CapturedMail> matching = emails.stream().filter(all).toList();
      if (matching.isEmpty()) {
        throw new AssertionError(
            "Expected an email " + sentence + inTime() + ". " + describe(emails));
      }
      return new Found(deadline, all, link, sentence, matching);
    }

    /** The assertions in words. */
    @Override
    public String toString() {
      return "Found[" + description + "]";
    }
  }
}
