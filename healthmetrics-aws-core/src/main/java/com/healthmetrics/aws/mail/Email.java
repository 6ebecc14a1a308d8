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
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An email, complete and checked: it can be built only in a form that SES accepts.
 *
 * <p>Guarantees: no line break or other control character in any header, 1 to 50 recipients in all,
 * a subject, a text part that is not blank, no custom header that stands for a field of the email,
 * no attachment that SES does not carry, and at most 40 MB.
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
 * <p>Immutable and thread-safe. Source: Amazon SES API v2 Reference, "SendEmail", "Destination",
 * "MessageHeader" and "MessageTag"; Amazon SES Developer Guide, "Amazon SES header fields".
 */
public final class Email {
  /** A copy that nothing else refers to, so it never changes. */
  private final Builder parts;

  private Email(Builder parts) {
    this.parts = parts;
  }

  /** {@return a new builder; from, at least one recipient, subject and text are required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the sender} */
  public EmailAddress from() {
    return Objects.requireNonNull(parts.from);
  }

  /**
   * {@return a new builder with everything that this email has, to make another one of it; this
   * email does not change}
   */
  public Builder toBuilder() {
    return new Builder(parts);
  }

  /** This email with the id of an attempt to send it, in place of that of another attempt. */
  Email withAttempt(String attempt) {
    Builder other = new Builder(parts);
    other.tags.put(SesLimits.ATTEMPT_TAG, attempt);
    return new Email(other);
  }

  /** {@return the addresses that replies go to; unmodifiable, empty if they go to the sender} */
  public List<EmailAddress> replyTo() {
    return Collections.unmodifiableList(parts.replyTo);
  }

  /** {@return the To recipients; unmodifiable} */
  public List<EmailAddress> to() {
    return Collections.unmodifiableList(parts.to);
  }

  /** {@return the Cc recipients, whom all recipients see; unmodifiable} */
  public List<EmailAddress> cc() {
    return Collections.unmodifiableList(parts.cc);
  }

  /** {@return the Bcc recipients, whom no other recipient sees; unmodifiable} */
  public List<EmailAddress> bcc() {
    return Collections.unmodifiableList(parts.bcc);
  }

  /** {@return the 1 to 50 To, Cc and Bcc recipients; unmodifiable} */
  public List<EmailAddress> recipients() {
    List<EmailAddress> all = new ArrayList<>(parts.to);
    all.addAll(parts.cc);
    all.addAll(parts.bcc);
    return Collections.unmodifiableList(all);
  }

  /** {@return the subject, one line} */
  public String subject() {
    return Objects.requireNonNull(parts.subject);
  }

  /** {@return the plain text part, never blank} */
  public String text() {
    return Objects.requireNonNull(parts.text);
  }

  /** {@return the HTML part, or empty for an email of text only} */
  public Optional<String> html() {
    return Optional.ofNullable(parts.html);
  }

  /** {@return further headers: names with values, in the order they were added; unmodifiable} */
  public Map<String, String> headers() {
    return Collections.unmodifiableMap(parts.headers);
  }

  /** {@return files and inline images, in the order they were added; unmodifiable} */
  public List<EmailAttachment> attachments() {
    return Collections.unmodifiableList(parts.attachments);
  }

  /** {@return the tags, which SES's events about this email repeat; unmodifiable} */
  public Map<String, String> tags() {
    return Collections.unmodifiableMap(parts.tags);
  }

  /** {@return the configuration set of this email, or empty if the mailer's is used} */
  public Optional<String> configurationSet() {
    return Optional.ofNullable(parts.configurationSet);
  }

