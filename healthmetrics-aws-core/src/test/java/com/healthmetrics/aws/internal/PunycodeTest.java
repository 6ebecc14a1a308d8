package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PunycodeTest {

  /** RFC 3492, section 7.1, and registries' results for the letter ß. */
  @ParameterizedTest
  @CsvSource({
    "ليهمابتكلموشعربي؟, xn--egbpdaj6bu4bxfgehfvwxn",
    "他们为什么不说中文, xn--ihqwcrb4cv8a8dqg056pqjye",
    "почемужеонинеговорятпорусски, xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
    "3年b組金八先生, xn--3b-ww4c5e180e575a65lsy2b",
    "faß, xn--fa-hia",
    "straße, xn--strae-oqa",
    "ß, xn--zca",
  })
  void encodesAsTheStandardShows(String label, String ascii) {
    assertThat(Punycode.encode(label)).isEqualTo(ascii);
  }

  @Property
  void encodesAsTheJdkDoes(@ForAll("labels") String label) {
    assertThat(Punycode.encode(label)).isEqualTo(IDN.toASCII(label));
  }

  @Provide
  Arbitrary<String> labels() {
    return Arbitraries.strings()
        .withChars("abcdefghijklmnopqrstuvwxyz0123456789")
        .withCharRange('à', 'ö')
        .withCharRange('а', 'я')
        .withCharRange('\u4e00', '\u9fa5')
        .ofMinLength(1)
        .ofMaxLength(12)
        .filter(label -> label.chars().anyMatch(c -> c > 127));
  }
}
