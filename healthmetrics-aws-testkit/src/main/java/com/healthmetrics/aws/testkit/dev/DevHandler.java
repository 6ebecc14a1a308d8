package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.RequestBody;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Handles requests for the page: checks their origin and dispatches them. */
final class DevHandler implements HttpHandler {
  private static final int MAX_BODY = 64 * 1024;

  private final DevApi api;
  private final LiveMails live;
  private final PageFiles files;
  private final String contentSecurityPolicy;

  DevHandler(DevStack stack) {
    this.api = new DevApi(stack);
    this.live = new LiveMails(stack.ses());
    this.files = new PageFiles();
    this.contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'"
            + ("; img-src 'self' blob: data: " + stack.cdnUrl())
            + ("; connect-src 'self' " + stack.s3Url() + " " + stack.cdnUrl())
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    RawRequest request = RawRequest.of(exchange);
    if (request.method().equals("GET") && request.rawPath().equals(LiveMails.PATH)) {
      live.serve(exchange);
      return;
    }
    hardened(respond(exchange, request)).send(exchange);
  }

  private static ServerResponse hardened(ServerResponse response) {
    return response
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Referrer-Policy", "no-referrer")
        .withHeader("Cache-Control", "no-store");
  }

  /** The response to a request under another host. */
  static ServerResponse refuse(RawRequest request, HostCheck.Refused refused) {
    return hardened(text(refused.status(), "Open this page as localhost or 127.0.0.1."));
  }

  private ServerResponse respond(HttpExchange exchange, RawRequest request) throws IOException {
    return switch (request.method()) {
      case "GET" -> get(request.rawPath());
      case "POST" -> post(exchange, request);
      default -> text(405, "Use GET or POST.").withHeader("Allow", "GET, POST");
    };
  }

  private ServerResponse get(String path) {
    return (path.startsWith("/api/") ? api.get(path) : file(path)).orElseGet(DevHandler::notFound);
  }

  private ServerResponse post(HttpExchange exchange, RawRequest request) throws IOException {
    if (!comesFromThePage(request)) {
      return text(403, "Only this page may send this request.");
    }
    byte[] body = RequestBody.read(exchange, MAX_BODY);
    return api.post(request.rawPath(), body).orElseGet(DevHandler::notFound);
  }

  /** A foreign page can post, but not with our origin or this content type. */
  private static boolean comesFromThePage(RawRequest request) {
    String own = "http://" + request.header("host").orElse("");
    boolean ownOrigin = request.header("origin").map(own::equals).orElse(true);
    return ownOrigin && request.header("content-type").orElse("").startsWith("application/json");
  }

  private Optional<ServerResponse> file(String path) {
    return files
        .find(path)
        .map(file -> file.withHeader("Content-Security-Policy", contentSecurityPolicy));
  }

  private static ServerResponse notFound() {
    return text(404, "Not found.");
  }

  private static ServerResponse text(int status, String text) {
    return ServerResponse.of(status)
        .withBody("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }
}
