package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mail, complete and checked: it can be built only in a form that SES takes.
 *
 * <p>Guarantees: no line break or other control character in any header, 1 to 50 recipients, a
 * subject, a text part that is not blank, and no custom header that stands for a field of its own.
 *
 * <pre>{@code
 * Email email =
 *     Email.builder()
 *         .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
 *         .to(EmailAddress.of("ada@example.com"))
 *         .subject("Your export is ready")
 *         .text("Download it from your account page.")
 *         .build();
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Source: Amazon SES API v2 Reference,
 * "SendEmail", "Destination" and "MessageHeader".
 */
public final class Email {
  private final EmailAddress from;
  private final List<EmailAddress> to;
  private final String subject;
  private final String text;
  private final Optional<String> html;
  private final Map<String, String> headers;

  private Email(
      EmailAddress from,
      List<EmailAddress> to,
      String subject,
      String text,
      Optional<String> html,
      Map<String, String> headers) {
    this.from = from;
    this.to = List.copyOf(to);
    this.subject = subject;
    this.text = text;
    this.html = html;
    this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /**
   * A builder that needs at least sender, recipient, subject and text.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Who sends it.
   *
   * @return the sender
   */
  public EmailAddress from() {
    return from;
  }

  /**
   * Who gets it.
   *
   * @return 1 to 50 recipients; unmodifiable
   */
  public List<EmailAddress> to() {
    return to;
  }

  /**
   * The subject.
   *
   * @return one line
   */
  public String subject() {
    return subject;
  }

  /**
   * The plain text part.
   *
   * @return the text, never blank
   */
  public String text() {
    return text;
  }

  /**
   * The html part.
   *
   * @return the html, or empty for a mail of text alone
   */
  public Optional<String> html() {
    return html;
  }

  /**
   * Further headers.
   *
   * @return names with values, in the order they were added; unmodifiable
   */
  public Map<String, String> headers() {
    return headers;
  }

  /** Masked recipients only: subject and body may hold personal data or tokens. */
  @Override
  public String toString() {
    return "Email[to " + to + "]";
  }

  /**
   * Collects a mail; every method refuses at once what SES would refuse later.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private static final int MAX_RECIPIENTS = 50;
    private static final int MAX_HEADER_NAME = 126;
    private static final int MAX_HEADERS = 15;
    private static final int MAX_HEADER_VALUE = 870;
    private static final int MAX_SUBJECT = 995;
    private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]+");

    /** Headers that SES writes itself or that stand for a field of the mail. */
    private static final Set<String> RESERVED =
        Set.of(
            "from",
            "sender",
            "return-path",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "dkim-signature",
            "received");

    private @Nullable EmailAddress from;
    private final List<EmailAddress> to = new ArrayList<>();
    private @Nullable String subject;
    private @Nullable String text;
    private @Nullable String html;
    private final Map<String, String> headers = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets the sender.
     *
     * @param address an address whose domain is verified with SES
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     */
    public Builder from(EmailAddress address) {
      from = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Adds a recipient.
     *
     * @param address who gets the mail
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     * @throws IllegalArgumentException if it is the 51st
     */
    public Builder to(EmailAddress address) {
      Objects.requireNonNull(address, "address");
      if (to.size() == MAX_RECIPIENTS) {
        throw new IllegalArgumentException(
            "SES takes at most "
                + MAX_RECIPIENTS
                + " recipients a mail; send one mail to each instead.");
      }
      to.add(address);
      return this;
    }

    /**
     * Sets the subject.
     *
     * @param subject one line, not blank, of at most 995 characters
     * @return this builder
     * @throws NullPointerException if {@code subject} is null
     * @throws IllegalArgumentException if it is blank, too long or holds a line break or another
     *     control character
     */
    public Builder subject(String subject) {
      if (subject.isBlank()) {
        throw new IllegalArgumentException("The subject is blank; give it a text.");
      }
      int unsafe = Checks.indexOfUnsafeCharacter(subject);
      if (unsafe >= 0) {
        throw new IllegalArgumentException(
            "The subject holds "
                + Checks.describeCharacter(subject, unsafe)
                + "; line breaks and other control characters are not allowed.");
      }
      this.subject = checkLength("subject", subject, MAX_SUBJECT);
      return this;
    }

    /**
     * Sets the plain text part.
     *
     * @param text the text; line breaks are welcome
     * @return this builder
     * @throws NullPointerException if {@code text} is null
     * @throws IllegalArgumentException if it is blank or holds a control character
     */
    public Builder text(String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException(
            "The text part is blank. Not every reader shows html, so say it in text too.");
      }
      this.text = checkBody("text part", text);
      return this;
    }

    /**
     * Sets the html part.
     *
     * @param html a whole html document
     * @return this builder
     * @throws NullPointerException if {@code html} is null
     * @throws IllegalArgumentException if it is blank or holds a control character
     */
    public Builder html(String html) {
      if (html.isBlank()) {
        throw new IllegalArgumentException("The html part is blank; leave it out instead.");
      }
      this.html = checkBody("html part", html);
      return this;
    }

    /**
     * Adds a header, such as {@code X-Entity-Ref-ID}.
     *
     * @param name printable ASCII without a colon, at most 126 characters
     * @param value printable ASCII, 1 to 870 characters
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if name or value has another form, if the header was added
     *     before, if it is the 16th, or if it is one that SES or another method of this builder
     *     writes
     */
    public Builder header(String name, String value) {
      if (!HEADER_NAME.matcher(name).matches() || name.length() > MAX_HEADER_NAME) {
        throw new IllegalArgumentException(
            Checks.quote(name)
                + " is no header name. Give 1 to "
                + MAX_HEADER_NAME
                + " printable ASCII characters without space and colon.");
      }
      if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "The header " + name + " is SES's own or a part of the mail itself; leave it out.");
      }
      if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
        throw new IllegalArgumentException(
            "The header "
                + name
                + " has a value with a line break, another control character or a letter beyond"
                + " ASCII; SES takes printable ASCII only.");
      }
      checkLength("value of the header " + name, value, MAX_HEADER_VALUE);
      if (headers.size() == MAX_HEADERS) {
        throw new IllegalArgumentException(
            "SES takes at most " + MAX_HEADERS + " headers a mail; leave " + name + " out.");
      }
      if (headers.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException("The header " + name + " is given twice; give it once.");
      }
      headers.put(name, value);
      return this;
    }

    private static String checkLength(String what, String value, int max) {
      if (value.isEmpty() || value.length() > max) {
        throw new IllegalArgumentException(
            "The " + what + " has " + value.length() + " characters; SES takes 1 to " + max + ".");
      }
      return value;
    }

    /** SES would carry a NUL into the mail, and Java turns half a surrogate pair into "?". */
    private static String checkBody(String what, String body) {
      for (int i = 0; i < body.length(); i++) {
        char c = body.charAt(i);
        boolean lineBreakOrTab = c == '\n' || c == '\r' || c == '\t';
        if (!lineBreakOrTab && Checks.isUnsafe(body, i)) {
          throw new IllegalArgumentException(
              "The "
                  + what
                  + " holds "
                  + Checks.describeCharacter(body, i)
                  + "; leave control characters and unpaired surrogates out.");
        }
      }
      return body;
    }

    /**
     * The mail.
     *
     * @return an immutable mail
     * @throws IllegalStateException if sender, recipient, subject or text was not said; all that
     *     are missing are named
     */
    public Email build() {
      Required.of("The mail")
          .value("from", from)
          .condition("to", !to.isEmpty())
          .value("subject", subject)
          .value("text", text)
          .check();
      return new Email(
          Objects.requireNonNull(from),
          to,
          Objects.requireNonNull(subject),
          Objects.requireNonNull(text),
          Optional.ofNullable(html),
          headers);
    }
  }
}
