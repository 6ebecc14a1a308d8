package com.healthmetrics.aws.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackServerTest {
  private static final HostCheck HOSTS =
      new HostCheck(List.of(), (request, refused) -> ServerResponse.of(refused.status()));

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void listensOnLoopbackOnly() throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    try (LoopbackServer server =
        LoopbackServer.start("test", 0, HOSTS, e -> ServerResponse.of(200).send(e))) {
      assertThat(server.uri()).hasToString("http://127.0.0.1:" + server.uri().getPort());
      assertThat(others)
          .allSatisfy(
              address ->
                  assertThatThrownBy(() -> new Socket(address, server.uri().getPort()).close())
                      .isInstanceOf(IOException.class));
    }
  }

  @Test
  void reportsThePortInUse() {
    try (LoopbackServer server =
        LoopbackServer.start("test", 0, HOSTS, e -> ServerResponse.of(200).send(e))) {
      int taken = server.uri().getPort();
      assertThatThrownBy(() -> LoopbackServer.start("other", taken, HOSTS, e -> {}))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("other cannot listen on port " + taken);
    }
  }

  @Test
  void respondsToAnUncaughtExceptionWithAnInternalError() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            "test",
            0,
            HOSTS,
            e -> {
              throw new IllegalStateException("expected by this test");
            })) {
      HttpResponse<String> response = get(server.uri());
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).isEqualTo("InternalError");
    }
  }

  @Test
  void servesOthersWhileOneExchangeIsSlow() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            "test",
            0,
            HOSTS,
            e -> {
              if (e.getRequestURI().getPath().equals("/slow")) {
                await(release);
              }
              ServerResponse.of(200).send(e);
            })) {
      CompletableFuture<HttpResponse<Void>> slow =
          client.sendAsync(
              HttpRequest.newBuilder(server.uri().resolve("/slow")).build(),
              BodyHandlers.discarding());
      assertThat(get(server.uri().resolve("/fast")).statusCode()).isEqualTo(200);
      assertThat(slow).isNotDone();
      release.countDown();
      assertThat(slow.get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void respondsToHeadWithTheLengthAndNoBody() throws Exception {
    ServerResponse response =
        ServerResponse.of(200).withBody("text/plain", "12345".getBytes(StandardCharsets.US_ASCII));
    try (LoopbackServer server = LoopbackServer.start("test", 0, HOSTS, response::send)) {
      HttpResponse<String> head =
          client.send(
              HttpRequest.newBuilder(server.uri())
                  .method("HEAD", HttpRequest.BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      assertThat(head.headers().firstValue("content-length")).contains("5");
      assertThat(head.body()).isEmpty();
    }
  }

  /** The JDK's server writes the system's time, whatever a handler sets. */
  @ParameterizedTest
  @CsvSource({
    "200, GET, keep-alive",
    "200, HEAD, keep-alive",
    "204, GET, keep-alive",
    "304, GET, keep-alive",
    "200, GET, close",
    "500, GET, close",
  })
  void datesEveryResponseByItsClock(int status, String method, String connection) throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2026-03-01T10:15:30.9Z"), ZoneOffset.UTC);
    HttpHandler handler =
        exchange -> {
          if (status == 500) {
            throw new IllegalStateException("expected by this test");
          }
          ServerResponse.of(status).withHeader("X-Other", "1").send(exchange);
        };
    try (LoopbackServer server = LoopbackServer.start("test", 0, clock, HOSTS, handler);
        Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
      String request = "%s / HTTP/1.1\r\nHost: %s\r\nConnection: %s\r\n\r\n";
      socket
          .getOutputStream()
          .write(
              request
                  .formatted(method, server.uri().getAuthority(), connection)
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader response =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

      assertThat(response.readLine()).startsWith("HTTP/1.1 " + status);
      assertThat(Stream.generate(() -> line(response)).takeWhile(line -> !line.isEmpty()))
          .filteredOn(line -> line.startsWith("Date") || line.startsWith(":"))
          .containsExactly("Date: Sun, 01 Mar 2026 10:15:30 GMT");
    }
  }

  private static String line(BufferedReader reader) {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void stopsListeningWhenClosed() {
    LoopbackServer server =
        LoopbackServer.start("test", 0, HOSTS, e -> ServerResponse.of(200).send(e));
    server.close();
    server.close();
    assertThatThrownBy(() -> get(server.uri())).isInstanceOf(IOException.class);
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