  /** {@return the key by which a {@link MailerChain} sends this email once; it is never sent} */
  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(parts.idempotencyKey);
  }

  /** {@return whether it is an account email, see {@link Builder#accountMail()}} */
  public boolean isAccountMail() {
    return parts.accountMail;
  }

  /** Masked recipients only: subject and body may hold personal data or tokens. */
  @Override
  public String toString() {
    return "Email[to " + recipients() + "]";
  }

  /**
   * Builder for {@link Email}; every method refuses at once what SES would reject later. Not
   * thread-safe.
   */
  public static final class Builder {
    /** The end of a content id. */
    private static final String AFTER_ID = "(?![A-Za-z0-9._+@-])";

    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,255}");

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

    private Builder(Builder other) {
      from = other.from;
      replyTo.addAll(other.replyTo);
      to.addAll(other.to);
      cc.addAll(other.cc);
      bcc.addAll(other.bcc);
      subject = other.subject;
      text = other.text;
      html = other.html;
      headers.putAll(other.headers);
      attachments.addAll(other.attachments);
      tags.putAll(other.tags);
      configurationSet = other.configurationSet;
      idempotencyKey = other.idempotencyKey;
      accountMail = other.accountMail;
    }

    /**
     * Sets the sender.
     *
     * @param address an address whose domain is verified with SES
     * @return this builder
     */
    public Builder from(EmailAddress address) {
      from = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Adds an address to which replies go instead of the sender's.
     *
     * @param address the address for replies
     * @return this builder
     */
    public Builder replyTo(EmailAddress address) {
      replyTo.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /**
     * Adds a To recipient.
     *
     * @param address the recipient
     * @return this builder
     * @throws IllegalArgumentException if it is the 51st recipient, Cc and Bcc included
     */
    public Builder to(EmailAddress address) {
      return add(to, address);
    }

    /**
     * Adds a Cc recipient, whom all recipients see.
     *
     * @param address the recipient
     * @return this builder
     * @throws IllegalArgumentException if it is the 51st recipient, Cc and Bcc included
     */
    public Builder cc(EmailAddress address) {
      return add(cc, address);
    }

    /**
     * Adds a Bcc recipient, whom no other recipient sees.
     *
     * @param address the recipient
     * @return this builder
     * @throws IllegalArgumentException if it is the 51st recipient, Cc and Bcc included
     */
    public Builder bcc(EmailAddress address) {
      return add(bcc, address);
    }

    private Builder add(List<EmailAddress> recipients, EmailAddress address) {
      Objects.requireNonNull(address, "address");
      SesLimits.checkRoomForRecipient(to.size() + cc.size() + bcc.size());
      recipients.add(address);
      return this;
    }

    /**
     * Removes all recipients, Cc and Bcc included, to give the email others.
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
     * @throws IllegalArgumentException if it is blank, too long or contains a line break, another
     *     control character, a direction override, or what readers would decode ({@code =?…?=}, RFC
     *     2047)
     */
    public Builder subject(String subject) {
      this.subject = SesLimits.checkSubject(subject);
      return this;
    }

    /**
     * Sets the plain text part.
     *
     * @param text the text; line breaks are allowed
     * @return this builder
     * @throws IllegalArgumentException if it is blank or contains a control character
     */
    public Builder text(String text) {
      return checkedText(SesLimits.checkBody("text part", text));
    }

    /** Sets a text part that has no control characters. */
    Builder checkedText(String text) {
      if (text.isBlank()) {
        throw Invalid.argument(
            "The text part is blank. Not every mail client shows HTML, so write a text part too.");
      }
      this.text = text;
      return this;
    }

    /**
     * Sets the HTML part. Default: none.
     *
     * @param html a whole HTML document
     * @return this builder
     * @throws IllegalArgumentException if it is blank or contains a control character
     */
    public Builder html(String html) {
      return checkedHtml(SesLimits.checkBody("HTML part", html));
    }

    /** Sets an HTML part that has no control characters. */
    Builder checkedHtml(String html) {
      if (html.isBlank()) {
        throw Invalid.argument("The HTML part is blank; leave it out instead.");
      }
      this.html = html;
      return this;
    }

    /**
     * Adds a header, such as {@code X-Entity-Ref-ID}.
     *
     * @param name printable ASCII without a colon, at most 126 characters
     * @param value printable ASCII, 1 character or more, without {@code =?…?=} (RFC 2047); at most
     *     996 together with the name
     * @return this builder
     * @throws IllegalArgumentException if name or value has another form, if the header was added
     *     before, if it is the 16th, or if SES or another method of this builder writes it
     */
    public Builder header(String name, String value) {
      SesLimits.checkHeader(name, value, headers.keySet());
      headers.put(name, value);
      return this;
    }

    /**
     * Adds a file or an inline image.
     *
     * @param attachment the file
     * @return this builder
     */
    public Builder attach(EmailAttachment attachment) {
      attachments.add(Objects.requireNonNull(attachment, "attachment"));
      return this;
    }

    /**
     * Adds a tag, which SES's events about this email repeat; events need a configuration set.
     *
     * @param name 1 to 255 letters, digits, hyphens and underscores; not {@code
     *     healthmetrics-attempt}, by which a {@link MailerChain} settles emails
     * @param value of the same form; nothing personal, as events travel far
     * @return this builder
     * @throws IllegalArgumentException if name or value has another form, if the name is that of
     *     {@link MailerChain}, or if the tag was added before
     */
    public Builder tag(String name, String value) {
      SesLimits.checkTag(name, value);
      if (tags.putIfAbsent(name, value) != null) {
        throw Invalid.argument("The tag %s is set twice; set it once.", name);
      }
      return this;
    }

    /**
     * Sets the configuration set of this email. Default: the mailer's.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws IllegalArgumentException if the name has another form
     */
    public Builder configurationSet(String name) {
      configurationSet = Checks.configurationSet(name);
      return this;
    }

    /**
     * Names this email, so that a {@link MailerChain} with {@link MailerChain.Builder#once} sends
     * it once, however often it is asked to. Default: every call of {@code send} sends.
     *
     * <p>The key stands for one email to one recipient on one occasion: two emails with the same
     * key are the same email, whatever their content. {@link Email#toBuilder()} keeps it; give
     * another email another key.
     *
     * @param key 1 to 255 visible ASCII characters without spaces, such as {@code reset-7f3c9a51};
     *     not a token or an address, as stores keep it and logs may show it
     * @return this builder
     * @throws IllegalArgumentException if the key has another form
     */
    public Builder idempotencyKey(String key) {
      if (!IDEMPOTENCY_KEY.matcher(key).matches()) {
        throw Invalid.argument(
            "The idempotency key has %s characters or contains a space, a control character or a"
                + " letter beyond ASCII. Use 1 to 255 visible ASCII characters.",
            key.length());
      }
      idempotencyKey = key;
      return this;
    }

    /**
     * Marks this as an email that an account needs, such as a verification or a password reset.
     *
     * <p>It goes to one recipient only, states that it is automatic ({@code Auto-Submitted:
     * auto-generated}, so that no out-of-office reply comes back), and cannot be unsubscribed from.
     * Unless you set one, it gets a random {@code X-Entity-Ref-ID}, so that Gmail does not fold the
     * newest of several emails with the same subject under an older one; Gmail does not document
     * that header. So there is room for 12 other headers. Default: not an account email.
     *
     * @return this builder
     */
    public Builder accountMail() {
      accountMail = true;
      return this;
    }

    /**
     * Builds the email.
     *
     * @return the email
     * @throws IllegalStateException if sender, recipient, subject or text is missing, all that are
     *     missing are named; if the HTML does not show an inline image; if the email has more than
     *     40 MB; or if an account email has several recipients, can be unsubscribed from, states in
     *     {@code Auto-Submitted} that it is not automatic, or has so many headers that its
     *     automatic ones would exceed 15
     */
    public Email build() {
      Required.of("The email")
          .value("from", from)
          .condition("to", !(to.isEmpty() && cc.isEmpty() && bcc.isEmpty()))
          .value("subject", subject)
          .value("text", text)
          .check();
      requireShownImages();
      Builder whole = new Builder(this);
      if (accountMail) {
        requireAccountMail();
        Map<String, String> automatic = new LinkedHashMap<>();
        automatic.put("Auto-Submitted", "auto-generated");
        automatic.put("X-Auto-Response-Suppress", "All");
        automatic.put("X-Entity-Ref-ID", UUID.randomUUID().toString());
        whole.addAutomatic(automatic);
      }
      Email email = new Email(whole);
      SesLimits.requireSize(email);
      return email;
    }

    private void addAutomatic(Map<String, String> automatic) {
      automatic
          .keySet()
          .removeIf(name -> headers.keySet().stream().anyMatch(name::equalsIgnoreCase));
      int room = SesLimits.MAX_HEADERS - automatic.size();
      if (headers.size() > room) {
        throw Invalid.state(
            "An account email has %s headers of its own, but SES accepts %s, and %s go to %s. Leave"
                + " out what is more than %s.",
            headers.size(),
            SesLimits.MAX_HEADERS,
            automatic.size(),
            String.join(", ", automatic.keySet()),
            room);
      }
      automatic.forEach(this::header);
    }

    private void requireShownImages() {
      String shown = html == null ? "" : html;
      for (EmailAttachment attachment : attachments) {
        String id = attachment.contentId().orElse("");
        if (!id.isEmpty()
            && !Pattern.compile("cid:" + Pattern.quote(id) + AFTER_ID).matcher(shown).find()) {
          throw Invalid.state(
              "The HTML does not show the inline image %s. Write <img src=\"cid:%s\">, or attach it"
                  + " as a file.",
              Checks.quote(id), id);
        }
      }
    }

    private void requireAccountMail() {
      if (to.size() != 1 || !cc.isEmpty() || !bcc.isEmpty()) {
        throw Invalid.state(
            "An account email has %s recipients and %s Cc or Bcc recipients; it contains a secret"
                + " of one person, so send it to one.",
            to.size(), cc.size() + bcc.size());
      }
      headers.forEach(
          (name, value) -> {
            if (name.equalsIgnoreCase("Auto-Submitted") && !value.equals("auto-generated")) {
              throw Invalid.state(
                  "An account email has the header Auto-Submitted: %s; leave the header out, or use"
                      + " auto-generated.",
                  Checks.quote(value));
            }
            // Nobody can unsubscribe from an account email.
            if (name.toLowerCase(Locale.ROOT).startsWith("list-unsubscribe")) {
              throw Invalid.state(
                  "An account email has the header %s, but nobody can unsubscribe from it; leave the"
                      + " header out.",
                  name);
            }
          });
    }
  }
}
