package com.healthmetrics.aws.doctor;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Responds to every request alike, as STS does to {@code GetCallerIdentity}. */
final class StubSts implements AutoCloseable {
  private static final String OF_CALLER =
      """
      <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult>
          <Arn>%s</Arn>
          <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
          <Account>123456789012</Account>
        </GetCallerIdentityResult>
      </GetCallerIdentityResponse>
      """;

  private static final String OF_ERROR =
      """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <Error><Type>Sender</Type><Code>%s</Code><Message>Not printed.</Message></Error>
      </ErrorResponse>
      """;

  private final HttpServer server;

  private StubSts(int status, String body) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  static StubSts caller(String arn) {
    return new StubSts(200, OF_CALLER.formatted(arn));
  }

  static StubSts refusing(int status, String code) {
    return new StubSts(status, OF_ERROR.formatted(code));
  }

  static StubSts page(int status, String html) {
    return new StubSts(status, html);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
