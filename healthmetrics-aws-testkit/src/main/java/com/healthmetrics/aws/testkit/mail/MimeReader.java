package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.HeaderTokenizer;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** Parses the body of a raw email. Not thread-safe. */
final class MimeReader {
  private static final int MAX_PARTS = 500;

  /** Multiparts in one another; people's mail clients write 4. */
  private static final int MAX_DEPTH = 16;

  private Optional<String> text = Optional.empty();
  private Optional<String> html = Optional.empty();
  private final List<Attachment> attachments = new ArrayList<>();
  private int parts;

  private MimeReader() {}

  /** Parses an email; a malformed one is refused. */
  static MimeReader read(byte[] mime) {
    MimeReader reader = new MimeReader();
    try {
      Session session = Session.getInstance(new Properties());
      reader.walk(new MimeMessage(session, new ByteArrayInputStream(mime)), 0);
    } catch (MessagingException | IOException | IllegalArgumentException e) {
      throw RawMail.malformed("a part cannot be decoded: " + e.getMessage());
    }
    return reader;
  }

  /** Decodes the encoded words of a header. */
  static String decoded(String header) {
    try {
      return MimeUtility.decodeText(header);
    } catch (IOException | IllegalArgumentException e) {
      throw RawMail.malformed("an encoded word cannot be decoded: " + e.getMessage());
    }
  }

  /** The same, but what cannot be decoded stays as it is, as mail clients show it. */
  static String shown(String header) {
    try {
      return decoded(header);
    } catch (SesRefusal e) {
      return header;
    }
  }

  Optional<String> text() {
    return text;
  }

  Optional<String> html() {
    return html;
  }

  List<Attachment> attachments() {
    return attachments;
  }

  private void walk(MimePart part, int depth) throws MessagingException, IOException {
    if (depth > MAX_DEPTH) {
      throw RawMail.malformed("there are more than " + MAX_DEPTH + " multiparts in one another");
    }
    parts++;
    if (parts > MAX_PARTS) {
      throw RawMail.malformed("there are more than " + MAX_PARTS + " parts");
    }
    if (part.isMimeType("multipart/*")) {
      MimeMultipart multipart = new MimeMultipart(part.getDataHandler().getDataSource());
      for (int i = 0; i < multipart.getCount(); i++) {
        walk((MimeBodyPart) multipart.getBodyPart(i), depth + 1);
      }
    } else if (isBody(part, "text/plain") && text.isEmpty()) {
      text = Optional.of(string(part));
    } else if (isBody(part, "text/html") && html.isEmpty()) {
      html = Optional.of(string(part));
    } else {
      attachments.add(attachment(part));
    }
  }

  private static boolean isBody(MimePart part, String type) throws MessagingException {
    return part.isMimeType(type)
        && part.getFileName() == null
        && !Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition());
  }

  private static String string(MimePart part) throws MessagingException, IOException {
    String charset = new ContentType(part.getContentType()).getParameter("charset");
    String name = MimeUtility.javaCharset(Objects.requireNonNullElse(charset, "us-ascii"));
    String text = new String(part.getInputStream().readAllBytes(), Charset.forName(name));
    // In MIME, every line break is CRLF.
    return text.replace("\r\n", "\n");
  }

  private static Attachment attachment(MimePart part) throws MessagingException, IOException {
    String name = decoded(Objects.requireNonNullElse(part.getFileName(), ""));
    if (!name.isEmpty()) {
      AttachmentCheck.requireFileName(name);
    }
    Optional<String> contentId =
        Optional.ofNullable(part.getContentID()).map(id -> id.replaceAll("^<|>$", ""));
    return new Attachment(
        name,
        mediaType(new ContentType(part.getContentType())),
        contentId,
        Optional.ofNullable(part.getDescription()),
        Part.INLINE.equalsIgnoreCase(part.getDisposition()),
        part.getInputStream().readAllBytes());
  }

  /** With its parameters but the file's name, which many writers repeat there. */
  private static String mediaType(ContentType type) {
    StringBuilder mediaType = new StringBuilder(type.getBaseType());
    ParameterList parameters = type.getParameterList();
    if (parameters != null) {
      for (String name : Collections.list(parameters.getNames())) {
        if (!name.equals("name")) {
          mediaType
              .append("; ")
              .append(name)
              .append('=')
              .append(MimeUtility.quote(parameters.get(name), HeaderTokenizer.MIME));
        }
      }
    }
    return mediaType.toString();
  }
}
