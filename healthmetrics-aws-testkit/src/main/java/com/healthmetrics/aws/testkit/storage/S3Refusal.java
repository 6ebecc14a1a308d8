package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.Xml;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error response: AWS's status, code and message, and a reason that AWS does not send.
 *
 * <p>Immutable.
 */
final class S3Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final String reason;
  private final transient Map<String, String> details;

  private S3Refusal(
      int status, String code, String message, String reason, Map<String, String> details) {
    // Without a stack trace: this is a response to a client, not a fault of the server.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  static S3Refusal of(int status, String code, String message, String reason) {
    return new S3Refusal(status, code, message, reason, Map.of());
  }

  static S3Refusal accessDenied(String message, String reason) {
    return of(403, "AccessDenied", message, reason);
  }

  static S3Refusal invalidArgument(String message, String reason) {
    return of(400, "InvalidArgument", message, reason);
  }

  static S3Refusal invalidRequest(String message, String reason) {
    return of(400, "InvalidRequest", message, reason);
  }

  static S3Refusal notImplemented(String reason) {
    return of(
        501,
        "NotImplemented",
        "A header or query you provided implies functionality that is not implemented.",
        reason);
  }

  /** A header that is not implemented; S3 names it in an element. */
  static S3Refusal notImplementedHeader(String name, String reason) {
    return of(
            501,
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
            reason)
        .with("Header", name);
  }

  static S3Refusal preconditionFailed(String condition, String reason) {
    return of(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            reason)
        .with("Condition", condition);
  }

  /** The same refusal with one more element in the error document. */
  S3Refusal with(String element, Object text) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(element, text.toString());
    return new S3Refusal(
        status,
        code,
        String.valueOf(super.getMessage()),
        reason,
        Collections.unmodifiableMap(more));
  }

  /** S3's message, then the reason: the exceptions of most SDKs show the message only. */
  @Override
  public String getMessage() {
    return super.getMessage() + " (LocalS3: " + reason + ")";
  }

  /** S3's error code. */
  String code() {
    return code;
  }

  ServerResponse response(String requestId) {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put("Code", code);
    elements.put("Message", getMessage());
    elements.putAll(details);
    elements.put("Reason", reason);
    elements.put("RequestId", requestId);
    elements.put("HostId", "LocalS3");
    return ServerResponse.of(status).withBody("application/xml", Xml.document("Error", elements));
  }
}
