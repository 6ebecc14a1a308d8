package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAttachmentTest {
  private static final byte[] BYTES = {1, 2, 3};

  private static EmailAttachment named(String fileName) {
    return EmailAttachment.of(fileName, "application/pdf", BYTES);
  }

  @Test
  void returnsWhatItWasCreatedWith() {
    byte[] bytes = BYTES.clone();
    EmailAttachment file = EmailAttachment.of("Übung 1.pdf", "application/pdf", bytes);
    bytes[0] = 9;
    file.bytes()[1] = 9;

    assertThat(file.fileName()).isEqualTo("Übung 1.pdf");
    assertThat(file.mediaType()).isEqualTo("application/pdf");
    assertThat(file.bytes()).containsExactly(1, 2, 3);
    assertThat(file.sizeBytes()).isEqualTo(3);
    assertThat(file.contentId()).isEmpty();
    assertThat(file).hasToString("EmailAttachment[application/pdf, 3 bytes]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"logo", "logo@example.com", "a.b-c_d+e", "7"})
  void identifiesAnInlineImageByItsContentId(String contentId) {
    EmailAttachment image = EmailAttachment.inline(contentId, "logo.png", "image/png", BYTES);

    assertThat(image.contentId()).hasValue(contentId);
    assertThat(image).hasToString("EmailAttachment[image/png, 3 bytes, inline]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "name", ".pdf", "name.", "a/b.pdf", "a\\b.pdf", "a\r\nb.pdf", "a\u0000.pdf"})
  void refusesInvalidFileNames(String fileName) {
    assertThatIllegalArgumentException().isThrownBy(() -> named(fileName));
  }

  @Test
  void refusesAFileNameThatIsTooLong() {
    assertThat(named("n".repeat(251) + ".pdf").fileName()).hasSize(255);
    assertThatIllegalArgumentException().isThrownBy(() -> named("n".repeat(252) + ".pdf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.exe", "RUN.BAT", "report.pdf.js", "a.ps1", "a.url", "a.cer"})
  void refusesFilesThatSesDoesNotCarry(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(fileName))
        .withMessageContaining("SES does not carry attachments");
  }

  /** As systems and mail clients save them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.exe ",
        "a.exe. .",
        "a.exe\u00A0",
        "a.exe\u3000",
        "a\uFF0Eexe",
        "a\u3002exe",
        "a\u2024exe",
        "a.\uFF45\uFF58\uFF45",
        "a. exe",
        "a.exe:b.txt",
        "a.exe::$DATA.txt",
        "a.pdf.EXE"
      })
  void refusesProgramsWhoseNamesOnlyLookLikeOthers(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(fileName))
        .withMessageStartingWith("SES does not carry attachments that end in .exe,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u202Efdp.exe",
        "a\u202Eexe.pdf",
        "a.exe\u200B",
        "a.ex\u00ADe",
        "=?UTF-8?Q?a?=.pdf"
      })
  void refusesNamesThatReadersShowAsOthers(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(fileName))
        .withMessageStartingWith("The attachment's file name contains ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pdf", "application/", "/pdf", "a/b\r\nBcc: x", "a/b/c"})
  void refusesInvalidMediaTypes(String mediaType) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.of("a.pdf", mediaType, BYTES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text/calendar; method=REQUEST; charset=utf-8|text/calendar; method=REQUEST; charset=utf-8",
        "text/calendar;method=\"REQUEST\"  ;charset=utf-8|text/calendar; method=REQUEST; charset=utf-8",
        "text/plain; format=\"a b\"|text/plain; format=\"a b\"",
        "text/plain; x=\"\"|text/plain; x=\"\"",
        "text/plain; x=\"a;b=c\"|text/plain; x=\"a;b=c\""
      })
  void keepsTheParametersOfAMediaType(String mediaType, String kept) {
    assertThat(EmailAttachment.of("a.ics", mediaType, BYTES).mediaType()).isEqualTo(kept);
    assertThat(EmailAttachment.of("a.ics", kept, BYTES).mediaType()).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b;",
        "a/b; c",
        "a/b; c=",
        "a/b; c=d e",
        "a/b; c=\"d",
        "a/b; c=\"d\"e\"",
        "a/b; c=\"\\\"\"",
        "a/b; c=ä",
        "a/b; c=\"d\r\n\"",
        "a/b; c=\"\r\nBcc: x\"",
        "a/b; c=\"=?UTF-8?Q?d?=\"",
        "a/b; name*=d",
        "a/b; c='d'",
        "a/b; c=d; C=e",
        "a/b; name=run.exe",
        "a/b; Boundary=x"
      })
  void refusesOtherParameters(String mediaType) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.of("a.pdf", mediaType, BYTES));
  }

  @Test
  void limitsAMediaTypeAsSesDoes() {
    String longest = "application/" + "x".repeat(64) + ";a";

    assertThat(EmailAttachment.of("a.bin", longest.replace(";a", ""), BYTES)).isNotNull();
    assertThat(EmailAttachment.of("a.bin", "a/" + "b".repeat(60) + ";c=" + "d".repeat(12), BYTES))
        .isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.of("a.bin", "a".repeat(64) + "/" + "b".repeat(14), BYTES))
        .withMessageContaining("at most 78 characters");
  }

  @Test
  void limitsAMediaTypeAsItIsWritten() {
    String longest = "a/" + "b".repeat(64) + ";c=1;d=123";
    String tooLong = "a/" + "b".repeat(64) + ";c=1;d=1;e=1";

    assertThat(longest).hasSize(76);
    assertThat(EmailAttachment.of("a.bin", longest, BYTES).mediaType())
        .hasSize(78)
        .endsWith("b; c=1; d=123");
    assertThat(tooLong).hasSize(78);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.of("a.bin", tooLong, BYTES))
        .withMessageContaining("at most 78 characters, with one space after each semicolon");
  }

  /** MIME does not allow base64 for them, and all attachments here are base64. */
  @ParameterizedTest
  @ValueSource(strings = {"message/rfc822", "Multipart/mixed"})
  void refusesEmailsAsFiles(String mediaType) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.of("a.eml", mediaType, BYTES))
        .withMessageContaining("application/octet-stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<logo>", "a b", "a@", "a\"b", "a\r\nb", "ü"})
  void refusesInvalidContentIds(String contentId) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.inline(contentId, "a.png", "image/png", BYTES));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.inline("i".repeat(79), "a.png", "image/png", BYTES));
  }

  @Test
  void showsNothingButImagesInline() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmailAttachment.inline("a", "a.html", "text/html", BYTES))
        .withMessageContaining("image");
  }

  @Test
  void equalsAnAttachmentWithTheSameValues() {
    assertThat(named("a.pdf")).isEqualTo(named("a.pdf")).hasSameHashCodeAs(named("a.pdf"));
    assertThat(named("a.pdf")).isNotEqualTo(named("b.pdf"));
    assertThat(named("a.pdf"))
        .isNotEqualTo(EmailAttachment.of("a.pdf", "application/pdf", new byte[3]));
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException()
        .isThrownBy(() -> EmailAttachment.of(null, "application/pdf", BYTES));
    assertThatNullPointerException().isThrownBy(() -> EmailAttachment.of("a.pdf", null, BYTES));
    assertThatNullPointerException()
        .isThrownBy(() -> EmailAttachment.of("a.pdf", "application/pdf", null));
    assertThatNullPointerException()
        .isThrownBy(() -> EmailAttachment.inline(null, "a.png", "image/png", BYTES));
  }
}
