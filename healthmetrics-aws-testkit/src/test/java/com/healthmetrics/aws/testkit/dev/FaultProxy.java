package com.healthmetrics.aws.testkit.dev;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;

/**
 * A proxy between a browser and every server of the page: their URLs stay as they are. It breaks
 * the requests that a test names, until it is repaired.
 */
final class FaultProxy implements AutoCloseable {
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of("connection", "content-length", "host", "proxy-connection", "transfer-encoding");

  private static final byte[] PAGE =
      "<!doctype html><title>502</title><h1>Bad Gateway</h1>".getBytes(StandardCharsets.UTF_8);

  /** What goes wrong. */
  enum Fault {
    /** The server does not get the request, and the connection ends. */
    LOSES_THE_REQUEST,
    /** The server handles the request, and the connection ends. */
    LOSES_THE_RESPONSE,
    /** The server handles the request, and its response comes after the page has given up. */
    DELAYS_THE_RESPONSE,
    /** The server handles the request, and the browser gets a page of the proxy. */
    RESPONDS_WITH_502,
    /** The server handles the request, and the browser gets half of the response. */
    CUTS_THE_BODY
  }

  /** The requests of the page, by what they are for. */
  enum Step implements BiPredicate<String, String> {
    SIGN("POST /api/uploads"),
    SEND("(PUT|POST) /healthmetrics-dev.*"),
    VERIFY("POST /api/verifications"),
    SIGN_PICTURE("POST /api/pictures"),
    SHOW("GET /(avatars|progress-photos)/.*"),
    SEND_EMAIL("POST /api/mails"),
    SHOW_TEMPLATE("GET /api/templates/[^/]+/[^/]+");

    private final String requests;

    Step(String requests) {
      this.requests = requests;
    }

    @Override
    public boolean test(String method, String path) {
      return (method + " " + path).matches(requests);
    }
  }

  private record Rule(
      BiPredicate<String, String> requests, Fault fault, CountDownLatch untilRepaired) {}

  private static final Rule NONE =
      new Rule((method, path) -> false, Fault.LOSES_THE_REQUEST, new CountDownLatch(0));

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile Rule rule = NONE;

  private FaultProxy(HttpServer server) {
    this.server = server;
  }

  static FaultProxy start() {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
      FaultProxy proxy = new FaultProxy(HttpServer.create(address, 0));
      proxy.server.setExecutor(proxy.threads);
      proxy.server.createContext("/", proxy::handle);
      proxy.server.start();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Breaks each request whose method and path match. */
  void breakEach(BiPredicate<String, String> requests, Fault fault) {
    rule = new Rule(requests, fault, new CountDownLatch(1));
  }

  /** Passes everything on; responses that are late by now are lost. */
  void repair() {
    Rule broken = rule;
    rule = NONE;
    broken.untilRepaired().countDown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Rule now = rule;
    boolean broken =
        now.requests().test(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
    try {
      if (!broken) {
        pass(exchange, forward(exchange));
      } else if (now.fault() != Fault.LOSES_THE_REQUEST) {
        corrupt(now, exchange, forward(exchange));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Without a response, the server ends the connection.
    exchange.close();
  }

  private HttpResponse<InputStream> forward(HttpExchange exchange)
      throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(exchange.getRequestURI())
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_ONE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static void pass(HttpExchange exchange, HttpResponse<InputStream> response)
      throws IOException {
    copyHeaders(exchange, response);
    long length = response.headers().firstValueAsLong("content-length").orElse(0);
    boolean empty = exchange.getRequestMethod().equals("HEAD") || !hasBody(response, length);
    exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : length);
    try (InputStream in = response.body();
        OutputStream out = exchange.getResponseBody()) {
      byte[] buffer = new byte[8 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        out.flush(); // Events must not wait for the next one.
      }
    }
  }

  private static boolean hasBody(HttpResponse<InputStream> response, long length) {
    boolean chunked = response.headers().firstValue("transfer-encoding").isPresent();
    return chunked || length > 0;
  }

  private static void copyHeaders(HttpExchange exchange, HttpResponse<?> response) {
    Headers headers = exchange.getResponseHeaders();
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OF_ONE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, List.copyOf(values));
              }
            });
    // A browser repeats by itself what was lost on a connection that it had used before.
    headers.set("Connection", "close");
  }

  private static void corrupt(Rule now, HttpExchange exchange, HttpResponse<InputStream> response)
      throws IOException, InterruptedException {
    byte[] body = response.body().readAllBytes();
    switch (now.fault()) {
      case DELAYS_THE_RESPONSE -> now.untilRepaired().await();
      case RESPONDS_WITH_502 -> {
        exchange.getResponseHeaders().set("Content-Type", "text/html");
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(502, PAGE.length);
        exchange.getResponseBody().write(PAGE);
      }
      case CUTS_THE_BODY -> {
        copyHeaders(exchange, response);
        exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body, 0, body.length / 2);
        exchange.getResponseBody().flush();
      }
      default -> {
        // The connection ends.
      }
    }
  }

  @Override
  public void close() {
    repair();
    server.stop(0);
    threads.shutdownNow();
  }
}
