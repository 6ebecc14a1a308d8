package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNull;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What the page's scripts ask of the server: JSON in, JSON out. */
final class DevApi {
  private static final String OWNER = "demo";
  private static final String MAILS = "/api/mails";
  private static final String PICTURES = "/api/pictures";
  private static final String UPLOADS = "/api/uploads";
  private static final String VERIFICATIONS = "/api/verifications";

  /** A mail is a stranger's html: it runs no script, loads nothing and leaves its frame only. */
  private static final String MAIL_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self';"
          + " sandbox allow-popups allow-popups-to-escape-sandbox";

  private final DevStack stack;

  DevApi(DevStack stack) {
    this.stack = stack;
  }

  Optional<HttpAnswer> get(String path) {
    if (path.equals("/api/info")) {
      return Optional.of(json(200, info()));
    }
    if (path.equals(MAILS)) {
      List<JsonValue> mails = stack.ses().mails().stream().<JsonValue>map(DevApi::summary).toList();
      return Optional.of(json(200, new JsonArray(mails)));
    }
    if (path.startsWith(MAILS + "/")) {
      String rest = path.substring(MAILS.length() + 1);
      return rest.endsWith("/html")
          ? mail(rest.substring(0, rest.length() - "/html".length())).flatMap(DevApi::preview)
          : mail(rest).map(mail -> json(200, whole(mail)));
    }
    return Optional.empty();
  }

  Optional<HttpAnswer> post(String path, byte[] body) {
    Function<Request, HttpAnswer> action =
        switch (path) {
          case MAILS -> this::sendMail;
          case PICTURES -> this::showPrivately;
          case UPLOADS -> this::presign;
          case VERIFICATIONS -> this::verify;
          default -> null;
        };
    if (action == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(action.apply(Request.read(body)));
    } catch (BadRequest e) {
      return Optional.of(json(400, error(e)));
    }
  }

  private HttpAnswer presign(Request request) {
    UploadUrlSigner signer = request.flag("expired") ? stack.lateSigner() : stack.signer();
    UploadPolicy policy = policy(request);
    try {
      UploadRequest wish = wish(request);
      PresignedUpload upload =
          switch (request.text("method")) {
            case "PUT" -> signer.presignPut(policy, wish);
            case "POST" -> signer.presignPost(policy, wish);
            default -> throw new BadRequest("The method is neither PUT nor POST.");
          };
      return json(200, upload.toJson());
    } catch (UploadRejectedException e) {
      return json(422, rejection(e));
    }
  }

  private UploadPolicy policy(Request request) {
    return request.flag("private") ? stack.privatePolicy() : stack.policy();
  }

  private static JsonObject rejection(UploadRejectedException e) {
    return error(e).with("rule", e.rule().name()).with("limit", e.limit()).with("value", e.value());
  }

  /** What an application does when the browser says that it is done. */
  private HttpAnswer verify(Request request) {
    try {
      UploadVerification result =
          stack.verifier().verify(policy(request), OWNER, key(request.text("key")));
      if (result instanceof UploadVerification.Accepted accepted) {
        return json(
            200,
            JsonObject.empty()
                .with("outcome", "accepted")
                .with("sizeBytes", JsonNumber.of(accepted.head().sizeBytes()))
                .with("eTag", accepted.head().eTag()));
      }
      if (result instanceof UploadVerification.Rejected rejected) {
        return json(200, rejection(rejected.reason()).with("outcome", "rejected"));
      }
      return json(
          200,
          JsonObject.empty()
              .with(
                  "outcome",
                  result instanceof UploadVerification.NotUploaded ? "missing" : "forbidden"));
    } catch (UploadRejectedException e) {
      return json(422, rejection(e));
    } catch (StorageException e) {
      return json(502, error(e).with("kind", e.kind().name()));
    }
  }

  private static UploadRequest wish(Request request) {
    UploadRequest wish =
        UploadRequest.of(OWNER, request.text("contentType"), request.number("size"));
    return request.optionalText("fileName").map(wish::withFileName).orElse(wish);
  }

  /** The signed URL of a private picture, and what those get who have none, or an old one. */
  private HttpAnswer showPrivately(Request request) {
    ObjectKey key = ownPrivateKey(request.text("key"));
    SignedUrl signed = stack.signedPicture(key);
    return json(
        200,
        JsonObject.empty()
            .with("key", key.value())
            .with("url", signed.url().toString())
            .with("expiresAt", signed.expiresAt().toString())
            .with("bare", answer(CdnAnswer.to(stack.barePicture(key))))
            .with("expired", answer(CdnAnswer.to(stack.expiredPicture(key).url()))));
  }

  /** What every application must check before it signs: whose picture it is. */
  private ObjectKey ownPrivateKey(String value) {
    if (!value.startsWith(stack.privatePolicy().keyPrefix() + OWNER + "/")) {
      throw new BadRequest("The key is not that of a private picture of this page's user.");
    }
    return key(value);
  }

  private static ObjectKey key(String value) {
    try {
      return ObjectKey.of(value);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("The key is none: " + e.getMessage());
    }
  }

