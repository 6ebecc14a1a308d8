package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import jakarta.activation.DataHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Writes the message that SES would compose: text and HTML as alternatives, inline images related
 * to the HTML, then attachments, and no Bcc recipients.
 *
 * <p>Every line ends in CRLF and has at most 998 octets of ASCII, whatever the request holds. Text
 * is quoted-printable; which encoding SES selects is not documented.
 */
final class MimeWriter {
  private static final String UTF_8 = "UTF-8";
  private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";

  private MimeWriter() {}

  static byte[] write(ReceivedMail mail) {
    try {
      MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
      MimeBodyPart content = content(mail);
      message.setDataHandler(content.getDataHandler());
      if (content.getEncoding() != null) {
        message.setHeader(TRANSFER_ENCODING, content.getEncoding());
      }
      message.setSentDate(Date.from(mail.receivedAt()));
      message.setHeader("Subject", HeaderLines.text("Subject", mail.subject()));
      setAddresses(message, "From", List.of(mail.from()));
      setAddresses(message, "To", mail.to());
      setAddresses(message, "Cc", mail.cc());
      setAddresses(message, "Reply-To", mail.replyTo());
      for (Map.Entry<String, String> header : mail.headers().entrySet()) {
        message.setHeader(header.getKey(), HeaderLines.folded(header.getKey(), header.getValue()));
      }
      message.saveChanges();
      message.setHeader("Message-ID", "<" + mail.messageId() + "@email.amazonses.com>");
      ByteArrayOutputStream mime = new ByteArrayOutputStream();
      message.writeTo(mime);
      return mime.toByteArray();
    } catch (MessagingException e) {
      throw new IllegalStateException("The email cannot be written as MIME", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setAddresses(MimeMessage message, String name, List<String> addresses)
      throws MessagingException {
    if (!addresses.isEmpty()) {
      message.setHeader(name, HeaderLines.addresses(name, addresses));
    }
  }

  private static MimeBodyPart content(ReceivedMail mail) throws MessagingException {
    List<MimeBodyPart> related = new ArrayList<>();
    List<MimeBodyPart> mixed = new ArrayList<>();
    for (Attachment attachment : mail.attachments()) {
      boolean shown = attachment.inline() && mail.html().isPresent();
      (shown ? related : mixed).add(file(attachment));
    }
    List<MimeBodyPart> alternatives = new ArrayList<>();
    if (mail.text().isPresent()) {
      alternatives.add(text(mail.text().get(), "plain"));
    }
    if (mail.html().isPresent()) {
      related.add(0, text(mail.html().get(), "html"));
      alternatives.add(multipart("related", related));
    }
    mixed.add(0, multipart("alternative", alternatives));
    return multipart("mixed", mixed);
  }

  private static MimeBodyPart multipart(String subtype, List<MimeBodyPart> parts)
      throws MessagingException {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    MimeBodyPart multipart = new MimeBodyPart();
    multipart.setContent(new MimeMultipart(subtype, parts.toArray(MimeBodyPart[]::new)));
    return multipart;
  }

  private static MimeBodyPart text(String text, String subtype) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setText(text, UTF_8, subtype);
    part.setHeader(TRANSFER_ENCODING, "quoted-printable");
    return part;
  }

  private static MimeBodyPart file(Attachment attachment) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(
        new DataHandler(new ByteArrayDataSource(attachment.bytes(), attachment.mediaType())));
    // Jakarta Mail would write a long name into one line.
    part.setHeader("Content-Type", attachment.mediaType());
    part.setHeader(
        "Content-Disposition",
        (attachment.inline() ? Part.INLINE : Part.ATTACHMENT)
            + HeaderLines.parameter("filename", attachment.fileName()));
    if (attachment.contentId().isPresent()) {
      part.setContentID("<" + attachment.contentId().get() + ">");
    }
    if (attachment.description().isPresent()) {
      part.setHeader(
          "Content-Description",
          HeaderLines.text("Content-Description", attachment.description().get()));
    }
    part.setHeader(TRANSFER_ENCODING, "base64");
    return part;
  }
}
