package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The texts in requests to LocalSes, and in the emails that a mailbox holds. */
final class MailServerInputs {
  private final LocalSes ses;

  MailServerInputs(LocalSes ses) {
    this.ses = ses;
  }

  List<HostileInput> all() {
    return Stream.of(json(), resources(), query(), raw(), mailbox()).flatMap(List::stream).toList();
  }

  private List<HostileInput> json() {
    return List.of(
        HostileInput.of(
            "LocalSes JSON",
            this::sendJson,
            "\u2026",
            "{\"Content\":\u2026",
            "{\"FromEmailAddress\":\"\u2026\"}"),
        member(
            "FromEmailAddress", "\u2026", "\u2026 <a@example.com>", "\"\u2026\" <a@example.com>"),
        member("ToAddresses", "\u2026", "\"\u2026\" <a@b.com>", "a@\u2026", "a <\u2026>"),
        member("Subject", "\u2026"),
        member("Text", "\u2026", "https://a.example/\u2026"),
        member("Html", "\u2026"),
        member("HeaderName", "\u2026"),
        member("HeaderValue", "\u2026"),
        member("TagName", "\u2026"),
        member("ConfigurationSetName", "\u2026"),
        member("FileName", "\u2026", "\u2026.pdf"),
        member("ContentType", "\u2026", "a/b;\u2026"),
        member("ContentId", "\u2026"),
        HostileInput.inTarget(
            "LocalSes path",
            text -> WireRequest.of(ses.endpoint(), "POST", text).send(),
            "/\u2026"),
        HostileInput.of(
            "LocalSes header authorization",
            text -> v2("{}").header("authorization", text).send(),
            "\u2026",
            "AWS4-HMAC-SHA256 Credential=\u2026",
            "AWS4-HMAC-SHA256 Credential=a/20261123/us-east-1/ses/aws4_request,"
                + " SignedHeaders=\u2026, Signature=a"),
        HostileInput.of(
            "LocalSes header x-amz-date",
            text -> sign(v2("{}")).header("x-amz-date", text).send()));
  }

  /** The calls that do not send. */
  private List<HostileInput> resources() {
    return List.of(
        HostileInput.inTarget(
            "LocalSes signed path",
            text -> sign(WireRequest.of(ses.endpoint(), "GET", text)).send(),
            "/\u2026",
            "/v2/email/suppression/addresses/\u2026",
            "/v2/email/identities/\u2026",
            "/v2/email/configuration-sets/\u2026"),
        HostileInput.inTarget(
            "LocalSes parameter",
            text ->
                sign(WireRequest.of(
                        ses.endpoint(), "GET", "/v2/email/suppression/addresses?" + text))
                    .send(),
            "\u2026",
            "Reason=\u2026",
            "PageSize=\u2026",
            "NextToken=\u2026"),
        HostileInput.of(
            "LocalSes EmailAddress",
            text -> {
              String json = Json.write(Map.of("EmailAddress", text, "Reason", "BOUNCE"));
              sign(WireRequest.of(ses.endpoint(), "PUT", "/v2/email/suppression/addresses")
                      .header("content-type", "application/json")
                      .body(json))
                  .send();
              readAndClear();
            },
            "\u2026",
            "\u2026@example.com"));
  }

  /** An email that is right except for one member. */
  private HostileInput member(String name, String... frames) {
    return HostileInput.of("LocalSes " + name, text -> sendJson(email(name, text)), frames);
  }

  private static String email(String name, String text) {
    Map<String, Object> simple =
        Map.of(
            "Subject", Map.of("Data", or(name, "Subject", text, "Hello"), "Charset", "UTF-8"),
            "Body",
                Map.of(
                    "Text", Map.of("Data", or(name, "Text", text, "Hello"), "Charset", "UTF-8"),
                    "Html", Map.of("Data", or(name, "Html", text, "<p>"), "Charset", "UTF-8")),
            "Headers",
                List.of(
                    Map.of(
                        "Name", or(name, "HeaderName", text, "X-A"),
                        "Value", or(name, "HeaderValue", text, "a"))),
            "Attachments",
                List.of(
                    Map.of(
                        "FileName", or(name, "FileName", text, "a.pdf"),
                        "ContentType", or(name, "ContentType", text, "application/pdf"),
                        "ContentId", or(name, "ContentId", text, "a"),
                        "RawContent", "YQ==")));
    return Json.write(
        Map.of(
            "FromEmailAddress", or(name, "FromEmailAddress", text, "a@example.com"),
            "Destination",
                Map.of("ToAddresses", List.of(or(name, "ToAddresses", text, "b@example.com"))),
            "EmailTags", List.of(Map.of("Name", or(name, "TagName", text, "a"), "Value", "a")),
            "ConfigurationSetName", or(name, "ConfigurationSetName", text, "set"),
            "Content", Map.of("Simple", simple)));
  }

