package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.content;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.message;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;

/** The {@code rawMime()} of an email is what relays carry unchanged, and clients read the same. */
class MailOnTheWireTest {
  private final LocalSes ses = LocalSes.start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private static Stream<String> difficultTexts() {
    return Stream.of("x", "é", "漢", "😀", "=?", "=?UTF-8?Q?a?= ", "<>,;:\"\\ ")
        .flatMap(part -> Stream.of(10, 78, 995).map(length -> repeated(part, length)));
  }

  /** At most this many characters, none of them half a surrogate pair. */
  private static String repeated(String part, int length) {
    return part.repeat(Math.max(1, length / part.length())).strip();
  }

  private String sent(Message.Builder message) {
    client.sendEmail(request().content(c -> c.simple(message.build())).build());
    return latest();
  }

  private String latest() {
    byte[] mime = ses.emails().get(ses.emails().size() - 1).rawMime();
    assertCarriedByRelays(mime);
    return new String(mime, StandardCharsets.US_ASCII);
  }

  /**
   * RFC 5322, sections 2.1 and 2.1.1, without a line that readers may take for the header's end.
   */
  private static void assertCarriedByRelays(byte[] mime) {
    String text = new String(mime, StandardCharsets.ISO_8859_1);
    assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n").matches("[\\x01-\\x7f]*");
    assertThat(text).doesNotContain("\r\n \r\n", "\r\n\t\r\n");
    assertThat(text.split("\r\n", -1)).allMatch(line -> line.length() <= 998);
  }