  private static JsonObject answer(CdnAnswer answer) {
    return JsonObject.empty()
        .with("url", answer.url().toString())
        .with("status", JsonNumber.of(answer.status()))
        .with("body", answer.body());
  }

  private HttpAnswer sendMail(Request request) {
    String token = UUID.randomUUID().toString();
    try {
      EmailAddress to = EmailAddress.of(request.optionalText("to").orElse(""));
      MailReceipt receipt =
          switch (request.text("kind")) {
            case "verification" -> stack.emails().sendVerification(to, token);
            case "passwordReset" -> stack.emails().sendPasswordReset(to, token);
            default -> throw new BadRequest("The kind is neither verification nor passwordReset.");
          };
      return json(200, JsonObject.empty().with("messageId", receipt.messageId()));
    } catch (IllegalArgumentException e) {
      return json(422, error(e));
    } catch (MailException e) {
      return json(
          502, error(e).with("kind", e.kind().name()).with("delivery", e.delivery().name()));
    }
  }

  private JsonObject info() {
    return JsonObject.empty()
        .with("page", stack.pageUrl().toString())
        .with("s3", stack.s3Url().toString())
        .with("cdn", stack.cdnUrl().toString())
        .with("ses", stack.ses().endpoint().toString())
        .with("bucket", stack.bucket())
        .with("environment", JsonArray.ofStrings(stack.environment()))
        .with("policy", limits(stack.policy()))
        .with("privatePolicy", limits(stack.privatePolicy()));
  }

  private static JsonObject limits(UploadPolicy policy) {
    return JsonObject.empty()
        .with(
            "types",
            JsonArray.ofStrings(policy.types().stream().map(ImageType::mediaType).toList()))
        .with("maxBytes", JsonNumber.of(policy.maxBytes()))
        .with("lifetimeSeconds", JsonNumber.of(policy.lifetime().toSeconds()));
  }

  private Optional<ReceivedMail> mail(String id) {
    return stack.ses().mails().stream().filter(mail -> mail.messageId().equals(id)).findFirst();
  }

  private static JsonObject summary(ReceivedMail mail) {
    return JsonObject.empty()
        .with("id", mail.messageId())
        .with("to", JsonArray.ofStrings(mail.to()))
        .with("subject", mail.subject())
        .with("receivedAt", mail.receivedAt().toString());
  }

  private static JsonObject whole(ReceivedMail mail) {
    return summary(mail)
        .with("from", mail.from())
        .with("text", mail.text().orElse(""))
        .with("html", mail.html().<JsonValue>map(JsonString::new).orElseGet(JsonNull::new))
        .with("headers", headers(mail))
        .with("links", JsonArray.ofStrings(mail.links()));
  }

  /** All that decides who gets the mail and how, in the order a mail shows it. */
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

  private static Optional<HttpAnswer> preview(ReceivedMail mail) {
    return mail.html()
        // In a frame a link would open in that frame, where the page's policy blocks it.
        .map(html -> html.replaceFirst("(?i)<head>", "<head><base target=\"_blank\">"))
        .map(html -> html.getBytes(StandardCharsets.UTF_8))
        .map(html -> HttpAnswer.of(200).withBody("text/html; charset=utf-8", html))
        .map(answer -> answer.withHeader("Content-Security-Policy", MAIL_POLICY));
  }

  private static JsonObject error(RuntimeException e) {
    return JsonObject.empty()
        .with("error", e.getClass().getSimpleName())
        .with("message", String.valueOf(e.getMessage()));
  }

  private static HttpAnswer json(int status, JsonValue value) {
    return json(status, JsonWriter.write(value));
  }

  private static HttpAnswer json(int status, String json) {
    return HttpAnswer.of(status)
        .withBody("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** A body that is not what the page sends. */
  private static final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
      super(message);
    }
  }

  /** The members of a request's JSON. */
  private record Request(JsonObject body) {
    static Request read(byte[] body) {
      try {
        if (JsonReader.read(body) instanceof JsonObject object) {
          return new Request(object);
        }
      } catch (IllegalArgumentException e) {
        throw new BadRequest("The body is not JSON: " + e.getMessage());
      }
      throw new BadRequest("The body is no JSON object.");
    }

    String text(String name) {
      return optionalText(name).orElseThrow(() -> new BadRequest("There is no text " + name + "."));
    }

    Optional<String> optionalText(String name) {
      return body.member(name)
          .map(value -> value instanceof JsonString text ? text.value() : "")
          .filter(text -> !text.isEmpty());
    }

    long number(String name) {
      if (body.member(name).orElse(null) instanceof JsonNumber number) {
        try {
          return number.value().longValueExact();
        } catch (ArithmeticException e) {
          throw new BadRequest("The number " + name + " is not whole, or too large.");
        }
      }
      throw new BadRequest("There is no number " + name + ".");
    }

    boolean flag(String name) {
      return body.member(name).orElse(null) instanceof JsonBoolean flag && flag.value();
    }
  }
}
