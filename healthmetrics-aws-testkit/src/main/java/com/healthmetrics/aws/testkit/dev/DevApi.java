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
import java.util.Optional;
import java.util.function.Function;

/** What the page's scripts ask of the server: JSON in, JSON out. */
final class DevApi {
  private static final String OWNER = "demo";
  private static final String PICTURES = "/api/pictures";
  private static final String UPLOADS = "/api/uploads";
  private static final String VERIFICATIONS = "/api/verifications";

  private final DevStack stack;
  private final MailboxApi mailbox;
  private final GalleryApi gallery;

  DevApi(DevStack stack) {
    this.stack = stack;
    this.mailbox = new MailboxApi(stack);
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
          case MailboxApi.PATH -> mailbox::send;
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
  private ServerResponse verify(Request request) {
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
  private ServerResponse showPrivately(Request request) {
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

  /** A body that is not what the page sends. */
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
