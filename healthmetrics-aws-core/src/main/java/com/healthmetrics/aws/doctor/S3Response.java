package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.ErrorNames;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response of S3 to a browser's request.
 *
 * <p>Source: Amazon S3 API Reference, "Error responses".
 *
 * @param message S3's own, which may contain keys: compared, never printed
 */
record S3Response(int status, Optional<String> code, String message, Optional<String> requestId) {
  private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,100})</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]{1,2000})</Message>");

  /**
   * Reads a response.
   *
   * @throws NotCheckedException if it is not from S3
   */
  static S3Response of(Http.Response response) throws NotCheckedException {
    Optional<String> requestId = response.header("x-amz-request-id");
    if (requestId.isEmpty()) {
      throw new NotCheckedException(
          "A server that is not S3 responded with %s. Check proxy, network and the endpoint of S3."
              .formatted(response.status()));
    }
    String body = response.text();
    return new S3Response(
        response.status(),
        first(CODE, body).flatMap(ErrorNames::code),
        first(MESSAGE, body).orElse(""),
        requestId.filter(id -> id.matches("[A-Za-z0-9]{1,64}")));
  }

  private static Optional<String> first(Pattern pattern, String body) {
    Matcher matcher = pattern.matcher(body);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  boolean accepted() {
    return status / 100 == 2;
  }

  boolean is(String expected) {
    return code.filter(expected::equals).isPresent();
  }

  /** The policy of the bucket or of the caller denies it, rather than its age or its form. */
  boolean deniedByPolicy() {
    return is("AccessDenied") && !outOfTime() && !againstItsForm();
  }

  /** The signature is too old, or not valid yet. */
  boolean outOfTime() {
    return is("AccessDenied")
        && (message.startsWith("Request has expired")
            || message.startsWith("Request is not yet valid")
            || message.contains("Policy expired"));
  }

  /** A browser form has a field that its policy does not allow. */
  boolean againstItsForm() {
    return is("AccessDenied")
        && message.startsWith("Invalid according to Policy: Policy Condition");
  }

  /** Status, code and request id. */
  @Override
  public String toString() {
    return "%s %s%s"
        .formatted(
            status,
            code.orElse("without an error code"),
            requestId.map(id -> ", request id " + id).orElse(""));
  }
}