  private static MimeMessage read(String mime) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()),
        new ByteArrayInputStream(mime.getBytes(StandardCharsets.US_ASCII)));
  }

  private static Part partAt(Part part, int... indexes) throws Exception {
    Part current = part;
    for (int index : indexes) {
      current = ((Multipart) current.getContent()).getBodyPart(index);
    }
    return current;
  }

  private static List<String> lines(String mime) {
    return List.of(mime.split("\r\n", -1));
  }

  @ParameterizedTest
  @MethodSource("difficultTexts")
  void foldsOrEncodesASubject(String subject) throws Exception {
    String mime = sent(message().subject(content(subject)));

    assertThat(read(mime).getSubject()).isEqualTo(subject);
    String header =
        mime.substring(mime.indexOf("Subject:"), mime.indexOf("\r\n", mime.indexOf("Subject:")));
    assertThat(header.length()).isLessThanOrEqualTo(78);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello", "Hello  two spaces", "Hello =? question", "a: b", "-", "(x)"})
  void leavesAShortSubjectReadable(String subject) throws Exception {
    String mime = sent(message().subject(content(subject)));

    assertThat(read(mime).getSubject()).isEqualTo(subject);
    if (!subject.contains("=?")) {
      assertThat(mime).contains("\r\nSubject: " + subject + "\r\n");
    }
  }

  @Test
  void foldsAReadableSubjectAtItsSpaces() throws Exception {
    String subject = "word ".repeat(199).strip();
    String mime = sent(message().subject(content(subject)));

    assertThat(read(mime).getSubject()).isEqualTo(subject);
    assertThat(lines(mime).stream().filter(line -> line.contains("word word")))
        .hasSizeGreaterThan(12)
        .allMatch(line -> line.length() <= 78);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 80, 870})
  void foldsCustomHeaders(int length) throws Exception {
    String name = "X-" + "N".repeat(124);
    for (String part : List.of("x", "word ", "a  b", "https://a.example/unsubscribe,")) {
      String value = repeated(part, length);
      String mime =
          sent(
              message()
                  .headers(
                      MessageHeader.builder().name(name).value(value).build(),
                      MessageHeader.builder().name("X-Short").value(value).build()));

      MimeMessage read = read(mime);
      assertThat(MimeUtility.unfold(read.getHeader(name, null))).isEqualTo(value);
      assertThat(MimeUtility.unfold(read.getHeader("X-Short", null))).isEqualTo(value);
    }
  }

  @Test
  void endsLinesOfATextInCrlfWhateverTheyEndedIn() throws Exception {
    String mime =
        sent(
            message()
                .body(
                    b ->
                        b.text(content("one\ntwo\r\nthree\n\n.\nFrom four"))
                            .html(content("<p>\n" + "<b>é</b> ".repeat(500) + "</p>"))));

    MimeMessage read = read(mime);
    assertThat(partAt(read, 0).getContent()).isEqualTo("one\r\ntwo\r\nthree\r\n\r\n.\r\nFrom four");
    assertThat(partAt(read, 1).getContent())
        .isEqualTo("<p>\r\n" + "<b>é</b> ".repeat(500) + "</p>");
    assertThat(lines(mime.substring(mime.indexOf("\r\n\r\n"))))
        .allMatch(line -> line.length() <= 78);
  }

  @ParameterizedTest
  @MethodSource("difficultTexts")
  void encodesATextAlone(String text) throws Exception {
    String mime = sent(message().body(b -> b.text(content(text))));

    assertThat(read(mime).getContent()).isEqualTo(text);
    assertThat(mime).contains("\r\nContent-Transfer-Encoding: quoted-printable\r\n");
  }

  @Test
  void writesAddressesWithLongNames() throws Exception {
    String quoted = "\"Lovelace, \\\"Ada\\\" " + "x".repeat(2_000) + "\" <ada@example.com>";
    String encoded = "=?UTF-8?Q?" + "J=C3=B6rg".repeat(300) + "?= <joerg@example.com>";
    String plain = "Bob ".repeat(50) + "<bob@example.com>";
    client.sendEmail(
        request()
            .destination(d -> d.toAddresses(quoted, encoded, plain))
            .replyToAddresses(quoted)
            .content(c -> c.simple(message().build()))
            .build());

    InternetAddress[] to = (InternetAddress[]) read(latest()).getRecipients(RecipientType.TO);
    assertThat(to)
        .extracting(InternetAddress::getAddress)
        .containsExactly("ada@example.com", "joerg@example.com", "bob@example.com");
    assertThat(to)
        .extracting(InternetAddress::getPersonal)
        .containsExactly(
            "Lovelace, \"Ada\" " + "x".repeat(2_000),
            "Jörg".repeat(300),
            "Bob ".repeat(50).strip());
  }

  @Test
  void writesFiftyRecipientsInLines() throws Exception {
    List<String> addresses =
        Stream.iterate(1, i -> i + 1)
            .limit(50)
            .map(i -> "u" + i + "@" + "d".repeat(60) + ".example")
            .toList();
    client.sendEmail(
        request()
            .destination(d -> d.toAddresses(addresses))
            .content(c -> c.simple(message().build()))
            .build());

    assertThat(read(latest()).getRecipients(RecipientType.TO)).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "漢", "a b\"c\\", "%27;="})
  void writesLongNamesAndDescriptionsOfFiles(String part) throws Exception {
    String name = repeated(part, 250) + ".pdf";
    String description = repeated(part, 1_000);
    String mime =
        sent(
            message()
                .attachments(
                    Attachment.builder()
                        .fileName(name)
                        .contentType("application/" + "p".repeat(60) + ";a=b")
                        .contentDescription(description)
                        .contentTransferEncoding("BASE64")
                        .rawContent(SdkBytes.fromByteArray(new byte[10_000]))
                        .build()));

    Part file = partAt(read(mime), 1);
    assertThat(file.getFileName()).isEqualTo(name);
    assertThat(file.getDescription()).isEqualTo(description);
    assertThat(file.getInputStream()).hasBinaryContent(new byte[10_000]);
  }

  @Test
  void keepsARawEmailByteForByte() {
    String mime = "From: a@example.com\r\nTo:  b@example.com\r\nsubject:x\r\n\r\n Hello \r\nthere";
    client.sendEmail(r -> r.content(c -> c.raw(w -> w.data(SdkBytes.fromUtf8String(mime)))));

    assertThat(ses.emails().get(0).rawMime()).asString().isEqualTo(mime);
  }

  @Test
  void writesTheLinesOfARawEmailThatEndInLfWithCrlf() {
    String mime = "From: a@example.com\nTo: b@example.com\n\nHello\n\nthere\n";
    client.sendEmail(r -> r.content(c -> c.raw(w -> w.data(SdkBytes.fromUtf8String(mime)))));

    assertThat(latest()).isEqualTo(mime.replace("\n", "\r\n"));
  }
}
