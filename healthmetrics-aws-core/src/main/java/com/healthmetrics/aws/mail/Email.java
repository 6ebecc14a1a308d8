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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mail, complete and checked: it can be built only in a form that SES takes.
 *
 * <p>Guarantees: no line break or other control character in any header, 1 to 50 recipients in all,
 * a subject, a text part that is not blank, no custom header that stands for a field of its own, no
 * attachment that SES does not carry, and at most 40 MB.
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
 * "SendEmail", "Destination", "MessageHeader" and "MessageTag"; Amazon SES Developer Guide, "Amazon
 * SES header fields".
 */
public final class Email {
  private final EmailAddress from;
  private final List<EmailAddress> replyTo;
  private final List<EmailAddress> to;
  private final List<EmailAddress> cc;
  private final List<EmailAddress> bcc;
  private final String subject;
  private final String text;
  private final Optional<String> html;
  private final Map<String, String> headers;
  private final List<EmailAttachment> attachments;
  private final Map<String, String> tags;
  private final Optional<String> configurationSet;
  private final Optional<String> idempotencyKey;
  private final boolean accountMail;

  private Email(Builder builder, EmailAddress from, String subject, String text) {
    this.from = from;
    this.replyTo = List.copyOf(builder.replyTo);
    this.to = List.copyOf(builder.to);
    this.cc = List.copyOf(builder.cc);
    this.bcc = List.copyOf(builder.bcc);
    this.subject = subject;
    this.text = text;
    this.html = Optional.ofNullable(builder.html);
    this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
    this.attachments = List.copyOf(builder.attachments);
    this.tags = Collections.unmodifiableMap(new LinkedHashMap<>(builder.tags));
    this.configurationSet = Optional.ofNullable(builder.configurationSet);
    this.idempotencyKey = Optional.ofNullable(builder.idempotencyKey);
    this.accountMail = builder.accountMail;
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
   * A builder that holds all that this mail holds, to make another one of it.
   *
   * @return a new builder; this mail stays as it is
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * Where answers go.
   *
   * @return the addresses; empty when they go to the sender; unmodifiable
   */
  public List<EmailAddress> replyTo() {
    return replyTo;
  }

  /**
   * Whom it is to.
   *
   * @return the recipients that everybody sees; unmodifiable
   */
  public List<EmailAddress> to() {
    return to;
  }

  /**
   * Who gets a copy.
   *
   * @return the recipients of copies that everybody sees; unmodifiable
   */
  public List<EmailAddress> cc() {
    return cc;
  }

  /**
   * Who gets a copy that the others do not see.
   *
   * @return the hidden recipients; unmodifiable
   */
  public List<EmailAddress> bcc() {
    return bcc;
  }

  /**
   * Everybody who gets it, hidden recipients included.
   *
   * @return 1 to 50 recipients; unmodifiable
   */
  public List<EmailAddress> recipients() {
    return Stream.of(to, cc, bcc).flatMap(List::stream).toList();
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

  /**
   * Files and inline images.
   *
   * @return the attachments, in the order they were added; unmodifiable
   */
  public List<EmailAttachment> attachments() {
    return attachments;
  }

  /**
   * What SES's events about this mail repeat.
   *
   * @return names with values, in the order they were added; unmodifiable
   */
  public Map<String, String> tags() {
    return tags;
  }

  /**
   * The configuration set that this mail asks for.
   *
   * @return its name, or empty where the mailer's own is used
   */
  public Optional<String> configurationSet() {
    return configurationSet;
  }

  /**
   * What an {@link IdempotentMailer} knows this mail by; it is never sent.
   *
   * @return the key, or empty where every call of {@code send} makes a mail
   */
  public Optional<String> idempotencyKey() {
    return idempotencyKey;
  }

  /**
   * Whether it is a mail that an account needs, such as a password reset.
   *
   * @return true if the builder's {@link Builder#accountMail()} was called
   */
  public boolean isAccountMail() {
    return accountMail;
  }

  /** Masked recipients only: subject and body may hold personal data or tokens. */
  @Override
  public String toString() {
    return "Email[to " + recipients() + "]";
  }

  /**
   * Collects a mail; every method refuses at once what SES would refuse later.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private static final int MAX_RECIPIENTS = 50;
    private static final int MAX_HEADER_NAME = 126;
    static final int MAX_HEADERS = 15;
    static final int MAX_HEADER_VALUE = 870;
    static final int MAX_SUBJECT = 995;
    private static final long MAX_BYTES = 40L * 1024 * 1024;

    /** Nothing that would make it another content id. */
    private static final String AFTER_ID = "(?![A-Za-z0-9._+@-])";

    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,255}");
    private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]+");

