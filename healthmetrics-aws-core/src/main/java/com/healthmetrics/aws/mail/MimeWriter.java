package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.mail.MailException.Kind;
import jakarta.activation.ActivationDataFlavor;
import jakarta.activation.CommandInfo;
import jakarta.activation.CommandMap;
import jakarta.activation.DataContentHandler;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes an email as MIME; the only class that needs Jakarta Mail.
 *
 * <p>All octets are ASCII and no line has more than 998 of them. Text is quoted-printable, files
 * are base64, the text part comes before the HTML, and inline images next to the HTML that shows
 * them. Every header is written here from values that {@link Email} has checked, since Jakarta Mail
 * writes line breaks in them as they are; there is no Bcc, and Date and Message-ID are left to SES.
 *
 * <p>Sources: RFC 2045, 2046, 2047, 2183, 2231, 2387 and 5322.
 */
final class MimeWriter {
  /** A line must not be longer than 998 characters. */
  private static final Pattern TOO_LONG_TO_FOLD = Pattern.compile("[^ ]{900}");

  /** Each on a line of its own. */
  private static final String PARAMETER = ";\r\n ";

  /** With the parameter's name, charset and number, a line has at most 78 characters. */
  private static final int MAX_PIECE = 52;

  private final Session session = usingItsLoader(() -> Session.getInstance(new Properties()));

  byte[] write(Email email) {
    return usingItsLoader(() -> mime(email));
  }

  /**
   * Jakarta Mail looks for its implementation through the thread's class loader, and that of a
   * pool's thread may not find it.
   */
  private static <T> T usingItsLoader(Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(Session.class.getClassLoader());
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }

  private byte[] mime(Email email) {
    try {
      MimeMessage message = new Message(session);
      writeAddresses(message, "From", List.of(email.from()));
      writeAddresses(message, "Reply-To", email.replyTo());
      writeAddresses(message, "To", email.to());
      writeAddresses(message, "Cc", email.cc());
      writeHeader(message, "Subject", subject(email.subject()));
      for (var header : email.headers().entrySet()) {
        writeHeader(message, header.getKey(), header.getValue());
      }
      writeContent(message, email);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      message.writeTo(bytes);
      return bytes.toByteArray();
    } catch (IOException | MessagingException e) {
      // Without the cause, whose text may repeat an address.
      throw new MailException(
          Kind.INVALID,
          "Jakarta Mail could not write the email (%s), so it was not sent."
              .formatted(e.getClass().getSimpleName()));
    }
  }

  private static String subject(String subject) {
    return HeaderText.needsEncoding(subject) || TOO_LONG_TO_FOLD.matcher(subject).find()
        ? HeaderText.encodedWords(subject)
        : subject;
  }

  private static void writeAddresses(MimePart part, String name, List<EmailAddress> addresses)
      throws MessagingException {
    if (!addresses.isEmpty()) {
      writeHeader(
          part,
          name,
          addresses.stream().map(EmailAddress::toHeaderValue).collect(Collectors.joining(", ")));
    }
  }

  private static void writeHeader(MimePart part, String name, String value)
      throws MessagingException {
    part.setHeader(name, MimeUtility.fold(name.length() + 2, value));
  }

  /** Text and HTML, and the files that go with them. */
  private static void writeContent(MimePart part, Email email) throws MessagingException {
    List<EmailAttachment> files = attachments(email, file -> file.contentId().isEmpty());
    if (files.isEmpty()) {
      writeBody(part, email);
      return;
    }
    MimeBodyPart body = new Part();
    writeBody(body, email);
    writeMultipart(part, "mixed", body, files);
  }

  private static void writeBody(MimePart part, Email email) throws MessagingException {
    if (email.html().isEmpty()) {
      writeText(part, "plain", email.text());
      return;
    }
    MimeBodyPart text = new Part();
    writeText(text, "plain", email.text());
    MimeBodyPart html = new Part();
    writeHtml(html, email.html().get(), attachments(email, file -> file.contentId().isPresent()));
    MimeMultipart alternatives = new MimeMultipart("alternative");
    alternatives.addBodyPart(text);
    alternatives.addBodyPart(html);
    writeMultipart(part, alternatives, alternatives.getContentType());
  }

  private static void writeHtml(MimePart part, String html, List<EmailAttachment> images)
      throws MessagingException {
    if (images.isEmpty()) {
      writeText(part, "html", html);
      return;
    }
    MimeBodyPart root = new Part();
    writeText(root, "html", html);
    writeMultipart(part, "related", root, images);
  }

  private static List<EmailAttachment> attachments(
      Email email, Predicate<EmailAttachment> condition) {
    return email.attachments().stream().filter(condition).toList();
  }

