package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Parts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedMailTest {

  private static ReceivedMail mail(String text) {
    return mail(Optional.of(text), Optional.empty());
  }

  private static ReceivedMail mail(String text, String html) {
    return mail(Optional.of(text), Optional.of(html));
  }

  private static ReceivedMail mail(Optional<String> text, Optional<String> html) {
    Parts parts =
        new Parts(
            "no-reply@example.com",
            List.of("Jo <jo@example.org>", "weird"),
            List.of(),
            List.of(),
            List.of(),
            "Subject",
            text,
            html,
            Map.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty());
    return new ReceivedMail("id", Instant.EPOCH, parts, List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Open https://a.test/x?y=1&z=%20#f     | https://a.test/x?y=1&z=%20#f",
        "Open https://a.test/x.                | https://a.test/x",
        "(see http://a.test/x/)                | http://a.test/x/",
        "<https://a.test/x>                    | https://a.test/x",
        "\"https://a.test/x\", really!         | https://a.test/x",
        "https://a.test/x?a=b=                 | https://a.test/x?a=b=",
        "At https://127.0.0.1:8080/v?t=a-b_c.  | https://127.0.0.1:8080/v?t=a-b_c",
        "Öffnen Sie „https://a.test/x“。         | https://a.test/x",
        "HTTPS://A.test/x\u00a0- open it        | HTTPS://A.test/x"
      })
  void findsALinkWithoutThePunctuationAfterIt(String text, String link) {
    assertThat(mail(text).links()).containsExactly(link);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.test/x?token=%s",
        "Open this link:\n\n  https://a.test/x?token=%s \n\nThank you.",
        "Open:\r\n\thttps://a.test/x?token=%s\r\nThank you.",
        "Open <https://a.test/x?token=%s>, please."
      })
  void findsTheWholeLinkWhereTheTextDelimitsIt(String text) {
    for (String token :
        List.of("a.", "a,", "a;", "a:", "a!", "a?", "a)", "a]", "a}", "a'", "a-=")) {
      assertThat(mail(text.formatted(token)).links())
          .containsExactly("https://a.test/x?token=" + token);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.test/x?token=a., https://a.test/x?token=a.",
    "https://a.test/x?token=a, https://a.test/x?token=a",
    "https://a.test/x?token=, https://a.test/x?token=a",
    "https://a.test/x?token=a.b, https://a.test/x?token=a"
  })
  void letsTheHtmlDecideWhetherPunctuationBelongsToALink(String target, String link) {
    String html = "<p><a href='" + target + "'>Open</a></p>";
    assertThat(mail("Open https://a.test/x?token=a.", html).links()).containsExactly(link);
  }

  @Test
  void findsTheLinksOfHtmlWithoutAText() {
    String html =
        "<a href=\"https://a.test/x?y=1&amp;token=a.&#41;&quot;&#x27;\">x</a>"
            + "<a href=mailto:help@a.test>help</a><a href='#top'>top</a>";
    ReceivedMail mail = mail(Optional.empty(), Optional.of(html));
    assertThat(mail.links()).containsExactly("https://a.test/x?y=1&token=a.)\"'");
  }

  @Test
  void findsNoLinkWithoutAHost() {
    assertThat(mail("https:// and http://, or https://.").links()).isEmpty();
  }

  @Test
  void findsLinksInOrder() {
    assertThat(mail("b https://b.test/\na https://a.test/ ftp://c.test/ https://b.test/").links())
        .containsExactly("https://b.test/", "https://a.test/", "https://b.test/");
  }

  @Test
  void masksRecipientsAndShowsNoBody() {
    assertThat(mail("secret https://a.test/?token=1"))
        .hasToString("ReceivedMail[id, to [***@example.org, ***], subject \"Subject\"]");
  }
}