    /** What makes unsubscribing possible, and a mail that nobody may unsubscribe from suspect. */
    private static final String UNSUBSCRIBE = "list-unsubscribe";

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
            "content-disposition",
            "content-id",
            "dkim-signature",
            "received");

    private @Nullable EmailAddress from;
    private final List<EmailAddress> replyTo = new ArrayList<>();
    private final List<EmailAddress> to = new ArrayList<>();
    private final List<EmailAddress> cc = new ArrayList<>();
    private final List<EmailAddress> bcc = new ArrayList<>();
    private @Nullable String subject;
    private @Nullable String text;
    private @Nullable String html;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<EmailAttachment> attachments = new ArrayList<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private @Nullable String configurationSet;
    private @Nullable String idempotencyKey;
    private boolean accountMail;

    private Builder() {}

    private Builder(Email email) {
      from = email.from;
      replyTo.addAll(email.replyTo);
      to.addAll(email.to);
      cc.addAll(email.cc);
      bcc.addAll(email.bcc);
      subject = email.subject;
      text = email.text;
      html = email.html.orElse(null);
      headers.putAll(email.headers);
      attachments.addAll(email.attachments);
      tags.putAll(email.tags);
      configurationSet = email.configurationSet.orElse(null);
      idempotencyKey = email.idempotencyKey.orElse(null);
      accountMail = email.accountMail;
    }

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
     * Adds an address to which answers go instead of the sender's.
     *
     * @param address who reads answers
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     */
    public Builder replyTo(EmailAddress address) {
      replyTo.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /**
     * Adds a recipient.
     *
     * @param address who gets the mail
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     * @throws IllegalArgumentException if it is the 51st recipient, copies included
     */
    public Builder to(EmailAddress address) {
      return add(to, address);
    }

    /**
     * Adds a recipient of a copy, which all recipients see.
     *
     * @param address who gets the copy
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     * @throws IllegalArgumentException if it is the 51st recipient, copies included
     */
    public Builder cc(EmailAddress address) {
      return add(cc, address);
    }

    /**
     * Adds a recipient of a copy, which no other recipient sees.
     *
     * @param address who gets the copy
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     * @throws IllegalArgumentException if it is the 51st recipient, copies included
     */
    public Builder bcc(EmailAddress address) {
      return add(bcc, address);
    }

    private Builder add(List<EmailAddress> recipients, EmailAddress address) {
      Objects.requireNonNull(address, "address");
      if (to.size() + cc.size() + bcc.size() == MAX_RECIPIENTS) {
        throw new IllegalArgumentException(
            "SES takes at most "
                + MAX_RECIPIENTS
                + " recipients a mail, copies included; send one mail to each instead.");
      }
      recipients.add(address);
      return this;
    }

    /**
     * Takes all recipients out, those of copies included, to give the mail others.
     *
     * @return this builder
     */
    public Builder withoutRecipients() {
      to.clear();
      cc.clear();
      bcc.clear();
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
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (RESERVED.contains(lowerCase) || lowerCase.startsWith("x-ses-")) {
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

    /**
     * Adds a file or an inline image.
     *
     * @param attachment the file
     * @return this builder
     * @throws NullPointerException if {@code attachment} is null
     */
    public Builder attach(EmailAttachment attachment) {
      attachments.add(Objects.requireNonNull(attachment, "attachment"));
      return this;
    }

    /**
     * Adds a tag, which SES's events about this mail repeat; it takes a configuration set to have
     * events.
     *
     * @param name 1 to 256 letters, digits, hyphens and underscores
     * @param value of the same form; nothing personal, as events travel far
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if name or value has another form, or if the tag was added
     *     before
     */
    public Builder tag(String name, String value) {
      if (!TAG.matcher(name).matches() || !TAG.matcher(value).matches()) {
        throw new IllegalArgumentException(
            Checks.quote(name)
                + " is no tag, or its value is none. Give 1 to 256 letters, digits, hyphens and"
                + " underscores for both.");
      }
      if (tags.putIfAbsent(name, value) != null) {
        throw new IllegalArgumentException("The tag " + name + " is given twice; give it once.");
      }
      return this;
    }

    /**
     * Sets the configuration set of this mail, in place of the mailer's.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws NullPointerException if {@code name} is null
     * @throws IllegalArgumentException if the name has another form
     */
    public Builder configurationSet(String name) {
      configurationSet = Checks.configurationSet(name);
      return this;
    }

    /**
     * Names this mail, so that an {@link IdempotentMailer} sends it once however often it is asked.
     *
     * <p>The key stands for one mail to one recipient at one occasion: two mails of the same key
     * are the same mail, whatever is written in them. {@link Email#toBuilder()} keeps it; give
     * another mail another key.
     *
     * @param key 1 to 255 visible ASCII characters without spaces, such as {@code reset-7f3c9a51};
     *     no token and no address, as stores keep it and logs may show it
     * @return this builder
     * @throws NullPointerException if {@code key} is null
     * @throws IllegalArgumentException if the key has another form
     */
    public Builder idempotencyKey(String key) {
      if (!IDEMPOTENCY_KEY.matcher(key).matches()) {
        throw new IllegalArgumentException(
            "The idempotency key has "
                + key.length()
                + " characters or holds a space, a control character or a letter beyond ASCII. Give"
                + " 1 to 255 visible ASCII characters.");
      }
      idempotencyKey = key;
      return this;
    }

    /**
     * Says that this is a mail which an account needs, such as a verification or a password reset.
     *
     * <p>It goes to one recipient alone, says that it is automatic ({@code Auto-Submitted:
     * auto-generated}, so that no out-of-office answer comes back), and cannot be unsubscribed
     * from.
     *
     * @return this builder
     */
    public Builder accountMail() {
      accountMail = true;
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
     * @throws IllegalStateException if sender, recipient, subject or text was not said, all that
     *     are missing are named; if the html does not show an inline image; if the mail has more
     *     than 40 MB; or if an account mail has several recipients or can be unsubscribed from
     */
    public Email build() {
      Required.of("The mail")
          .value("from", from)
          .condition("to", !(to.isEmpty() && cc.isEmpty() && bcc.isEmpty()))
          .value("subject", subject)
          .value("text", text)
          .check();
      String checkedText = Objects.requireNonNull(text);
      requireShownImages();
      requireSize(checkedText);
      if (accountMail) {
        requireAccountMail();
        headerUnlessGiven("Auto-Submitted", "auto-generated");
        headerUnlessGiven("X-Auto-Response-Suppress", "All");
      }
      return new Email(
          this, Objects.requireNonNull(from), Objects.requireNonNull(subject), checkedText);
    }

    private void headerUnlessGiven(String name, String value) {
      if (headers.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
        header(name, value);
      }
    }

    private void requireShownImages() {
      String shown = html == null ? "" : html;
      for (EmailAttachment attachment : attachments) {
        attachment
            .contentId()
            .filter(
                id -> !Pattern.compile("cid:" + Pattern.quote(id) + AFTER_ID).matcher(shown).find())
            .ifPresent(
                id -> {
                  throw new IllegalStateException(
                      "The html does not show the inline image "
                          + Checks.quote(id)
                          + ". Write <img src=\"cid:"
                          + id
                          + "\">, or attach it as a file.");
                });
      }
    }

    /** SES counts the mail as it is sent, with attachments in base64. */
    private void requireSize(String checkedText) {
      long bytes = checkedText.length() + (html == null ? 0L : html.length());
      for (EmailAttachment attachment : attachments) {
        bytes += (attachment.sizeBytes() + 2L) / 3 * 4;
      }
      if (bytes > MAX_BYTES) {
        throw new IllegalStateException(
            "The mail has "
                + bytes
                + " bytes, attachments in base64; SES takes at most "
                + MAX_BYTES
                + ". Send a link to the file instead.");
      }
    }

    private void requireAccountMail() {
      if (to.size() != 1 || !cc.isEmpty() || !bcc.isEmpty()) {
        throw new IllegalStateException(
            "An account mail has "
                + to.size()
                + " recipients and "
                + (cc.size() + bcc.size())
                + " copies; it holds a secret of one person, so send it to one.");
      }
      headers.forEach(
          (name, value) -> {
            if (name.equalsIgnoreCase("Auto-Submitted") && !value.equals("auto-generated")) {
              throw new IllegalStateException(
                  "An account mail says Auto-Submitted: "
                      + Checks.quote(value)
                      + "; leave the header out, or give auto-generated.");
            }
          });
      headers.keySet().stream()
          .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(UNSUBSCRIBE))
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalStateException(
                    "An account mail carries the header "
                        + name
                        + ", but nobody can unsubscribe from it; leave the header out.");
              });
    }
  }
}
