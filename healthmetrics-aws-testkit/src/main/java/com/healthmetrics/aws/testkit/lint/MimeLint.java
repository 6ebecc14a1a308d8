package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules for a message as it is sent. */
final class MimeLint {
  private static final int MAX_LINE = 998;
  private static final Set<String> SINGLE =
      Set.of(
          "date",
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "message-id",
          "in-reply-to",
          "references",
          "subject",
          "mime-version",
          "content-type",
          "content-transfer-encoding",
          "list-unsubscribe",
          "list-unsubscribe-post",
          "auto-submitted",
          "precedence");

  private final LintedMime message;
  private final LintFindings findings;

  MimeLint(LintedMime message, LintFindings findings) {
    this.message = message;
    this.findings = findings;
  }

  void check() {
    findings.addIf(
        message.header("mime-version").isEmpty(),
        Rule.MIME_VERSION,
        "no MIME-Version",
        "Add MIME-Version: 1.0; without it, parts and encodings have no meaning.");
    findings.addIf(
        message.all().anyMatch(part -> part.head().chars().anyMatch(c -> c > 126)),
        Rule.HEADER_NOT_ASCII,
        "a header with a byte outside ASCII",
        "Encode it as in RFC 2047: =?UTF-8?B?…?=.");
    int longest = message.source().lines().mapToInt(String::length).max().orElse(0);
    findings.addIf(
        longest > MAX_LINE,
        Rule.LINE_LENGTH,
        "a line of " + longest + " bytes",
        "SMTP accepts " + MAX_LINE + "; encode the part as quoted-printable.");
    duplicates();
    alternatives();
    message.leaves().filter(part -> part.mediaType().startsWith("text/")).forEach(this::textPart);
  }

  private void duplicates() {
    List<LintedMail.Header> headers = message.mail().headers();
    for (String name : SINGLE) {
      long count = headers.stream().filter(header -> header.is(name)).count();
      findings.addIf(
          count > 1,
          Rule.DUPLICATE_HEADER,
          count + " headers " + name,
          "Write it once; SES refuses the email.");
    }
  }

  private void alternatives() {
    List<String> first =
        message
            .all()
            .filter(part -> part.mediaType().equals("multipart/alternative"))
            .findFirst()
            .map(part -> part.parts().stream().map(MimeLint::kind).toList())
            .orElse(List.of());
    boolean hasHtml = message.mail().html().isPresent();
    findings.addIf(
        hasHtml && !first.equals(List.of("text", "html")),
        Rule.ALTERNATIVE_PARTS,
        "HTML that is not the second of two alternatives",
        "Send multipart/alternative, the text first and the HTML last.");
  }

  private static String kind(LintedMime part) {
    List<String> types = part.leaves().map(LintedMime::mediaType).toList();
    return types.contains("text/html") ? "html" : "text";
  }

  private void textPart(LintedMime part) {
    String encoding = part.transferEncoding();
    findings.addIf(
        !Set.of("utf-8", "us-ascii").contains(part.charset()),
        Rule.TEXT_CHARSET,
        part.mediaType() + " in " + part.charset(),
        "Write it in UTF-8.");
    boolean ascii = part.content().chars().allMatch(c -> c < 128);
    findings.addIf(
        encoding.equals("base64") && ascii,
        Rule.TEXT_ENCODING,
        part.mediaType() + ", all ASCII, in base64",
        "Encode it as quoted-printable; filters distrust base64 without need.");
    findings.addIf(
        encoding.toLowerCase(Locale.ROOT).matches("8bit|binary"),
        Rule.TEXT_ENCODING,
        part.mediaType() + " sent as " + encoding,
        "Encode it as quoted-printable, which survives every relay.");
  }
}
