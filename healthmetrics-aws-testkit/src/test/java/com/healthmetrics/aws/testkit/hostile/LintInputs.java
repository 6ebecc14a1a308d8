package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.testkit.lint.EmailLint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The texts that the lint reads. */
final class LintInputs {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");

  private LintInputs() {}

  static List<HostileInput> all() {
    return Stream.of(
            Stream.of(
                HostileInput.of(
                    "EmailLint.allowedHosts", text -> EmailLint.bulk().allowedHosts(text)),
                HostileInput.of(
                    "EmailLint.senderDomain", text -> EmailLint.bulk().senderDomain(text)),
                email("EmailLint.check subject", (email, text) -> email.subject(text)),
                email("EmailLint.check text", (email, text) -> email.text(text)),
                email(
                    "EmailLint.check html",
                    (email, text) -> email.html(text),
                    "\u2026",
                    "<a href=\"https://a.example\">\u2026</a>",
                    "<a href=\"\u2026\">a</a>",
                    "<img width=\"\u2026\" style=\"\u2026\">"),
                email("EmailLint.check header", (email, text) -> email.header("X-A", text))),
            mime("EmailLint.checkMime", LintInputs::checkMime).stream())
        .flatMap(inputs -> inputs)
        .toList();
  }

  private interface Change {
    Email.Builder of(Email.Builder email, String text);
  }

  private static HostileInput email(String name, Change change, String... frames) {
    return HostileInput.of(
        name,
        text ->
            EmailLint.transactional()
                .check(
                    change
                        .of(
                            Email.builder()
                                .from(ADA)
                                .to(ADA)
                                .subject("Hello")
                                .text("Hello")
                                .html("<p>Hello"),
                            text)
                        .build()),
        frames);
  }

  private static void checkMime(String message) {
    EmailLint lint = EmailLint.transactional();
    lint.checkMime(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Messages that are hostile in one place. */
  static List<HostileInput> mime(String name, HostileInput.Action reader) {
    return List.of(
        HostileInput.of(name, reader),
        part(name, " From", reader, text -> "From: " + text + "\n\na"),
        part(name, " To", reader, text -> "From: a@example.com\nTo: " + text + "\n\na"),
        part(name, " Subject", reader, text -> "Subject: " + text + "\n\na"),
        part(name, " tags", reader, text -> "X-SES-MESSAGE-TAGS: a=b" + text + "\n\na"),
        part(name, " Content-Type", reader, text -> "Content-Type: text/html" + text + "\n\na"),
        part(
            name,
            " boundary",
            reader,
            text -> "Content-Type: multipart/mixed; boundary=\"" + text + "\"\n\n--" + text),
        part(
            name,
            " parts",
            reader,
            text -> "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + text + "\n--b--"),
        part(
            name,
            " base64",
            reader,
            text -> "Content-Transfer-Encoding: base64\nContent-Type: text/html\n\n" + text),
        part(
            name,
            " quoted-printable",
            reader,
            text -> "Content-Transfer-Encoding: quoted-printable\n\n" + text),
        HostileInput.of(
            name + " nested", text -> reader.accept(nested(text.length())), "x".repeat(2_000)));
  }

  private static HostileInput part(
      String name, String place, HostileInput.Action reader, UnaryOperator<String> message) {
    return HostileInput.of(
        name + place,
        text -> reader.accept("To: a@example.com\nFrom: a@example.com\n" + message.apply(text)));
  }

  /** A multipart in a multipart, and so on. */
  private static String nested(int depth) {
    StringBuilder message = new StringBuilder("From: a@example.com\nTo: a@example.com\n");
    for (int i = 0; i < depth; i++) {
      message.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\n\n--b");
      message.append(i).append('\n');
    }
    return message + "\na";
  }
}
