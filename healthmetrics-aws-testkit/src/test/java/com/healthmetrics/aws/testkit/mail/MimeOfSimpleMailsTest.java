package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.content;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.message;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentDisposition;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentTransferEncoding;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;

/**
 * The {@code rawMime()} of an email in parts has the same content as the email: it is sent again.
 */
class MimeOfSimpleMailsTest {
  private final LocalSes ses = LocalSes.start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private static Attachment.Builder attachment(String name, String data) {
    return Attachment.builder()
        .fileName(name)
        .contentTransferEncoding(AttachmentContentTransferEncoding.BASE64)
        .rawContent(SdkBytes.fromUtf8String(data));
  }

  private ReceivedMail sent(Message.Builder message) {
    client.sendEmail(
        request()
            .destination(
                d ->
                    d.toAddresses("=?UTF-8?Q?J=C3=B6rg?= <jo@example.org>", "al@example.org")
                        .ccAddresses("cc@example.org")
                        .bccAddresses("hidden@example.org"))
            .replyToAddresses("help@example.com")
            .content(c -> c.simple(message.build()))
            .build());
    return ses.emails().get(ses.emails().size() - 1);
  }

  private ReceivedMail sentBackIn(ReceivedMail mail) {
    client.sendEmail(
        r -> r.content(c -> c.raw(w -> w.data(SdkBytes.fromByteArray(mail.rawMime())))));
    return ses.emails().get(ses.emails().size() - 1);
  }

  @Test
  void carriesEveryPart() {
    ReceivedMail mail =
        sent(
            message()
                .subject(
                    content(
                        "Grüße an alle, die eine sehr lange Betreffzeile zu lesen bereit sind 😀"))
                .body(
                    b ->
                        b.text(content("Grüße\n" + "long ".repeat(300)))
                            .html(content("<p>Grüße <img src=\"cid:logo\"></p>")))
                .headers(
                    MessageHeader.builder().name("X-Long").value("word ".repeat(170) + "x").build())
                .attachments(
                    attachment("résumé.pdf", "pdf").contentType("application/pdf").build(),
                    attachment("logo.png", "png")
                        .contentDisposition(AttachmentContentDisposition.INLINE)
                        .contentId("logo")
                        .build()));
    ReceivedMail back = sentBackIn(mail);
    assertThat(back.from()).isEqualTo(mail.from());
    assertThat(back.to()).isEqualTo(mail.to());
    assertThat(back.cc()).isEqualTo(mail.cc());
    assertThat(back.bcc()).isEmpty();
    assertThat(back.replyTo()).isEqualTo(mail.replyTo());
    assertThat(back.subject()).isEqualTo(mail.subject());
    assertThat(back.text()).isEqualTo(mail.text());
    assertThat(back.html()).isEqualTo(mail.html());
    assertThat(back.headers()).isEqualTo(mail.headers());
    assertThat(back.attachments())
        .extracting(ReceivedMail.Attachment::toString)
        .containsExactly(
            "Attachment[logo.png, image/png, 3 bytes]",
            "Attachment[résumé.pdf, application/pdf, 3 bytes]");
    assertThat(back.attachments().get(0).contentId()).contains("logo");
  }

  @Test
  void equalsTheMessageThatSesWouldSend() {
    ReceivedMail mail = sent(message());
    String mime = new String(mail.rawMime(), StandardCharsets.US_ASCII);
    assertThat(mime)
        .contains("Message-ID: <" + mail.messageId() + "@email.amazonses.com>\r\n")
        .contains("MIME-Version: 1.0\r\n", "Content-Type: multipart/alternative;")
        .doesNotContain("hidden@example.org", "multipart/mixed", "multipart/related");
    assertThat(mime.indexOf("text/plain")).isBetween(0, mime.indexOf("text/html"));
  }

  @Test
  void needsNoMultipartForATextAlone() {
    ReceivedMail mail = sent(message().body(b -> b.text(content("Grüße"))));
    assertThat(new String(mail.rawMime(), StandardCharsets.US_ASCII))
        .contains("Content-Type: text/plain; charset=UTF-8")
        .doesNotContain("multipart");
    assertThat(sentBackIn(mail).text()).contains("Grüße");
  }

  @Test
  void showsAnImageWithoutHtmlAsAFile() {
    ReceivedMail mail =
        sent(
            message()
                .body(b -> b.text(content("text")))
                .attachments(
                    attachment("a.png", "png")
                        .contentDisposition(AttachmentContentDisposition.INLINE)
                        .build()));
    assertThat(sentBackIn(mail).attachments()).hasSize(1);
  }
}
