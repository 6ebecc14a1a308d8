package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the configured languages a recipient gets, and in which direction it is written. */
class EmailLocalesTest {
  /** A template whose subject is its language tag and whose text is its direction. */
  record Greeting() {}

  private static final Map<String, String> FILES =
      Map.of(
          "greeting.subject.mustache", "{{lang}}",
          "greeting.txt.mustache", "{{dir}}",
          "greeting.html.mustache", "<p>{{dir}}</p>");

  private static EmailTemplates templates(String tags) {
    Locale[] locales =
        Arrays.stream(tags.split(" ")).map(Locale::forLanguageTag).toArray(Locale[]::new);
    return EmailTemplates.builder()
        .template("greeting", Greeting.class)
        .locales(locales[0], Arrays.copyOfRange(locales, 1, locales.length))
        .files(
            path ->
                new ByteArrayInputStream(
                    FILES
                        .getOrDefault(path.substring(path.indexOf('/') + 1), "")
                        .getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private static Email greeting(EmailTemplates templates, String tag) {
    EmailAddress ada = EmailAddress.of("ada@example.com");
    return templates.render(new Greeting(), Locale.forLanguageTag(tag)).from(ada).to(ada).build();
  }

  @ParameterizedTest
  @CsvSource({
    // The same locale, and one that differs in what no translation depends on.
    "en pt-PT pt-BR, pt-BR, pt-BR",
    "en pt pt-BR, pt-BR, pt-BR",
    "en pt-BR pt, pt, pt",
    "en pt pt-BR, pt-BR-u-hc-h12, pt-BR",
    "en ca-ES ca-ES-valencia, ca-ES-valencia, ca-ES-valencia",
    "en de de-AT, de-AT-1996, de-AT",
    "en th, th-TH-u-nu-thai, th",
    // Portuguese and Spanish on both sides of the Atlantic.
    "en pt-BR pt-PT, pt-AO, pt-PT",
    "en pt-BR pt-PT, pt-MZ, pt-PT",
    "en pt-PT pt-BR, pt, pt-BR",
    "en pt pt-PT, pt-AO, pt-PT",
    "en pt pt-PT, pt-US, pt",
    "en pt-BR, pt-AO, pt-BR",
    "en es es-419, es-MX, es-419",
    "en es-ES es-AR, es-MX, es-AR",
    "en es-AR es-419, es-MX, es-419",
    "en es-419 es-ES, es-GQ, es-ES",
    "en es-ES, es-MX, es-ES",
    "fr en-US en-GB, en-AU, en-GB",
    "fr en-IN en-GB, en-AU, en-GB",
    "fr en-GB en-US, en-PR, en-US",
    "fr en-GB en, en-US, en",
    "ar-EG ar-MA, ar-TN, ar-MA",
    // Scripts before regions.
    "en zh zh-TW, zh-Hant-TW, zh-TW",
    "en zh zh-TW, zh-HK, zh-TW",
    "en zh zh-TW zh-HK, zh-MO, zh-HK",
    "en zh-TW zh, zh-SG, zh",
    "en zh-TW zh-CN, zh-Hans, zh-CN",
    "en zh-Hant zh-Hans, zh-TW, zh-Hant",
    "en zh, zh-TW, zh",
    "en sr sr-Latn, sr-Latn-RS, sr-Latn",
    "en sr sr-Latn, sr-ME, sr-Latn",
    "en sr-Latn sr, sr-BA, sr",
    "en sr, sr-Latn, sr",
    "en pa pa-Arab, pa-PK, pa-Arab",
    "en az az-Arab, az-IR, az-Arab",
    // Norwegian has a code for both forms.
    "en nb, no, nb",
    "en no, nb-NO, no",
    "en nb, nn, nb",
    "en no nn, nn-NO, nn",
    "en nn no, nb, no",
    "da nn, no, nn",
    // So have others; readers of Cantonese understand Chinese.
    "en zh-TW zh-HK, yue-HK, zh-HK",
    "en zh-TW zh, yue, zh-TW",
    "en zh-TW zh, yue-CN, zh",
    "en zh-HK yue, yue-HK, yue",
    "en zh-TW zh, cmn, zh",
    "en zh-TW zh, cmn-TW, zh-TW",
    "en fil, tl-PH, fil",
    "en sr sr-Latn, sh, sr-Latn",
    "en ro, mo, ro",
    // The likely region, then no region, then the first.
    "en de-AT de-DE, de, de-DE",
    "en de-CH de, de-AT, de",
    "en de-CH de-DE, de-AT, de-CH",
    "en de-DE de-CH, de-AT, de-DE",
    // Old codes.
    "en he, iw, he",
    "en id, in-ID, id",
    // Nothing of that language.
    "en pt-BR pt-PT, fr, en",
    "en da, nb, en",
    "de en, und, de",
    "de en, und-US, de",
  })
  void choosesWhatTheRecipientUnderstandsBest(String configured, String recipient, String chosen) {
    assertThat(greeting(templates(configured), recipient).subject()).isEqualTo(chosen);
  }

  @Test
  void choosesTheSameWhateverTheOrderWherever() {
    String tags = "en pt-BR pt-PT zh zh-TW sr sr-Latn nb nn es es-419";
    String reversed =
        Stream.of(tags.split(" ")).reduce((before, tag) -> tag + " " + before).orElseThrow();
    EmailTemplates one = templates(tags);
    EmailTemplates other = templates(reversed);
    for (String tag : "pt-AO zh-HK sr-Latn-BA no-NO nn-NO es-MX es-GQ pt zh-SG sr-ME".split(" ")) {
      assertThat(greeting(one, tag).subject()).isEqualTo(greeting(other, tag).subject());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ar, rtl",
    "fa-AF, rtl",
    "he, rtl",
    "iw, rtl",
    "yi, rtl",
    "ur, rtl",
    "ps, rtl",
    "dv, rtl",
    "ckb, rtl",
    "sd, rtl",
    "ug, rtl",
    "az-Arab, rtl",
    "az-IR, rtl",
    "ku-Arab, rtl",
    "pa-Arab, rtl",
    "pa-PK, rtl",
    "uz-AF, rtl",
    "ff-Adlm, rtl",
    "nqo, rtl",
    "he-Latn, ltr",
    "ar-Latn, ltr",
    "ur-Deva, ltr",
    "sd-IN, ltr",
    "az, ltr",
    "ku, ltr",
    "pa, ltr",
    "uz, ltr",
    "en-IL, ltr",
    "zh-Hant, ltr",
  })
  void writesEachScriptInItsDirection(String tag, String direction) {
    assertThat(greeting(templates(tag), tag).text()).isEqualTo(direction);
  }

  /** Readers of traditional characters must not get a sentence in simplified ones. */
  @Test
  void takesNoFileInAnotherScript() {
    EmailTemplates.Builder builder =
        EmailTemplates.builder()
            .template("greeting", Greeting.class)
            .locales(Locale.ENGLISH, Locale.forLanguageTag("zh"), Locale.forLanguageTag("zh-TW"))
            .files(
                path ->
                    path.startsWith("zh-TW/greeting.txt")
                        ? null
                        : new ByteArrayInputStream("text".getBytes(StandardCharsets.UTF_8)));

    assertThatExceptionOfType(EmailTemplates.TemplateException.class)
        .isThrownBy(builder::build)
        .withMessageContaining("File not found: zh-TW/greeting.txt.mustache. Add it.");
  }
}
