package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The MIME, octet by octet and as a mail client reads it. */
class MimeWriterTest {
  private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0, -1};

  private final MimeWriter writer = new MimeWriter();

  private static Email.Builder email() {
    return Email.builder()
        .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
        .to(EmailAddress.of("ada@example.com"))
        .subject("Hello")
        .text("Hello,\n\nAda.\n");
  }

  private String written(Email email) {
    return new String(writer.write(email), StandardCharsets.ISO_8859_1);
  }

  private MimeMessage read(Email email) throws Exception {
    byte[] bytes = writer.write(email);
    return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
  }

  /** {@code multipart/mixed[text/plain application/pdf]} and the like. */
  private static String shape(Part part) throws Exception {
    String type = part.getContentType().replaceAll("(?s);.*|\\s", "");
    if (!(part.getContent() instanceof Multipart parts)) {
      return type;
    }
    List<String> shapes = new ArrayList<>();
    for (BodyPart child : children(parts)) {
      shapes.add(shape(child));
    }
    return type + shapes.toString().replace(",", "");
  }

  private static List<BodyPart> children(Multipart parts) throws Exception {
    List<BodyPart> children = new ArrayList<>();
    for (int i = 0; i < parts.getCount(); i++) {
      children.add(parts.getBodyPart(i));
    }
    return children;
  }

  private static List<BodyPart> children(Part part) throws Exception {
    return children((Multipart) part.getContent());
  }

  private static byte[] bytes(Part part) throws Exception {
    try (InputStream content = part.getInputStream()) {
      return content.readAllBytes();
    }
  }

  private static EmailAttachment file(String name) {
    return EmailAttachment.of(name, "application/pdf", PICTURE);
  }

  private static EmailAttachment image() {
    return EmailAttachment.inline("logo", "logo.png", "image/png", PICTURE);
  }

  @Test
  void writesTextOnlyWithoutAnyMultipart() {
    assertThat(written(email().header("X-Entity-Ref-ID", "7").build()))
        .isEqualTo(
            """
            From: "HealthMetrics" <noreply@healthmetrics.example>
            To: ada@example.com
            Subject: Hello
            MIME-Version: 1.0
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: quoted-printable
            X-Entity-Ref-ID: 7

            Hello,

            Ada.
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void nestsPartsAsMailClientsExpectThem() throws Exception {
    String html = "<img src=\"cid:logo\">";

    assertThat(shape(read(email().html("<p>").build())))
        .isEqualTo("multipart/alternative[text/plain text/html]");
    assertThat(shape(read(email().html(html).attach(image()).build())))
        .isEqualTo("multipart/alternative[text/plain multipart/related[text/html image/png]]");
    assertThat(shape(read(email().attach(file("a.pdf")).build())))
        .isEqualTo("multipart/mixed[text/plain application/pdf]");
    assertThat(
            shape(
                read(
                    email()
                        .html(html)
                        .attach(file("a.pdf"))
                        .attach(image())
                        .attach(file("b.pdf"))
                        .build())))
        .isEqualTo(
            "multipart/mixed[multipart/alternative[text/plain multipart/related[text/html"
                + " image/png]] application/pdf application/pdf]");
  }

  @Test
  void namesTheRootOfRelatedParts() {
    Email email = email().html("<img src=\"cid:logo\">").attach(image()).build();

    assertThat(written(email))
        .containsPattern("multipart/related;[^:]*type=\"text/html\"")
        .contains("Content-ID: <logo>\r\n");
  }

  static Stream<String> texts() {
    return Stream.of(
        "Hello, Ada.",
        "Bestätigen 確認 😀",
        "a line that ends in a space \nand one of a single dot\n.\nFrom here\n",
        "a=b&c=d?token=%20=3D",
        "\ttab\n\n\n",
        "x".repeat(2_000),
        "ä".repeat(1_500));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void keepsTextAndHtmlAsTheyAre(String text) throws Exception {
    List<BodyPart> parts = children(read(email().text(text).html("<p>" + text).build()));

    assertThat(read(parts.get(0))).isEqualTo(text);
    assertThat(read(parts.get(1))).isEqualTo("<p>" + text);
    assertThat(parts)
        .allSatisfy(
            part ->
                assertThat(part.getHeader("Content-Transfer-Encoding"))
                    .containsExactly("quoted-printable"));
  }

  private static String read(Part part) throws Exception {
    return new String(bytes(part), StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  @Test
  void keepsFilesAsTheyAre() throws Exception {
    byte[] large = new byte[100_000];
    new Random(42).nextBytes(large);
    Email email =
        email()
            .attach(file("a.pdf"))
            .attach(
                EmailAttachment.of(
                    "b.txt", "text/plain", "\r\n.\r\nä".getBytes(StandardCharsets.UTF_8)))
            .attach(EmailAttachment.of("c.bin", "application/octet-stream", large))
            .attach(EmailAttachment.of("d.bin", "application/octet-stream", new byte[0]))
            .build();
    List<BodyPart> parts = children(read(email));

    for (int i = 0; i < 4; i++) {
      EmailAttachment sent = email.attachments().get(i);
      BodyPart part = parts.get(i + 1);
      assertThat(bytes(part)).isEqualTo(sent.bytes());
      assertThat(part.getContentType()).isEqualTo(sent.mediaType());
      assertThat(part.getDisposition()).isEqualTo("attachment");
      assertThat(part.getFileName()).isEqualTo(sent.fileName());
      assertThat(part.getHeader("Content-Transfer-Encoding")).containsExactly("base64");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "report.pdf",
        "two words.pdf",
        "\"quoted\"; x=y.pdf",
        "Größe 確認 😀.pdf",
        "it's 100%.pdf",
        "a very long name, after which comes something in another script, namely 確認 😀.pdf",
      })
  void namesFilesInAnyScript(String name) throws Exception {
    Email email = email().attach(file(name)).build();

    assertThat(children(read(email)).get(1).getFileName()).isEqualTo(name);
  }

  @Test
  void writesNamesBeyondAsciiAsTheStandardHasThem() {
    assertThat(written(email().attach(file("Größe.pdf")).build()))
        .contains("filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf");
    assertThat(written(email().subject("Grüße").header("X-A", "b").build()))
        .contains("Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n");
  }

  static Stream<String> subjects() {
    return Stream.of(
        "Hello",
        "Bestätigen 確認 😀 " + "ä".repeat(500),
        "word ".repeat(190) + "end",
        "x".repeat(995),
        "=?UTF-8?B?SGVsbG8",
        "a, b: c; \"d\" <e@example.com>");
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void keepsSubjectsAsTheyAre(String subject) throws Exception {
    assertThat(read(email().subject(subject).build()).getSubject()).isEqualTo(subject);
  }

  @Test
  void namesAllButTheBccRecipients() throws Exception {
    Email email =
        email()
            .from(EmailAddress.parse("Grüße, Team <noreply@healthmetrics.example>"))
            .to(EmailAddress.parse("\"Lovelace, Ada\" <ada.l@example.com>"))
            .cc(EmailAddress.of("cc@example.com"))
            .bcc(EmailAddress.of("bcc@example.com"))
            .replyTo(EmailAddress.of("help@healthmetrics.example"))
            .build();
    MimeMessage read = read(email);

    assertThat(read.getFrom()).hasSize(1);
    assertThat(((InternetAddress) read.getFrom()[0]).getPersonal()).isEqualTo("Grüße, Team");
    assertThat(read.getRecipients(MimeMessage.RecipientType.TO))
        .extracting(address -> ((InternetAddress) address).getAddress())
        .containsExactly("ada@example.com", "ada.l@example.com");
    assertThat(read.getRecipients(MimeMessage.RecipientType.CC)).hasSize(1);
    assertThat(read.getReplyTo())
        .containsExactly(new InternetAddress("help@healthmetrics.example"));
    assertThat(written(email)).doesNotContainIgnoringCase("bcc");
  }

  @Test
  void leavesDateAndMessageIdToSes() {
    assertThat(written(email().build()))
        .doesNotContainIgnoringCase("Message-ID")
        .doesNotContain("Date:");
  }

  @Test
  void keepsEveryLineShortAndInAscii() {
    Email.Builder wide =
        email()
            .from(EmailAddress.parse("ä".repeat(128) + " <noreply@healthmetrics.example>"))
            .subject("x".repeat(995))
            .html("<p>" + "ö".repeat(5_000))
            .header("X-" + "n".repeat(124), "v".repeat(870))
            .header("X", "v".repeat(995))
            .attach(file("ü".repeat(250) + ".pdf"));
    for (int i = 0; i < 49; i++) {
      wide.to(EmailAddress.parse("N".repeat(128) + " <" + "l".repeat(60) + i + "@example.com>"));
    }

    String written = written(wide.build());

    assertThat(written.split("\r\n")).filteredOn(line -> !line.matches("[\t -~]{0,998}")).isEmpty();
  }

  /** Application servers and pools run threads that see no jar of the application. */
  @Test
  void dependsOnNoClassLoaderOfTheThread() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      Email email = email().html("<img src=\"cid:logo\">").attach(image()).build();

      assertThat(new String(new MimeWriter().write(email), StandardCharsets.US_ASCII))
          .contains("multipart/related");
    } finally {
      thread.setContextClassLoader(usual);
    }
  }
}
