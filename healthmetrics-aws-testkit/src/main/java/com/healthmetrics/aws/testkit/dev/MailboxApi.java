package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNull;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The received emails, in every form that a developer inspects. */
final class MailboxApi {
  private static final String PATH = "/api/mails";

  private final DevStack stack;

  MailboxApi(DevStack stack) {
    this.stack = stack;
  }

  Optional<ServerResponse> get(String path) {
    if (path.equals(PATH)) {
      List<JsonValue> mails =
          stack.ses().emails().stream().<JsonValue>map(MailboxApi::summary).toList();
      return Optional.of(DevApi.json(200, new JsonArray(mails)));
    }
    if (!path.startsWith(PATH + "/")) {
      return Optional.empty();
    }
    String[] parts = path.substring(PATH.length() + 1).split("/", -1);
    Optional<ReceivedMail> mail = mail(parts[0]);
    if (parts.length == 1) {
      return mail.map(found -> DevApi.json(200, whole(found)));
    }
    return switch (parts[1]) {
      case "html" -> mail.flatMap(MailboxApi::preview);
      case "eml" -> mail.map(MailboxApi::eml);
      case "attachments" ->
          mail.flatMap(found -> attachment(found, parts.length == 3 ? parts[2] : ""));
      default -> Optional.empty();
    };
  }

  private Optional<ReceivedMail> mail(String id) {
    return stack.ses().emails().stream().filter(mail -> mail.messageId().equals(id)).findFirst();
  }

  private static JsonObject summary(ReceivedMail mail) {
    return JsonObject.empty()
        .with("id", mail.messageId())
        .with("to", JsonArray.ofStrings(mail.to()))
        .with("subject", mail.subject())
        .with("receivedAt", mail.receivedAt().toString());
  }

  private JsonObject whole(ReceivedMail mail) {
    return summary(mail)
        .with("from", mail.from())
        .with("text", mail.text().orElse(""))
        .with("html", mail.html().<JsonValue>map(JsonString::new).orElseGet(JsonNull::new))
        .with("headers", headers(mail))
        .with("links", JsonArray.ofStrings(mail.links()))
        .with("events", MailEvents.of(stack.ses(), mail.messageId()))
        .with(
            "attachments",
            new JsonArray(mail.attachments().stream().<JsonValue>map(MailboxApi::facts).toList()));
  }

  private static JsonObject facts(Attachment attachment) {
    return JsonObject.empty()
        .with("fileName", attachment.fileName())
        .with("mediaType", attachment.mediaType())
        .with("size", JsonNumber.of(attachment.bytes().length))
        .with("contentId", attachment.contentId().orElse(""));
  }

  /** Everything that decides who gets the email and how, in the order of an email. */
  private static JsonObject headers(ReceivedMail mail) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("From", mail.from());
    headers.put("To", String.join(", ", mail.to()));
    headers.put("Cc", String.join(", ", mail.cc()));
    headers.put("Bcc", String.join(", ", mail.bcc()));
    headers.put("Reply-To", String.join(", ", mail.replyTo()));
    headers.put("Subject", mail.subject());
    headers.putAll(mail.headers());
    headers.put("Configuration set", mail.configurationSet().orElse(""));
    mail.tags().forEach((name, value) -> headers.put("Tag " + name, value));
    JsonObject json = JsonObject.empty();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      json = header.getValue().isEmpty() ? json : json.with(header.getKey(), header.getValue());
    }
    return json;
  }

  private static Optional<ServerResponse> preview(ReceivedMail mail) {
    return mail.html().map(html -> MailPreview.of(withInlineImages(html, mail)));
  }

  /** Images by their content ids, which a browser cannot resolve. */
  private static String withInlineImages(String html, ReceivedMail mail) {
    String shown = html;
    for (Attachment attachment : mail.attachments()) {
      if (attachment.contentId().isPresent()) {
        String data =
            "data:"
                + attachment.mediaType()
                + ";base64,"
                + Base64.getEncoder().encodeToString(attachment.bytes());
        shown = shown.replace("cid:" + attachment.contentId().get(), data);
      }
    }
    return shown;
  }

  private static ServerResponse eml(ReceivedMail mail) {
    return download("message/rfc822", mail.rawMime(), "email.eml");
  }

  private static Optional<ServerResponse> attachment(ReceivedMail mail, String index) {
    if (!index.matches("\\d{1,3}") || Integer.parseInt(index) >= mail.attachments().size()) {
      return Optional.empty();
    }
    Attachment attachment = mail.attachments().get(Integer.parseInt(index));
    return Optional.of(
        download("application/octet-stream", attachment.bytes(), attachment.fileName()));
  }

  /** Never shown in the page's own origin: the file is untrusted. */
  private static ServerResponse download(String contentType, byte[] bytes, String fileName) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : fileName.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b == '.' || b == '-' || b == '_' || Character.isLetterOrDigit(b);
      encoded.append(plain && b > 0 ? (char) b : String.format(Locale.ROOT, "%%%02X", b & 0xFF));
    }
    return ServerResponse.of(200)
        .withBody(contentType, bytes)
        .withHeader("Content-Disposition", "attachment; filename*=UTF-8''" + encoded);
  }
}
