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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Dispatches a request to its operation, in either of SES's protocols. */
final class SesHandler implements HttpHandler {
  /** An email of 40 MB in base64 and with escapes. */
  private static final int MAX_REQUEST_BYTES = 60 * 1024 * 1024;

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
  private final SesService service;

  SesHandler(SesSettings settings, SesState state) {
    this.settings = settings;
    this.state = state;
    this.authorization = new AuthorizationCheck(settings);
    this.service = new SesService(settings, state);
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
    SesOperation operation = call.operation();
    Optional<SesFault> fault = state.arrived(operation);
    authorization.requireValid(request, body);
    if (!operation.sends()) {
      settings.requirePermitted(operation);
    }
    requireUnderstood(request, operation);
    fault.ifPresent(SesFault::refuse);
    ServerResponse response = identified(performed(call, operation), requestId);
    return fault.map(f -> f.corrupt(response)).orElse(response::send);
  }

  /**
   * That an address is not listed is a response, which a fault corrupts, too. A send that is
   * refused keeps no email, so its fault must not hide why.
   */
  private ServerResponse performed(SesCall call, SesOperation operation) {
    try {
      return call.respond(service);
    } catch (SesRefusal refusal) {
      if (operation.sends()) {
        throw refusal;
      }
      return call.refused(refusal);
    }
  }

  /** What SES would read or ignore must not seem to work; only the list has parameters. */
  private static void requireUnderstood(RawRequest request, SesOperation operation) {
    for (String name : request.headers().keySet()) {
      if (!HEADERS.contains(name) && !ClientHeaders.isUsual(name)) {
        throw SesRefusal.notRead("The header " + name);
      }
    }
    boolean readsQuery = operation == SesOperation.LIST_SUPPRESSED_DESTINATIONS;
    if (!request.rawQuery().isEmpty() && !readsQuery) {
      throw SesRefusal.notRead("A query string");
    }
  }

  private static ServerResponse identified(ServerResponse response, String requestId) {
    return response.withHeader("x-amzn-RequestId", requestId);
  }
}
