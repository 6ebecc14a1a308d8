package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.EmailAddress.InvalidAddressException;
import com.healthmetrics.aws.mail.EmailAddress.InvalidAddressException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
  private static final Pattern ENCODED_WORD = Pattern.compile("=\\?UTF-8\\?B\\?([^?]*)\\?=");

  @ParameterizedTest
  @CsvSource({
    "ada@example.com, ada@example.com",
    "' ada@example.com ', ada@example.com",
    "<ada@example.com>, ada@example.com",
    "Ada.Lovelace+tag@Example.COM, Ada.Lovelace+tag@example.com",
    "a!#$%&'*+/?=^_`{|}~-z@example.com, a!#$%&'*+/?=^_`{|}~-z@example.com",
    "a@b.example, a@b.example",
    "a@xn--bcher-kva.example, a@xn--bcher-kva.example",
    "a@bücher.example, a@xn--bcher-kva.example",
    "a@BÜCHER.example, a@xn--bcher-kva.example",
    "a@例え.テスト, a@xn--r8jz45g.xn--zckzah",
    "a@example。com, a@example.com",
    "a@1.2.example, a@1.2.example",
    "a@faß.de, a@xn--fa-hia.de",
    "a@FAẞ.de, a@xn--fa-hia.de",
    "a@straße.example, a@xn--strae-oqa.example",
    "a@βόλος.com, a@xn--nxasmm1c.com",
    "a@ὀδός.example, a@xn--pxa2a3a176w.example",
    "a@mail.groß.bücher.example, a@mail.xn--gro-7ka.xn--bcher-kva.example",
  })
  void readsBareAddresses(String text, String address) {
    EmailAddress read = EmailAddress.parse(text);

    assertThat(read.address()).isEqualTo(address);
    assertThat(read.domain()).isEqualTo(address.substring(address.indexOf('@') + 1));
    assertThat(read.displayName()).isEmpty();
    assertThat(read.toHeaderValue()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "ada@localhost",
        "ada@@example.com",
        "a@da@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "a da@example.com",
        "ada,bob@example.com",
        "ada@example.com,bob@example.com",
        "ada@example.com bob@example.com",
        "\"ada lovelace\"@example.com",
        "ada(comment)@example.com",
        "ada@[192.168.0.1]",
        "ada@192.168.0.1",
        "ada@-example.com",
        "ada@example-.com",
        "ada@exa_mple.com",
        "ada@example..com",
        "ada@.example.com",
        "ada@example.com.",
        "ada@groß..com",
        "ada@-groß.com",
        "ada@-bücher.com",
        "ada@groß_.com",
        "ada@groß",
        "ada@example.c",
        "ada@example.123",
        "Ada <ada@example.com",
        "Ada ada@example.com>",
        "Ada <ada@example.com> x",
        "Ada <>",
        "<<ada@example.com>>",
      })
  void refusesInvalidAddresses(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> EmailAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada@example.com\r\nBcc: eve@example.com",
        "ada\n@example.com",
        "Ada\r\nBcc: eve@example.com <ada@example.com>",
        "ada@example.com\n",
        "\tada@example.com",
        "ada\u0000@example.com",
        "Ada\u2028 <ada@example.com>",
        "Ada\ud83d <ada@example.com>"
      })
  void refusesLineBreaksAndOtherControlCharacters(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse(text))
        .withMessageContaining("contains character U+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@na\u200cme.example", "a@na\u200dme.example"})
  void refusesDomainsThatIdnaRulesEncodeDifferently(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse(text))
        .withMessageContaining("punycode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"jörg@example.com", "用户@example.com", "😀@example.com", "\u00adada@example.com"})
  void refusesLocalPartsThatSesDoesNotDeliverTo(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse(text))
        .withMessageContaining("not ASCII");
  }

  @Test
  void convertsAParameterOfARequestLikeAnyOtherText() {
    assertThat(EmailAddress.valueOf(" ada@EXAMPLE.com"))
        .isEqualTo(EmailAddress.of("ada@example.com"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.valueOf("Ada <ada@example.com>"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`Ada <>`, BLANK",
        "`ada@\texample.com`, CONTROL_CHARACTER",
        "`Ada <ada@example.com`, ANGLE_BRACKETS",
        "`<<ada@example.com>>`, ANGLE_BRACKETS",
        "ada, AT_MISSING",
        "ada@@example.com, SEVERAL_ATS",
        "`ada@example.com,bob@example.com`, SEVERAL_ATS",
        "a da@example.com, SPACE",
        "ada@exa mple.com, SPACE",
        "ada@exa\u00a0mple.com, SPACE",
        "ada@example.com x, SPACE",
        "@example.com, LOCAL_PART_MISSING",
        "jörg@example.com, LOCAL_PART_NOT_ASCII",
        ".ada@example.com, LOCAL_PART_DOTS",
        "ada.@example.com, LOCAL_PART_DOTS",
        "a..da@example.com, LOCAL_PART_DOTS",
        "`ada,bob@example.com`, LOCAL_PART_CHARACTER",
        "\"ada\"@example.com, LOCAL_PART_CHARACTER",
        "ada(comment)@example.com, LOCAL_PART_CHARACTER",
        "=?UTF-8?Q?=0D=0ABcc=3Aeve=40evil.example?=@example.com, LOCAL_PART_CHARACTER",
        "ada=?x@example.com, LOCAL_PART_CHARACTER",
        "ada@, DOMAIN_MISSING",
        "ada@localhost, DOMAIN_ENDING_MISSING",
        "ada@bücher, DOMAIN_ENDING_MISSING",
        "ada@na\u200cme.example, DOMAIN_AMBIGUOUS",
        "ada@192.168.0.1, DOMAIN_INVALID",
        "ada@[192.168.0.1], DOMAIN_INVALID",
        "ada@example..com, DOMAIN_INVALID",
        "ada@exa_mple.com, DOMAIN_INVALID",
        "ada@example.com., DOMAIN_INVALID",
      })
  void givesTheReasonAsACodeThatAnApplicationTranslates(String text, Reason reason) {
    assertThat(reasonOf(text)).isEqualTo(reason);
  }

  @Test
  void givesTheReasonOfWhatIsTooLong() {
    assertThat(reasonOf("l".repeat(65) + "@example.com")).isEqualTo(Reason.TOO_LONG);
    assertThat(reasonOf("ä".repeat(65) + "@example.com")).isEqualTo(Reason.TOO_LONG);
    assertThat(reasonOf("a@" + ("d".repeat(59) + ".").repeat(5) + "example.com"))
        .isEqualTo(Reason.TOO_LONG);
    assertThat(reasonOf("a".repeat(2_000))).isEqualTo(Reason.TOO_LONG);
    assertThat(reasonOf("n".repeat(129) + " <a@example.com>"))
        .isEqualTo(Reason.DISPLAY_NAME_INVALID);
  }

  @Test
  void writesAnotherSentenceForEachReason() {
    List<String> texts =
        List.of(
            "",
            "<a@b.example",
            "ada",
            "a@@b.example",
            "a @b.example",
            "@b.example",
            "ä@b.example",
            ".a@b.example",
            "a,@b.example",
            "a@",
            "a@b",
            "a@b\u200d.example",
            "a@b_.example");
    Set<String> sentences = new HashSet<>();
    texts.forEach(text -> sentences.add(refusalOf(text).getMessage()));
    assertThat(sentences).hasSameSizeAs(texts);
  }

  private static Reason reasonOf(String text) {
    return refusalOf(text).reason();
  }

  private static InvalidAddressException refusalOf(String text) {
    InvalidAddressException refusal =
        catchThrowableOfType(InvalidAddressException.class, () -> EmailAddress.parse(text));
    assertThat(refusal).as(text).isNotNull();
    return refusal;
  }

  @Test
  void namesThePartThatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("ada"))
        .withMessageContaining("no @");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("@example.com"))
        .withMessageContaining("before the @");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("ada@"))
        .withMessageContaining("after the @");
  }

  @Test
  void limitsTheLocalPartTo64Characters() {
    assertThat(EmailAddress.parse("l".repeat(64) + "@example.com").address()).startsWith("llll");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("l".repeat(65) + "@example.com"))
        .withMessageContaining("64");
  }

  @Test
  void limitsTheAddressTo254Characters() {
    String domain = ("d".repeat(59) + ".").repeat(3) + "example.com";
    String longest = "l".repeat(254 - 1 - domain.length()) + "@" + domain;

    assertThat(EmailAddress.parse(longest).address()).hasSize(254);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("l" + longest))
        .withMessageContaining("254");
  }

  @Test
  void limitsLabelsTo63Characters() {
    assertThat(EmailAddress.parse("a@" + "d".repeat(63) + ".com").domain()).hasSize(67);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("a@" + "d".repeat(64) + ".com"));
  }

  /** Regular expressions recurse: without a check of the length, these overflow the stack. */
  @ParameterizedTest
  @ValueSource(strings = {"a.", "a@", "aä.", "<", "\""})
  void refusesEndlessInputAtOnce(String part) {
    String endless = part.repeat(100_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse(endless + "a@example.com"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("a@" + endless + "example.com"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse(endless + " <a@example.com>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret.person@exa mple.com",
        "secret.person",
        "secret.person@localhost",
        "secret person@example.com",
        "secret.person\r\n@example.com",
        "secret.pers\u00f6n@example.com",
        "x@secret.person\u200d.de",
        "Secret.Person <secret.person@>"
      })
  void neverRepeatsAnAddressInAMessage(String text) {
    IllegalArgumentException refusal =
        catchThrowableOfType(IllegalArgumentException.class, () -> EmailAddress.parse(text));

    assertThat(refusal).isNotNull().hasNoCause();
    assertThat(refusal.getMessage()).doesNotContainIgnoringCase("secret").isNotBlank();
  }

  @Test
  void masksItselfInLogs() {
    assertThat(EmailAddress.parse("Ada Lovelace <ada.lovelace@example.com>"))
        .hasToString("a***@example.com");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`HealthMetrics <a@example.com>`, HealthMetrics, `\"HealthMetrics\" <a@example.com>`",
        "`\"Lovelace, Ada\" <a@example.com>`, `Lovelace, Ada`, `\"Lovelace, Ada\" <a@example.com>`",
        "`Lovelace, Ada <a@example.com>`, `Lovelace, Ada`, `\"Lovelace, Ada\" <a@example.com>`",
        "`\"The \\\"Count\\\"\" <a@example.com>`, `The \"Count\"`, `\"The \\\"Count\\\"\" <a@example.com>`",
        "`back\\slash <a@example.com>`, `back\\slash`, `\"back\\\\slash\" <a@example.com>`",
        "`eve@evil.example <a@example.com>`, eve@evil.example, `\"eve@evil.example\" <a@example.com>`",
        "`<x> <a@example.com>`, `<x>`, `\"<x>\" <a@example.com>`",
        "`\"open <a@example.com>`, `\"open`, `\"\\\"open\" <a@example.com>`",
        "`shut\" <a@example.com>`, `shut\"`, `\"shut\\\"\" <a@example.com>`",
        "`\" <a@example.com>`, `\"`, `\"\\\"\" <a@example.com>`",
      })
  void quotesDisplayNames(String text, String name, String header) {
    EmailAddress read = EmailAddress.parse(text);

    assertThat(read.displayName()).hasValue(name);
    assertThat(read.address()).isEqualTo("a@example.com");
    assertThat(read.toHeaderValue()).isEqualTo(header);
  }

  @Test
  void treatsAnEmptyNameAsNone() {
    assertThat(EmailAddress.parse("\"\" <a@example.com>").displayName()).isEmpty();
    assertThat(EmailAddress.parse("  <a@example.com>").displayName()).isEmpty();
  }

  /** Otherwise anybody could put words into our emails. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Ada <a@example.com>", "Call 0900 now <a@example.com>", "<a@example.com>"})
  void refusesADisplayNameInABareAddress(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.of(text))
        .withMessageContaining("angle brackets");
  }

  @Test
  void acceptsADisplayNameFromTheApplication() {
    EmailAddress named = EmailAddress.of("a@example.com").withDisplayName("Ada, \"Countess\"");

    assertThat(named).isEqualTo(EmailAddress.parse(named.toHeaderValue()));
    assertThat(named.displayName()).hasValue("Ada, \"Countess\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\r\nBcc: b@example.com"})
  void refusesInvalidDisplayNames(String name) {
    EmailAddress address = EmailAddress.of("a@example.com");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> address.withDisplayName(name))
        .withMessageContaining("display name");
  }

  @Test
  void masksAMailboxOfOneLetterEntirely() {
    assertThat(EmailAddress.of("a@example.com")).hasToString("***@example.com");
    assertThat(EmailAddress.of("ab@example.com")).hasToString("a***@example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=?UTF-8?Q?Ada=0D=0ABcc=3A_eve=40evil.example?=",
        "Ada =?utf-8?b?QQ==?=",
        "Ada\u202Eavol",
        "\u2067Ada\u2069",
        "Ada\u200E",
        "A\u200Bda",
        "A\u200Dda",
        "A\u00ADda",
        "\u3164",
        "Ada\uFEFF",
        "Ada\uDB40\uDC41"
      })
  void refusesDisplayNamesThatReadersShowAsOthers(String name) {
    EmailAddress address = EmailAddress.of("a@example.com");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> address.withDisplayName(name))
        .withMessageStartingWith("The display name contains ")
        .withMessageNotContaining("eve");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "علی\u200Cرضا",
        "क्\u200Dष",
        "ශ්\u200Dරී",
        "Team 👩\u200D⚕️",
        "葛\uDB40\uDD00",
        "2=? Ada"
      })
  void acceptsDisplayNamesOfEveryScript(String name) {
    EmailAddress address = EmailAddress.of("a@example.com");

    assertThat(address.withDisplayName(name).displayName()).hasValue(name);
  }

  /** The name of the next recipient could end it. */
  @Test
  void encodesADisplayNameInWhichAnEncodedWordCouldBegin() {
    EmailAddress address = EmailAddress.of("a@example.com");

    assertThat(address.withDisplayName("=?UTF-8?Q?Ada").toHeaderValue())
        .isEqualTo("=?UTF-8?B?PT9VVEYtOD9RP0FkYQ==?= <a@example.com>");
  }

  @Test
  void limitsDisplayNamesTo128Characters() {
    assertThat(EmailAddress.parse("n".repeat(128) + " <a@example.com>").displayName().orElseThrow())
        .hasSize(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAddress.parse("n".repeat(129) + " <a@example.com>"))
        .withMessageContaining("129");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Jörg",
        "健康",
        "Gesundheit 😀 für alle",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
        "ä\"\\<>,;:"
      })
  void encodesNamesBeyondAsciiAsRfc2047Asks(String name) {
    assertThatNameSurvives(name);
  }

  @Property
  void encodesEveryNameSoThatItCanBeReadBack(@ForAll("names") String name) {
    assertThatNameSurvives(name);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of("ä", "漢", "😀", "x", " ", "\"", "é")
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(characters -> "ü" + String.join("", characters) + "ü")
        .filter(name -> name.length() <= 128);
  }

  private static void assertThatNameSurvives(String name) {
    EmailAddress address = EmailAddress.parse(name + " <a@example.com>");
    assertThat(address.displayName()).hasValue(name);

    String header = address.toHeaderValue();

    assertThat(header).endsWith(" <a@example.com>").matches("[ -~]+");
    String phrase = header.substring(0, header.length() - " <a@example.com>".length());
    StringBuilder decoded = new StringBuilder();
    for (String word : phrase.split(" ")) {
      assertThat(word).hasSizeLessThanOrEqualTo(75);
      Matcher matcher = ENCODED_WORD.matcher(word);
      assertThat(matcher.matches()).as(word).isTrue();
      String text =
          new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8);
      assertThat(text).as("no character is split").doesNotContain("\uFFFD").isNotEmpty();
      decoded.append(text);
    }
    assertThat(decoded).hasToString(name);
  }

  @Test
  void equalsTheSameMailboxWithTheSameName() {
    EmailAddress ada = EmailAddress.parse("Ada <ada@example.com>");

    assertThat(ada)
        .isEqualTo(EmailAddress.parse("\"Ada\" <ada@EXAMPLE.com>"))
        .hasSameHashCodeAs(EmailAddress.parse("\"Ada\" <ada@EXAMPLE.com>"))
        .isNotEqualTo(EmailAddress.parse("ada@example.com"))
        .isNotEqualTo(EmailAddress.parse("Ada <bob@example.com>"))
        .isNotEqualTo(EmailAddress.parse("Ada <ada@example.org>"))
        .isNotEqualTo("Ada <ada@example.com>");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> EmailAddress.parse(null));
  }
}
