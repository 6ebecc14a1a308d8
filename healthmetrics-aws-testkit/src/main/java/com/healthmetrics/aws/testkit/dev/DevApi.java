package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/** The requests of the page's scripts: JSON in, JSON out. */
final class DevApi {
  private static final String OWNER = "demo";
  private static final UploadPolicy PUBLIC = UploadPolicy.avatars();
  private static final UploadPolicy PRIVATE = UploadPolicy.progressPhotos();
  private static final Duration PICTURE_LIFETIME = Duration.ofMinutes(10);
  private static final String PICTURES = "/api/pictures";
  private static final String UPLOADS = "/api/uploads";
  private static final String VERIFICATIONS = "/api/verifications";

  private final DevStack stack;
  private final MailboxApi mailbox;
  private final SendingApi sendings;
  private final GalleryApi gallery;

  DevApi(DevStack stack) {
    this.stack = stack;
    this.mailbox = new MailboxApi(stack);
    this.sendings = new SendingApi(stack);
    this.gallery = new GalleryApi(stack);
  }

  Optional<ServerResponse> get(String path) {
    if (path.equals("/api/info")) {
      return Optional.of(json(200, info()));
    }
    return mailbox.get(path).or(() -> gallery.get(path));
  }

  Optional<ServerResponse> post(String path, byte[] body) {
    Function<Request, ServerResponse> action =
        switch (path) {
          case SendingApi.SEND -> sendings::send;
          case SendingApi.LOOK -> sendings::look;
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

  private ServerResponse presign(Request request) {
    UploadUrlSigner signer = (request.flag("expired") ? stack.past() : stack.aws()).uploads();
    UploadPolicy policy = policy(request);
    try {
      UploadRequest requested = uploadRequest(request);
      PresignedUpload upload =
          switch (request.text("method")) {
            case "PUT" -> signer.presignPut(policy, requested);
            case "POST" -> signer.presignPost(policy, requested);
            default -> throw new BadRequest("The method is not PUT or POST.");
          };
      return json(200, upload.toJson());
    } catch (UploadRejectedException e) {
      return json(422, rejection(e));
    }
  }

  private static UploadPolicy policy(Request request) {
    return request.flag("private") ? PRIVATE : PUBLIC;
  }

  private static JsonObject rejection(UploadRejectedException e) {
    return error(e).with("rule", e.rule().name()).with("limit", e.limit()).with("value", e.value());
  }

  /**
   * Does what an application does when the browser reports that it is done, and responds with the
   * status that the module for browsers expects of it.
   */
  private ServerResponse verify(Request request) {
    ObjectKey key = key(request.text("key"));
    try {
      // Before it is inspected, to show that nobody can load it.
      CdnResponse pending = CdnResponse.of(stack.aws().cdn().resolve(pending(key)));
      UploadVerification result = stack.aws().uploadVerifier().verify(policy(request), OWNER, key);
      return json(status(result), outcome(result).with("pending", response(pending)));
    } catch (UploadRejectedException e) {
      return json(422, rejection(e));
    } catch (StorageException e) {
      return json(502, error(e).with("kind", e.kind().name()));
    }
  }

  private static ObjectKey pending(ObjectKey key) {
    return key("pending/" + key.value());
  }

  private static int status(UploadVerification result) {
    if (result instanceof UploadVerification.Accepted) {
      return 200;
    }
    return result instanceof UploadVerification.Rejected ? 422 : 404;
  }

  private static JsonObject outcome(UploadVerification result) {
    if (result instanceof UploadVerification.Accepted accepted) {
      JsonObject json =
          JsonObject.empty()
              .with("outcome", "accepted")
              .with("sizeBytes", JsonNumber.of(accepted.head().sizeBytes()))
              .with("contentType", accepted.head().contentType().orElseThrow())
              .with("eTag", accepted.head().eTag());
      return accepted.publicUrl().map(url -> json.with("publicUrl", url.toString())).orElse(json);
    }
    if (result instanceof UploadVerification.Rejected rejected) {
      return rejection(rejected.reason()).with("outcome", "rejected");
    }
    return JsonObject.empty()
        .with(
            "outcome", result instanceof UploadVerification.NotUploaded ? "missing" : "forbidden");
  }

  private static UploadRequest uploadRequest(Request request) {
    UploadRequest upload =
        UploadRequest.of(OWNER, contentType(request), request.number("sizeBytes"));
    return request.optionalText("fileName").map(upload::withFileName).orElse(upload);
  }

  /** The browser's name for the type or, if it has none, what the first bytes are. */
  private static String contentType(Request request) {
    String named = request.text("contentType");
    return ImageType.ofMediaType(named)
        .or(
            () ->
                request
                    .optionalText("firstBytes")
                    .map(DevApi::decode)
                    .flatMap(ImageType::ofFirstBytes))
        .map(ImageType::mediaType)
        .orElse(named);
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("The text firstBytes is not Base64.");
    }
  }

  /** The signed URL of a private picture, and the responses without a URL or with an old one. */
  private ServerResponse showPrivately(Request request) {
    ObjectKey key = ownPrivateKey(request);
    SignedUrl signed = stack.aws().signedUrls().sign(key, PICTURE_LIFETIME);
    SignedUrl expired = stack.past().signedUrls().sign(key, PICTURE_LIFETIME);
    return json(
        200,
        JsonObject.empty()
            .with("key", key.value())
            .with("url", signed.url().toString())
            .with("expiresAt", signed.expiresAt().toString())
            .with("bare", response(CdnResponse.of(stack.aws().cdn().resolve(key))))
            .with("expired", response(CdnResponse.of(expired.url()))));
  }

  /** Checks what every application must check before it signs: the owner of the picture. */
  private static ObjectKey ownPrivateKey(Request request) {
    String value = request.text("key");
    if (!value.startsWith(PRIVATE.keyPrefix() + OWNER + "/")) {
      throw new BadRequest("The key is not the key of a picture of this page's user.");
    }
    return key(value);
  }

  private static ObjectKey key(String value) {
    try {
      return ObjectKey.of(value);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("The key is not valid. " + e.getMessage());
    }
  }

  private static JsonObject response(CdnResponse response) {
    return JsonObject.empty()
        .with("url", response.url().toString())
        .with("status", JsonNumber.of(response.status()))
        .with("body", response.text());
  }

  private JsonObject info() {
    return JsonObject.empty()
        .with("page", stack.pageUrl().toString())
        .with("s3", stack.s3Url().toString())
        .with("cdn", stack.cdnUrl().toString())
        .with("ses", stack.ses().endpoint().toString())
        .with("bucket", stack.bucket())
        .with("environment", JsonArray.ofStrings(stack.environment()))
        .with("policy", limits(PUBLIC))
        .with("privatePolicy", limits(PRIVATE));
  }

  private static JsonObject limits(UploadPolicy policy) {
    return JsonObject.empty()
        .with(
            "types",
            JsonArray.ofStrings(policy.types().stream().map(ImageType::mediaType).toList()))
        .with("maxBytes", JsonNumber.of(policy.maxBytes()))
        .with("lifetimeSeconds", JsonNumber.of(policy.lifetime().toSeconds()));
  }

  static JsonObject error(RuntimeException e) {
    return JsonObject.empty()
        .with("error", e.getClass().getSimpleName())
        .with("message", String.valueOf(e.getMessage()));
  }

  static ServerResponse json(int status, JsonValue value) {
    return json(status, JsonWriter.write(value));
  }

  private static ServerResponse json(int status, String json) {
    return ServerResponse.of(status)
        .withBody("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** A body that the page does not send. */
  static final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
      super(message);
    }
  }

  /** The members of a request's JSON. */
  record Request(JsonObject body) {
    static Request read(byte[] body) {
      try {
        if (JsonReader.read(body) instanceof JsonObject object) {
          return new Request(object);
        }
      } catch (IllegalArgumentException e) {
        throw new BadRequest("The body is not JSON: " + e.getMessage());
      }
      throw new BadRequest("The body is not a JSON object.");
    }

    String text(String name) {
      return optionalText(name)
          .orElseThrow(() -> new BadRequest("The text " + name + " is missing."));
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
          throw new BadRequest("The number " + name + " is not an integer, or is too large.");
        }
      }
      throw new BadRequest("The number " + name + " is missing.");
    }

    boolean flag(String name) {
      return body.member(name).orElse(null) instanceof JsonBoolean flag && flag.value();
    }
  }
}
