package com.healthmetrics.aws.testkit.mail;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One mail that {@link LocalSes} accepted, however many recipients it has.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.start()) {
 *   // let the application send its mail, then
 *   ReceivedMail mail = ses.emails().get(0);
 *   assertEquals(List.of("ada@example.com"), mail.to());
 *   String link = mail.links().get(0);
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class ReceivedMail {
  // A full stop or bracket that ends the sentence is not part of the link.
  private static final Pattern LINK =
      Pattern.compile("https?://[^\\s<>\"]*[^\\s<>\".,;:!?)\\]}']", Pattern.CASE_INSENSITIVE);

  private final String messageId;
  private final Instant receivedAt;
  private final Parts parts;

  ReceivedMail(String messageId, Instant receivedAt, Parts parts) {
    this.messageId = messageId;
    this.receivedAt = receivedAt;
    this.parts = parts;
  }

  /** What the request said. */
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
  }

  /**
   * The id that the sender got back.
   *
   * @return the message id
   */
  public String messageId() {
    return messageId;
  }

  /**
   * When it arrived, by the server's clock.
   *
   * @return the instant
   */
  public Instant receivedAt() {
    return receivedAt;
  }

  /**
   * The sender as it was sent, with a display name if there was one.
   *
   * @return the address
   */
  public String from() {
    return parts.from();
  }

  /**
   * The To recipients as they were sent.
   *
   * @return an immutable list, empty when there is none
   */
  public List<String> to() {
    return parts.to();
  }

  /**
   * The Cc recipients as they were sent.
   *
   * @return an immutable list, empty when there is none
   */
  public List<String> cc() {
    return parts.cc();
  }

  /**
   * The Bcc recipients as they were sent.
   *
   * @return an immutable list, empty when there is none
   */
  public List<String> bcc() {
    return parts.bcc();
  }

  /**
   * The Reply-To addresses as they were sent.
   *
   * @return an immutable list, empty when there is none
   */
  public List<String> replyTo() {
    return parts.replyTo();
  }

  /**
   * The subject.
   *
   * @return the subject, decoded; empty only for a raw mail that has none
   */
  public String subject() {
    return parts.subject();
  }

  /**
   * The text part.
   *
   * @return the text, or empty; lines of a raw mail end in a line feed, as the others usually do
   */
  public Optional<String> text() {
    return parts.text();
  }

  /**
   * The html part.
   *
   * @return the html, or empty
   */
  public Optional<String> html() {
    return parts.html();
  }

  /**
   * The custom headers: for a raw mail all but those that another accessor stands for and those
   * that SES writes itself.
   *
   * @return an immutable map in the order of the request; values that came under one name are
   *     joined by commas
   */
  public Map<String, String> headers() {
    return parts.headers();
  }

  /**
   * The attached files and the inline images.
   *
   * @return an immutable list in the order of the mail, empty when there is none
   */
  public List<Attachment> attachments() {
    return parts.attachments();
  }

  /**
   * The message tags.
   *
   * @return an immutable map in the order of the request
   */
  public Map<String, String> tags() {
    return parts.tags();
  }

  /**
   * The configuration set the mail was sent through.
   *
   * @return its name, or empty
   */
  public Optional<String> configurationSet() {
    return parts.configurationSet();
  }

  /**
   * The whole mail as a file with the ending {@code .eml}: what arrived for a raw mail, otherwise
   * what SES would make of the parts. Bcc recipients are in neither, unless a sender put them
   * there.
   *
   * @return the octets; a copy
   * @throws IllegalStateException if the mail arrived in parts and Jakarta Mail, which writes them
   *     as MIME, is absent; the message says what to add
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
   * The http and https links of the text part, which is where a test finds a token.
   *
   * @return an immutable list in the order of the text; empty when there is no text part
   */
  public List<String> links() {
    return linksIn(text().orElse(""));
  }

  static List<String> linksIn(String text) {
    return LINK.matcher(text).results().map(MatchResult::group).toList();
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
   * A file that came with a mail, or an image that its html shows.
   *
   * <p>Immutable and thread-safe.
   */
  public static final class Attachment {
    private final String fileName;
    private final String mediaType;
    private final Optional<String> contentId;
    private final boolean inline;
    private final byte[] bytes;

    Attachment(
        String fileName,
        String mediaType,
        Optional<String> contentId,
        boolean inline,
        byte[] bytes) {
      this.fileName = fileName;
      this.mediaType = mediaType;
      this.contentId = contentId;
      this.inline = inline;
      this.bytes = bytes.clone();
    }

    /**
     * The file's name.
     *
     * @return the name, as the recipient sees it; empty only where a raw mail gives none
     */
    public String fileName() {
      return fileName;
    }

    /**
     * What the file holds.
     *
     * @return its media type, such as {@code application/pdf}
     */
    public String mediaType() {
      return mediaType;
    }

    /**
     * What html calls the image: {@code logo} for {@code <img src="cid:logo">}.
     *
     * @return the id without angle brackets; empty for a file that nothing refers to
     */
    public Optional<String> contentId() {
      return contentId;
    }

    /**
     * What the file consists of.
     *
     * @return a copy
     */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** Whether it is shown in the mail rather than listed below it. */
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
