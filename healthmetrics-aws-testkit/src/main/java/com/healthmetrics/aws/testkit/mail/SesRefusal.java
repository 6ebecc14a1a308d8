package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import java.nio.charset.StandardCharsets;

/** An answer that says no: SES's status, type and message, and a reason that SES does not give. */
final class SesRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final String message;
  private final String reason;

  SesRefusal(int status, String type, String message, String reason) {
    // Without a stack trace: this is an answer to a client, not a fault of the server.
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.message = message;
    this.reason = reason;
  }

  static SesRefusal badRequest(String message, String reason) {
    return new SesRefusal(400, "BadRequestException", message, reason);
  }

  static SesRefusal invalidSignature(String message, String reason) {
    return new SesRefusal(403, "InvalidSignatureException", message, reason);
  }

  HttpAnswer answer() {
    JsonObject body = JsonObject.empty().with("message", message).with("reason", reason);
    return HttpAnswer.of(status)
        .withBody("application/json", JsonWriter.write(body).getBytes(StandardCharsets.UTF_8))
        // The SDK picks the exception type by this header; without it everything is generic.
        .withHeader("x-amzn-ErrorType", type);
  }
}
