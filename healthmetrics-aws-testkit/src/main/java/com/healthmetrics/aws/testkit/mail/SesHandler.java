package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.ClientHeaders;
import com.healthmetrics.aws.testkit.internal.Completion;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.RequestBody;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Dispatches a request to its operation, in either of SES's protocols. */
final class SesHandler implements HttpHandler {
  /** An email of 40 MB in base64 and with escapes. */
  private static final int MAX_REQUEST_BYTES = 60 * 1024 * 1024;

  private static final Duration DAY = Duration.ofHours(24);

  /** Headers of signatures and SDKs. */
  private static final Set<String> HEADERS =
      Set.of(
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "amz-sdk-retry",
          "authorization",
          "x-amz-content-sha256",
          "x-amz-date",
          "x-amz-user-agent");

  private final SesSettings settings;
  private final SesState state;
  private final AuthorizationCheck authorization;
  private final MailCheck mailCheck;

  SesHandler(SesSettings settings, SesState state) {
    this.settings = settings;
    this.state = state;
    this.authorization = new AuthorizationCheck(settings);
    this.mailCheck = new MailCheck(settings);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String requestId = UUID.randomUUID().toString();
    RawRequest request = RawRequest.of(exchange);
    byte[] body = RequestBody.read(exchange, MAX_REQUEST_BYTES + 1);
    SesCall call = call(request, body, requestId);
    Completion completion;
    try {
      completion = complete(call, request, body, requestId);
    } catch (SesRefusal refusal) {
      completion = identified(call.refused(refusal), requestId)::send;
    }
    completion.of(exchange);
  }

  private static SesCall call(RawRequest request, byte[] body, String requestId) {
    return QueryCall.matches(request)
        ? new QueryCall(request, body, requestId)
        : new JsonCall(request, body);
  }

  /** The response to a request under another host. */
  static ServerResponse refuse(RawRequest request, HostCheck.Refused refused) {
    String requestId = UUID.randomUUID().toString();
    SesRefusal refusal =
        new SesRefusal(
            SesError.of(refused.status(), refused.code()), refused.message(), refused.reason());
    return identified(call(request, new byte[0], requestId).refused(refusal), requestId);
  }

  private Completion complete(SesCall call, RawRequest request, byte[] body, String requestId) {
    if (body.length > MAX_REQUEST_BYTES) {
      throw SesRefusal.badRequest(
          "Request is more than " + MAX_REQUEST_BYTES + " bytes long.",
          "No email that SES accepts needs a request of that size.");
    }
    return switch (call.operation()) {
      case ACCOUNT -> {
        authorization.requireValid(request, body);
        requireUnderstood(request);
        ServerResponse response = call.account(settings.account(), sentLast24Hours());
        yield identified(response, requestId)::send;
      }
      case SEND -> {
        Optional<SesFault> fault = state.arrived();
        authorization.requireValid(request, body);
        requireUnderstood(request);
        fault.ifPresent(SesFault::refuse);
        ReceivedMail mail = accept(call.sendRequest());
        ServerResponse response = identified(call.accepted(mail.messageId()), requestId);
        yield fault.map(f -> f.corrupt(response)).orElse(response::send);
      }
    };
  }

  /** What SES would read or ignore must not seem to work; no operation here has parameters. */
  private static void requireUnderstood(RawRequest request) {
    for (String name : request.headers().keySet()) {
      if (!HEADERS.contains(name) && !ClientHeaders.isUsual(name)) {
        throw SesRefusal.notRead("The header " + name);
      }
    }
    if (!request.rawQuery().isEmpty()) {
      throw SesRefusal.notRead("A query string");
    }
  }

  private ReceivedMail accept(SendRequest request) {
    settings.account().requireSending();
    ReceivedMail.Parts parts = mailCheck.accept(request);
    Instant now = settings.clock().instant();
    ReceivedMail mail = new ReceivedMail(newMessageId(now), now, parts);
    state.accepted(mail);
    return mail;
  }

  /** SES counts recipients, not emails. */
  private long sentLast24Hours() {
    Instant since = settings.clock().instant().minus(DAY);
    return state.emails().stream()
        .filter(mail -> mail.receivedAt().isAfter(since))
        .mapToLong(mail -> mail.to().size() + mail.cc().size() + mail.bcc().size())
        .sum();
  }

  private static ServerResponse identified(ServerResponse response, String requestId) {
    return response.withHeader("x-amzn-RequestId", requestId);
  }

  /** An id in SES's form: time, a UUID and a counter that is always zero. */
  private static String newMessageId(Instant now) {
    return String.format("0100%012x-%s-000000", now.toEpochMilli(), UUID.randomUUID());
  }
}
