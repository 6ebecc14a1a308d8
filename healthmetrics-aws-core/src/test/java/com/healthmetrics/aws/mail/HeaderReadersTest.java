package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three parsers that mail clients use read every text of a header as it was written: display names,
 * subjects and file names that people choose, and random ones of the characters that headers use.
 * {@code -Drandom.seed} makes others.
 */
class HeaderReadersTest {
  private static final long SEED = Long.getLong("random.seed", 1);

  private static final List<String> TEXTS =
      List.of(
          "Ada Lovelace",
          "Lovelace, Ada (\"the countess\") <x@y.z>; \\ 'a'",
          "2+2=? Guess",
          "=?UTF-8?Q?Ada",
          "What=?A=3F",
          "Grüße aus Köln",
          "ä".repeat(60),
          "a" + "é".repeat(60),
          "漢字".repeat(30),
          "😀".repeat(25),
          "ab" + "😀".repeat(30),
          "👩\u200D⚕️ & 👨\u200D👩\u200D👧",
          "علی\u200Cرضا",
          "क्\u200Dष",
          "100 % of %C3%A4 and UTF-8''x",
          "a_b=c?d e.f",
          "word ".repeat(24) + "end",
          "w".repeat(120));

  private static List<String> texts() {
    System.err.println("Texts of headers from -Drandom.seed=" + SEED);
    Random random = new Random(SEED);
    String characters = "ab Z09=?_%'\"\\(),;:<>@.+*&äß€漢😀👍";
    int[] choices = characters.codePoints().toArray();
    List<String> texts = new ArrayList<>(TEXTS);
    for (int i = 0; i < 100; i++) {
      StringBuilder text = new StringBuilder("x");
      int length = random.nextInt(60);
      for (int at = 0; at < length; at++) {
        text.appendCodePoint(choices[random.nextInt(choices.length)]);
      }
      texts.add(text.append('x').toString().replaceAll(" +", " "));
    }
    texts.removeIf(text -> text.matches(".*=\\?.*\\?=.*"));
    return texts;
  }

  /** As a file's name, without what no file's name has. */
  private static String fileName(String text) {
    return text.replaceAll("[/\\\\:]", "-") + ".pdf";
  }

  private static Email email(String text) {
    return Email.builder()
        .from(EmailAddress.of("a@example.com").withDisplayName(text))
        .to(EmailAddress.of("b@example.com").withDisplayName(text))
        .to(EmailAddress.of("c@example.com"))
        .subject(text)
        .text("x")
        .attach(EmailAttachment.of(fileName(text), "application/pdf", new byte[1]))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"python-email.py", "mailparser.mjs", "postal-mime.mjs"})
  void readersSeeEveryTextAsItWasWritten(String reader) {
    MimeWriter writer = new MimeWriter();
    List<String> texts = texts();
    List<String> messages =
        texts.stream()
            .map(text -> Base64.getEncoder().encodeToString(writer.write(email(text))))
            .toList();

    JsonNode found = ReaderProgram.read(reader, messages);

    assertThat(found).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      JsonNode mail = found.get(i);
      String as = "seed %s: %s".formatted(SEED, text);
      assertThat(mail.at("/subject").asText()).as(as).isEqualTo(text);
      assertThat(mail.at("/from")).as(as).hasSize(1);
      assertThat(name(reader, mail.at("/from/0/name").asText()))
          .as(as)
          .isEqualTo(name(reader, text));
      assertThat(mail.at("/from/0/address").asText()).as(as).isEqualTo("a@example.com");
      assertThat(mail.at("/to")).as(as).hasSize(2);
      assertThat(name(reader, mail.at("/to/0/name").asText())).as(as).isEqualTo(name(reader, text));
      assertThat(mail.at("/to/1/address").asText()).as(as).isEqualTo("c@example.com");
      assertThat(mail.at("/files")).as(as).hasSize(1);
      assertThat(mail.at("/files/0").asText()).as(as).isEqualTo(fileName(text));
      assertThat(mail.at("/headers").toString()).as(as).doesNotContainIgnoringCase("bcc");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"python-email.py", "mailparser.mjs", "postal-mime.mjs"})
  void readersSeeEveryAddressAsItWasWritten(String reader) {
    MimeWriter writer = new MimeWriter();
    List<EmailAddress> addresses = addresses();
    List<String> messages =
        addresses.stream()
            .map(address -> email("x").toBuilder().to(address).build())
            .map(email -> Base64.getEncoder().encodeToString(writer.write(email)))
            .toList();

    JsonNode found = ReaderProgram.read(reader, messages);

    assertThat(found).hasSameSizeAs(addresses);
    for (int i = 0; i < addresses.size(); i++) {
      JsonNode mail = found.get(i);
      String as = "seed %s: %s".formatted(SEED, addresses.get(i).address());
      assertThat(mail.at("/to")).as(as).hasSize(3);
      assertThat(mail.at("/to/2/name").asText()).as(as).isEmpty();
      assertThat(mail.at("/to/2/address").asText()).as(as).isEqualTo(addresses.get(i).address());
      assertThat(mail.at("/headers").toString()).as(as).doesNotContainIgnoringCase("bcc");
    }
  }

  /** Addresses that are accepted, of local parts that readers might decode. */
  private static List<EmailAddress> addresses() {
    Random random = new Random(SEED);
    List<String> pieces =
        List.of(
            "=?", "?=", "UTF-8", "?Q?", "?B?", "=0D=0A", "Bcc=3Ae=40b.c", "QQ==", "=", "?", "a");
    List<String> localParts =
        new ArrayList<>(List.of("=?UTF-8?Q?=0D=0ABcc=3Aeve=40evil.example?=", "=?UTF-8?B?QQ==?="));
    for (int i = 0; i < 200; i++) {
      StringBuilder localPart = new StringBuilder("a");
      int count = 1 + random.nextInt(6);
      for (int at = 0; at < count; at++) {
        localPart.append(pieces.get(random.nextInt(pieces.size())));
      }
      localParts.add(localPart.substring(random.nextInt(2)));
    }
    List<EmailAddress> addresses = new ArrayList<>();
    for (String localPart : localParts) {
      try {
        addresses.add(EmailAddress.of(localPart + "@example.com"));
      } catch (EmailAddress.InvalidAddressException e) {
        assertThat(localPart).contains("=?");
      }
    }
    assertThat(addresses).hasSizeGreaterThan(20);
    return addresses;
  }

  /** Python 3.11 keeps the space between two encoded words of a name, and drops it in a subject. */
  private static String name(String reader, String name) {
    return reader.startsWith("python") ? name.replace(" ", "") : name;
  }

  /** Sources: RFC 2047, section 2; RFC 5322, section 2.1.1. */
  @Test
  void linesWithEncodedWordsHaveAtMost76Characters() {
    MimeWriter writer = new MimeWriter();
    for (String text : texts()) {
      EmailAddress named = EmailAddress.of("b@example.com").withDisplayName(text);
      Email email = email(text).toBuilder().replyTo(named).cc(named).build();

      List<String> lines =
          new String(writer.write(email), StandardCharsets.US_ASCII).lines().toList();

      for (String header : List.of("From", "Reply-To", "To", "Cc", "Subject")) {
        assertThat(lines).anyMatch(line -> line.startsWith(header + ": "));
      }
      assertThat(lines)
          .filteredOn(line -> line.contains("=?"))
          .allMatch(line -> line.length() <= 76, "76 characters");
      assertThat(lines)
          .filteredOn(line -> line.contains("filename*"))
          .allMatch(line -> line.length() <= 78, "78 characters");
    }
  }
}
