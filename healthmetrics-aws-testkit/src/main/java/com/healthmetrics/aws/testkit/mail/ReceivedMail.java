package com.healthmetrics.aws.testkit.mail;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An email that {@link LocalSes} accepted; one for each send, whatever the number of recipients.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.start()) {
 *   // let the application send its email, then
 *   ReceivedMail mail = ses.emails().get(0);
 *   assertEquals(List.of("ada@example.com"), mail.to());
 *   String link = mail.links().get(0);
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class ReceivedMail {
  private final String messageId;
  private final Instant receivedAt;
  private final Parts parts;
  private final List<String> deliveredTo;

  ReceivedMail(String messageId, Instant receivedAt, Parts parts, List<String> deliveredTo) {
    this.messageId = messageId;
    this.receivedAt = receivedAt;
    this.parts = parts;
    this.deliveredTo = List.copyOf(deliveredTo);
  }

  /** The content of the request. */
  record Parts(
      String from,
      List<String> to,
      List<String> cc,
      List<String> bcc,
      List<String> replyTo,
      String subject,
      Optional<String> text,
      Optional<String> html,
      Map<String, String> headers,
      List<Attachment> attachments,
      Map<String, String> tags,
      Optional<String> configurationSet,
      Optional<byte[]> raw) {

    Parts {
      to = List.copyOf(to);
      cc = List.copyOf(cc);
      bcc = List.copyOf(bcc);
      replyTo = List.copyOf(replyTo);
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
      attachments = List.copyOf(attachments);
      tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /** All recipients, in the order of To, Cc and Bcc. */
    List<MailAddress> recipients() {
      return Stream.of(to, cc, bcc)
          .flatMap(List::stream)
          .map(text -> MailAddress.parse(text, "a recipient"))
          .toList();
    }
  }

  /** {@return the message id of the response} */
  public String messageId() {
    return messageId;
  }

  /** {@return the instant of the send, by the server's clock} */
  public Instant receivedAt() {
    return receivedAt;
  }

  /** {@return the sender as sent, with its display name if it has one} */
  public String from() {
    return parts.from();
  }

  /** {@return the To recipients as sent: an immutable list} */
  public List<String> to() {
    return parts.to();
  }

  /** {@return the Cc recipients as sent: an immutable list} */
  public List<String> cc() {
    return parts.cc();
  }

  /** {@return the Bcc recipients as sent: an immutable list} */
  public List<String> bcc() {
    return parts.bcc();
  }

  /**
   * {@return the recipients that SES delivers the email to, as bare addresses: an immutable list}
   *
   * <p>The others are on a suppression list or bounce, or the email has a virus; {@link
   * LocalSes#events} has the details.
   */
  public List<String> deliveredTo() {
    return deliveredTo;
  }

  List<MailAddress> recipients() {
    return parts.recipients();
  }

  /** {@return the Reply-To addresses as sent: an immutable list} */
  public List<String> replyTo() {
    return parts.replyTo();
  }

  /** {@return the subject, decoded; empty only for a raw email without one} */
  public String subject() {
    return parts.subject();
  }

  /** {@return the text part, or empty; lines of a raw email end in a line feed} */
  public Optional<String> text() {
    return parts.text();
  }

  /** {@return the HTML part, or empty} */
  public Optional<String> html() {
    return parts.html();
  }

  /**
   * {@return the custom headers: an immutable map in the order of the request, values of one name
   * joined by commas}
   *
   * <p>For a raw email these are all headers except those that another accessor returns and those
   * that SES writes.
   */
  public Map<String, String> headers() {
    return parts.headers();
  }

  /** {@return the attached files and inline images: an immutable list in order} */
  public List<Attachment> attachments() {
    return parts.attachments();
  }

  /** {@return the message tags: an immutable map in the order of the request} */
  public Map<String, String> tags() {
    return parts.tags();
  }

  /** {@return the name of the configuration set, of the request or of the identity, or empty} */
  public Optional<String> configurationSet() {
    return parts.configurationSet();
  }

  /**
   * Returns the complete message, as in an {@code .eml} file: the bytes of a raw email as they
   * arrived, otherwise the message that SES would compose. It has no Bcc recipients, unless a raw
   * email has them in its header.
   *
   * <p>Every line ends in CRLF, also where a raw email had LF only, and has at most 998 characters
   * of ASCII (RFC 5322, section 2.1.1).
   *
   * @return a copy of the bytes
   * @throws IllegalStateException if the email is not a raw one and Jakarta Mail is absent; the
   *     message names the dependency to add
   */
  public byte[] rawMime() {
    if (parts.raw().isPresent()) {
      return parts.raw().get().clone();
    }
    if (!JakartaMail.isPresent()) {
      throw new IllegalStateException(JakartaMail.ADD);
    }
    return JakartaMail.using(() -> MimeWriter.write(this));
  }

  /**
   * Returns the http and https links of the text part, or of an HTML part without text.
   *
   * <p>A link of the text is whole, whatever it ends in, if the HTML part links to it too, if it is
   * in angle brackets, or if it has a line to itself. Among other words it ends before the
   * punctuation that follows it, as most email clients show it.
   *
   * @return an immutable list in order
   */
  public List<String> links() {
    return MailLink.in(text(), html()).stream().map(MailLink::url).toList();
  }

  /** Id, subject and masked recipients; no body. */
  @Override
  public String toString() {
    return "ReceivedMail["
        + messageId
        + ", to "
        + to().stream().map(MailAddress::mask).toList()
        + ", subject \""
        + subject()
        + "\"]";
  }

  /**
   * An attached file or an inline image of an email.
   *
   * <p>Immutable and thread-safe.
   */
  public static final class Attachment {
    private final String fileName;
    private final String mediaType;
    private final Optional<String> contentId;
    private final Optional<String> description;
    private final boolean inline;
    private final byte[] bytes;

    Attachment(
        String fileName,
        String mediaType,
        Optional<String> contentId,
        Optional<String> description,
        boolean inline,
        byte[] bytes) {
      this.fileName = fileName;
      this.mediaType = mediaType;
      this.contentId = contentId;
      this.description = description;
      this.inline = inline;
      this.bytes = bytes.clone();
    }

    /** {@return the file name as the recipient sees it; empty only for a raw email without one} */
    public String fileName() {
      return fileName;
    }

    /**
     * {@return the media type, such as {@code application/pdf}, with its parameters but {@code
     * name}}
     */
    public String mediaType() {
      return mediaType;
    }

    /**
     * {@return the content id without angle brackets, such as {@code logo} for {@code <img
     * src="cid:logo">}; empty for a file without one}
     */
    public Optional<String> contentId() {
      return contentId;
    }

    /** {@return a copy of the content} */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** What it is, in words. */
    Optional<String> description() {
      return description;
    }

    /** Whether it is shown inline, not as an attached file. */
    boolean inline() {
      return inline;
    }

    /** Name, type and size. */
    @Override
    public String toString() {
      return "Attachment[" + fileName + ", " + mediaType + ", " + bytes.length + " bytes]";
    }
  }
}
