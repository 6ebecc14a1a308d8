package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.Xml;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** An error response: CloudFront's code and message, and a reason that CloudFront does not send. */
final class CloudFrontRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String reason;
  private final boolean ofOrigin;

  private CloudFrontRefusal(int status, String code, String message, String reason) {
    this(status, code, message, reason, false);
  }

  private CloudFrontRefusal(
      int status, String code, String message, String reason, boolean ofOrigin) {
    // Without a stack trace: this is a response to a client, not a fault of the server.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.ofOrigin = ofOrigin;
  }

  static CloudFrontRefusal missingKey(String reason) {
    String message = "Missing Key-Pair-Id query parameter or cookie value";
    return new CloudFrontRefusal(403, "MissingKey", message, reason);
  }

  static CloudFrontRefusal invalidKey(String reason) {
    return new CloudFrontRefusal(403, "InvalidKey", "Unknown Key", reason);
  }

  static CloudFrontRefusal malformedPolicy(String reason) {
    return new CloudFrontRefusal(403, "MalformedPolicy", "Malformed Policy", reason);
  }

  static CloudFrontRefusal accessDenied(String reason) {
    return new CloudFrontRefusal(403, "AccessDenied", "Access denied", reason);
  }

  static CloudFrontRefusal of(HostCheck.Refused refused) {
    return new CloudFrontRefusal(
        refused.status(), refused.code(), refused.message(), refused.reason());
  }

  /** An error of the origin, which CloudFront passes on: S3's have a host id. */
  static CloudFrontRefusal ofOrigin(int status, String code, String message, String reason) {
    return new CloudFrontRefusal(status, code, message, reason, true);
  }

  static CloudFrontRefusal notImplemented(String reason) {
    return new CloudFrontRefusal(
        501, "NotImplemented", "LocalCloudFront does not implement this request.", reason);
  }

  ServerResponse response() {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put("Code", code);
    elements.put("Message", String.valueOf(getMessage()));
    elements.put("Reason", reason);
    elements.put("RequestId", UUID.randomUUID().toString());
    if (ofOrigin) {
      elements.put("HostId", "LocalCloudFront");
    }
    return ServerResponse.of(status)
        .withBody(ofOrigin ? "application/xml" : "text/xml", Xml.document("Error", elements))
        .withHeader("X-Cache", "Error from cloudfront");
  }
}