  private static String or(String wanted, String name, String text, String honest) {
    return wanted.equals(name) ? text : honest;
  }

  private WireRequest v2(String json) {
    return WireRequest.of(ses.endpoint(), "POST", "/v2/email/outbound-emails")
        .header("content-type", "application/json")
        .body(json);
  }

  private WireRequest sign(WireRequest request) {
    return request.signed(ses.accessKeyId(), ses.secretAccessKey(), ses.region().id(), "ses");
  }

  private void sendJson(String json) throws IOException {
    sign(v2(json)).send();
    readAndClear();
  }

  /** What a test would read. */
  private void readAndClear() {
    for (ReceivedMail mail : ses.emails()) {
      mail.links();
      mail.rawMime();
    }
    ses.events();
    ses.clear();
  }

  private List<HostileInput> query() {
    return List.of(
        HostileInput.of(
            "LocalSes form",
            this::sendForm,
            "\u2026",
            "Action=SendEmail&Version=2010-12-01&\u2026"),
        HostileInput.of(
            "LocalSes Source",
            text ->
                sendForm(
                    "Action=SendEmail&Version=2010-12-01&Destination.ToAddresses.member.1=a%40b.com"
                        + "&Message.Subject.Data=a&Message.Body.Text.Data=a&Source="
                        + PercentEncoding.encode(text)),
            "\u2026",
            "\"\u2026\" <a@example.com>"));
  }

  private void sendForm(String form) throws IOException {
    sign(WireRequest.of(ses.endpoint(), "POST", "/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form))
        .send();
    readAndClear();
  }

  private List<HostileInput> raw() {
    return Stream.of(
            LintInputs.mime("LocalSes raw email", this::sendRaw).stream(),
            Stream.of(
                HostileInput.of(
                    "LocalSes raw email folded header",
                    text -> sendRaw(folded(text)),
                    "X-A: \u2026",
                    "From: \u2026",
                    "To: \u2026"),
                HostileInput.of(
                    "LocalSes raw email headers",
                    text -> sendRaw(text + "From: a@example.com\n\na"),
                    "X-A: a\n".repeat(9_000),
                    "X-A: a\n" + " a\n".repeat(20_000))))
        .flatMap(inputs -> inputs)
        .toList();
  }

  /** Lines that are short enough to be read. */
  private static String folded(String header) {
    String line = header.replaceAll("[^ -~]", "x");
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < line.length(); at += 900) {
      out.append(line, at, Math.min(line.length(), at + 900)).append("\n ");
    }
    return out + "\nTo: a@example.com\n\na";
  }

  private void sendRaw(String mime) throws IOException {
    String data = Base64.getEncoder().encodeToString(mime.getBytes(StandardCharsets.UTF_8));
    sendJson(Json.write(Map.of("Content", Map.of("Raw", Map.of("Data", data)))));
  }

  private List<HostileInput> mailbox() {
    return List.of(
        HostileInput.of(
            "Mailbox.hasEmailTo", text -> box("a").hasEmailTo(text), "\u2026", "a@\u2026"),
        HostileInput.of("Mailbox.hasNoEmailTo", text -> box("a").hasNoEmailTo(text)),
        found("Mailbox.Found.withSubject", (found, text) -> found.withSubject(text)),
        found("Mailbox.Found.withText", (found, text) -> found.withText(text)),
        found("Mailbox.Found.withHeader", (found, text) -> found.withHeader(text, text)),
        found("Mailbox.Found.withAttachment", (found, text) -> found.withAttachment(text)),
        found("Mailbox.Found.withLinkTo", (found, text) -> found.withLinkTo(text)),
        HostileInput.of(
            "Mailbox.of",
            text -> box(text).hasEmailTo("ada@example.com").withLinkTo("/a").withToken(),
            "\u2026",
            "https://a.example/\u2026",
            "https://a.example/a?token=\u2026"));
  }

  private interface Assertion {
    void of(Mailbox.Found found, String text);
  }

  private static HostileInput found(String name, Assertion assertion) {
    return HostileInput.of(
        name, text -> assertion.of(box("https://a.b").hasEmailTo("ada@example.com"), text));
  }

  private static Mailbox box(String text) {
    InMemoryMailer mailer = new InMemoryMailer();
    EmailAddress ada = EmailAddress.of("ada@example.com");
    mailer.send(Email.builder().from(ada).to(ada).subject("a").text(text).build());
    return Mailbox.of(mailer).within(Duration.ZERO);
  }
}