  private static void writeMultipart(
      MimePart part, String subtype, MimeBodyPart first, List<EmailAttachment> attachments)
      throws MessagingException {
    MimeMultipart parts = new MimeMultipart(subtype);
    parts.addBodyPart(first);
    for (EmailAttachment attachment : attachments) {
      parts.addBodyPart(file(attachment));
    }
    ContentType type = new ContentType(parts.getContentType());
    if (subtype.equals("related")) {
      type.setParameter("type", "text/html");
    }
    writeMultipart(part, parts, type.toString());
  }

  private static void writeMultipart(MimePart part, MimeMultipart parts, String contentType)
      throws MessagingException {
    DataHandler content = new DataHandler(parts, contentType);
    content.setCommandMap(MULTIPARTS);
    part.setDataHandler(content);
    part.setHeader("Content-Type", contentType);
  }

  private static void writeText(MimePart part, String subtype, String text)
      throws MessagingException {
    String type = "text/" + subtype + "; charset=UTF-8";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    part.setDataHandler(new DataHandler(new ByteArrayDataSource(bytes, type)));
    part.setHeader("Content-Type", type);
    part.setHeader("Content-Transfer-Encoding", "quoted-printable");
  }

  private static MimeBodyPart file(EmailAttachment attachment) throws MessagingException {
    String type = attachment.mediaType();
    MimeBodyPart part = new Part();
    part.setDataHandler(new DataHandler(new ByteArrayDataSource(attachment.bytes(), type)));
    part.setHeader("Content-Type", type);
    part.setHeader("Content-Transfer-Encoding", "base64");
    if (attachment.contentId().isPresent()) {
      part.setHeader("Content-ID", "<" + attachment.contentId().get() + ">");
    }
    part.setHeader(
        "Content-Disposition",
        (attachment.contentId().isPresent() ? "inline" : "attachment")
            + fileName(attachment.fileName()));
    return part;
  }

  /**
   * A parameter in quotes, or in pieces of percent-encoded UTF-8, which Jakarta Mail would put on
   * one line, however long.
   */
  private static String fileName(String name) {
    if (!HeaderText.needsEncoding(name)) {
      return PARAMETER + "filename=\"" + name.replace("\"", "\\\"") + "\"";
    }
    List<String> pieces = pieces(name);
    if (pieces.size() == 1) {
      return PARAMETER + "filename*=UTF-8''" + pieces.get(0);
    }
    StringBuilder parameters = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      String charset = i == 0 ? "UTF-8''" : "";
      parameters.append(PARAMETER + "filename*" + i + "*=" + charset + pieces.get(i));
    }
    return parameters.toString();
  }

  /** None splits a character, as some readers decode each on its own. */
  private static List<String> pieces(String name) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    name.codePoints()
        .mapToObj(character -> PercentEncoding.encode(Character.toString(character)))
        .forEach(
            character -> {
              if (piece.length() + character.length() > MAX_PIECE) {
                pieces.add(piece.toString());
                piece.setLength(0);
              }
              piece.append(character);
            });
    pieces.add(piece.toString());
    return pieces;
  }

  /** A message with the headers that it was given, and no Message-ID made of this host's name. */
  private static final class Message extends MimeMessage {
    Message(Session session) {
      super(session);
    }

    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // no other thread sees the message
    @Override
    protected void updateHeaders() throws MessagingException {
      setHeader("MIME-Version", "1.0");
    }
  }

  /** A part with the headers that it was given. */
  private static final class Part extends MimeBodyPart {
    @Override
    protected void updateHeaders() {}
  }

  /**
   * Multiparts write themselves; Jakarta Activation would look for mailcap files, which it does not
   * find on a module path.
   */
  private static final CommandMap MULTIPARTS =
      new CommandMap() {
        @Override
        public DataContentHandler createDataContentHandler(String mimeType) {
          return new MultipartWriter();
        }

        @Override
        public CommandInfo[] getPreferredCommands(String mimeType) {
          return new CommandInfo[0];
        }

        @Override
        public CommandInfo[] getAllCommands(String mimeType) {
          return new CommandInfo[0];
        }

        @Override
        public CommandInfo getCommand(String mimeType, String commandName) {
          throw new UnsupportedOperationException(commandName);
        }
      };

  private static final class MultipartWriter implements DataContentHandler {
    @Override
    public ActivationDataFlavor[] getTransferDataFlavors() {
      return new ActivationDataFlavor[0];
    }

    @Override
    public Object getTransferData(ActivationDataFlavor flavor, DataSource source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object getContent(DataSource source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeTo(Object content, String mimeType, OutputStream out) throws IOException {
      try {
        ((MimeMultipart) content).writeTo(out);
      } catch (MessagingException e) {
        throw new IOException(e);
      }
    }
  }
}
