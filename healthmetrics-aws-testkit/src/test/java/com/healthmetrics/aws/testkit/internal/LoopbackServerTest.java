package com.healthmetrics.aws.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
      assertThat(slow.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
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
