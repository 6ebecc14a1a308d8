package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.message;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentDisposition;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentTransferEncoding;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;

class SesAttachmentsTest {
  private static final byte[] PIXEL = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, 3};

  private final LocalSes ses = LocalSes.start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private static Attachment.Builder file(String name) {
    return Attachment.builder()
        .fileName(name)
        .contentTransferEncoding(AttachmentContentTransferEncoding.BASE64)
        .rawContent(SdkBytes.fromByteArray(PIXEL));
  }

  private void send(Attachment.Builder... files) {
    client.sendEmail(
        request()
            .content(
                c ->
                    c.simple(
                        message()
                            .attachments(Arrays.stream(files).map(f -> f.build()).toList())
                            .build()))
            .build());
  }

  private void assertRefused(Attachment.Builder file, String message) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> send(file))
        .withMessageContaining(message);
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void keepsFilesAndInlineImages() {
    send(
        file("report.pdf").contentType("application/pdf").contentDescription("The report"),
        file("logo.png")
            .contentDisposition(AttachmentContentDisposition.INLINE)
            .contentId("logo@example.com"),
        file("a.txt")
            .rawContent(SdkBytes.fromUtf8String("7-bit"))
            .contentTransferEncoding((String) null));
    assertThat(ses.emails().get(0).attachments())
        .extracting(ReceivedMail.Attachment::fileName)
        .containsExactly("report.pdf", "logo.png", "a.txt");
    ReceivedMail.Attachment report = ses.emails().get(0).attachments().get(0);
    assertThat(report.mediaType()).isEqualTo("application/pdf");
    assertThat(report.contentId()).isEmpty();
    assertThat(report.bytes()).isEqualTo(PIXEL);
    assertThat(report).hasToString("Attachment[report.pdf, application/pdf, 8 bytes]");
    ReceivedMail.Attachment logo = ses.emails().get(0).attachments().get(1);
    assertThat(logo.mediaType()).isEqualTo("image/png");
    assertThat(logo.contentId()).contains("logo@example.com");
  }

  @Test
  void returnsCopies() {
    send(file("a.png"));
    ses.emails().get(0).attachments().get(0).bytes()[0] = 0;
    assertThat(ses.emails().get(0).attachments().get(0).bytes()).isEqualTo(PIXEL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.exe", "a.pdf.JS", "a.Ps1", "x.url", "x.vbs"})
  void refusesAFileThatAnEmailClientMightRun(String name) {
    assertRefused(file(name), "Illegal filename '" + name + "'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " .pdf\n", "report", "a\r\nBcc: x@evil.test.pdf"})
  void refusesAFileName(String name) {
    assertRefused(file(name), "Invalid attachment file name");
  }

  @Test
  void boundsNameIdTypeAndDescription() {
    String type = "application/pdf;a=" + "b".repeat(60);
    send(
        file("n".repeat(251) + ".pdf")
            .contentType(type)
            .contentId("i".repeat(78))
            .contentDescription("d".repeat(1000)));
    ses.clear();
    assertRefused(file("n".repeat(252) + ".pdf"), "Invalid attachment file name");
    assertRefused(file("a.pdf").contentType(type + "b"), "Invalid content type");
    assertRefused(file("a.pdf").contentId("i".repeat(79)), "Invalid content id");
    assertRefused(file("a.pdf").contentDescription("d".repeat(1001)), "Invalid content descr");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "<logo>", "a\r\nX-A: b", "ä"})
  void refusesAContentId(String contentId) {
    assertRefused(file("a.png").contentId(contentId), "Invalid content id");
  }

  @Test
  void refusesUnknownValues() {
    assertRefused(file("a.pdf").contentDisposition("inline"), "'ContentDisposition'");
    assertRefused(file("a.pdf").contentTransferEncoding("8BIT"), "'ContentTransferEncoding'");
    assertRefused(file("a.pdf").contentType("pdf"), "Invalid content type");
    assertRefused(file("a.pdf").contentType("a/b\r\nX-A: b"), "Invalid content type");
    assertRefused(file("a.pdf").contentDescription("a\r\nX-A: b"), "Invalid content descr");
  }

  @Test
  void refusesBytesThatSesWouldCorrupt() {
    assertRefused(
        file("a.png").contentTransferEncoding((String) null), "Invalid content transfer encoding");
    assertRefused(
        file("a.png").contentTransferEncoding(AttachmentContentTransferEncoding.SEVEN_BIT),
        "Invalid content transfer encoding");
  }

  @Test
  void refusesAnAttachmentWithoutNameOrContent() {
    assertRefused(file("a.png").fileName(null), "'FileName'");
    assertRefused(file("a.png").rawContent(null), "'RawContent'");
  }

  @Test
  void acceptsFortyMegabytesInBase64AndNoMore() {
    int largest = 40 * 1024 * 1024 / 78 * 57 - 57;
    send(file("a.png").rawContent(SdkBytes.fromByteArrayUnsafe(new byte[largest])));
    assertThat(ses.emails().get(0).attachments().get(0).bytes()).hasSize(largest);
    ses.clear();
    assertRefused(
        file("a.png").rawContent(SdkBytes.fromByteArrayUnsafe(new byte[largest + 200])),
        "Message length is more than 41943040 bytes long");
  }
}
