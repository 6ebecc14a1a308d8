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

class ReceivedMailTest {

  private static ReceivedMail mail(String text) {
    Parts parts =
        new Parts(
            "no-reply@example.com",
            List.of("Jo <jo@example.org>", "weird"),
            List.of(),
            List.of(),
            List.of(),
            "Subject",
            Optional.of(text),
            Optional.empty(),
            Map.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty());
    return new ReceivedMail("id", Instant.EPOCH, parts);
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
        "https://127.0.0.1:8080/v?t=a-b_c.     | https://127.0.0.1:8080/v?t=a-b_c"
      })
  void findsALinkWithoutThePunctuationAfterIt(String text, String link) {
    assertThat(mail(text).links()).containsExactly(link);
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
