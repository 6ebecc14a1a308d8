package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The links that mail clients make of the text of an account email, with four libraries that they
 * use. {@code -Drandom.seed} makes others.
 */
class LinkifierTest {
  private static final long SEED = Long.getLong("random.seed", 1);
  private static final Pattern LINK = Pattern.compile("(?m)^https?://\\S+$");

  @Test
  void everyTokenSurvivesTheLinkifiersOfMailClients() {
    System.err.println("Tokens from -Drandom.seed=" + SEED);
    Random random = new Random(SEED);
    String characters = "abcABC0189-._~-._~-._~!*'();:@&=+$,/?#[]% \"<>\\^`{|}é😀";
    int[] choices = characters.codePoints().toArray();
    List<String> tokens =
        new ArrayList<>(
            List.of("a.b", "..", "a...b", "a---b", "__", "-._~", "eyJh.eyJ-_.x-_-", "~a~"));
    for (int i = 0; i < 300; i++) {
      StringBuilder token = new StringBuilder();
      int length = 1 + random.nextInt(60);
      for (int at = 0; at < length; at++) {
        token.appendCodePoint(choices[random.nextInt(choices.length)]);
      }
      tokens.add(token.toString());
    }
    tokens.removeIf(String::isBlank);
    List<String> texts = new ArrayList<>();
    List<String> links = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      String app = i % 2 == 0 ? "https://app.example.com/a" : "http://localhost:3000";
      String text = text(app, tokens.get(i), i % 3 == 0 ? Locale.GERMAN : Locale.ENGLISH);
      texts.add(text);
      Matcher link = LINK.matcher(text);
      assertThat(link.find()).isTrue();
      links.add(link.group());
    }

    JsonNode found = ReaderProgram.read("linkifiers.mjs", texts);

    for (int i = 0; i < tokens.size(); i++) {
      String link = links.get(i);
      String query = URI.create(link).getRawQuery();
      assertThat(URLDecoder.decode(query.substring("token=".length()), StandardCharsets.UTF_8))
          .isEqualTo(tokens.get(i));
      assertThat(found.get(i)).hasSize(4);
      for (Map.Entry<String, JsonNode> library : found.get(i).properties()) {
        assertThat(library.getValue()).as("%s, seed %s", library, SEED).hasSize(1);
        assertThat(library.getValue().get(0).asText())
            .as("%s, seed %s", library, SEED)
            .isEqualTo(link);
      }
    }
  }

  private record Hello(String name) {}

  @Test
  void noNameThatATemplateAcceptsBecomesALink() {
    System.err.println("Names from -Drandom.seed=" + SEED);
    Random random = new Random(SEED);
    List<String> pieces =
        List.of(
            "evil",
            "Ada",
            "com",
            "de",
            "travel",
            "рф",
            "www",
            "http",
            "ftp",
            "mailto",
            "❤",
            "☃",
            "®",
            "\u200B",
            "\u200D",
            "\u00AD",
            "localhost",
            "1.2.3.4",
            ":",
            "://",
            "/",
            "?",
            "@",
            ".",
            ".",
            ".",
            "-",
            "_",
            " ",
            " ",
            ",",
            "(",
            ")");
    EmailTemplates templates =
        EmailTemplates.builder()
            .template("hello", Hello.class)
            .locales(Locale.ENGLISH)
            .files(
                name -> new ByteArrayInputStream("Hello {{name}}".getBytes(StandardCharsets.UTF_8)))
            .build();
    List<String> texts = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 4_000; i++) {
      StringBuilder name = new StringBuilder();
      int count = 1 + random.nextInt(7);
      for (int at = 0; at < count; at++) {
        name.append(pieces.get(random.nextInt(pieces.size())));
      }
      // An address alone is allowed, and becomes a link.
      if (name.toString().matches("[^ @]+@[^ @]+")) {
        continue;
      }
      try {
        texts.add(finish(templates.render(new Hello(name.toString()))).text());
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }

    JsonNode found = ReaderProgram.read("linkifiers.mjs", texts);

    assertThat(refused).isBetween(100, 3_900);
    List<String> links = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!StreamSupport.stream(found.get(i).spliterator(), false).allMatch(JsonNode::isEmpty)) {
        links.add(texts.get(i) + " " + found.get(i));
      }
    }
    assertThat(links).as("seed %s", SEED).isEmpty();
  }

  private static Email finish(Email.Builder email) {
    return email
        .from(EmailAddress.of("a@example.com"))
        .to(EmailAddress.of("b@example.com"))
        .build();
  }

  private static String text(String app, String token, Locale locale) {
    InMemoryMailer mailer = new InMemoryMailer();
    AccountEmails.builder()
        .mailer(mailer)
        .from(EmailAddress.of("noreply@example.com"))
        .appUrl(URI.create(app))
        .product("HealthMetrics")
        .build()
        .sendVerification(EmailAddress.of("ada@example.com"), token, locale);
    return mailer.sent().get(0).text();
  }
}
