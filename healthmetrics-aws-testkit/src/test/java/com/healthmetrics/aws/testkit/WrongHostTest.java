package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.dev.DevServer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No server can be read by a web page whose name was rebound to this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongHostTest {
  private DevServer page;
  private LocalAws local;

  /** A server, and a target whose response is neither 400 nor 421 under the right host. */
  private enum Server {
    S3("/healthmetrics-local/key"),
    CLOUDFRONT("/avatars/key"),
    SES_V2("/v2/email/account"),
    DEV_PAGE("/"),
    DEV_API("/api/mails");

    private final String target;

    Server(String target) {
      this.target = target;
    }
  }

  @BeforeAll
  void start() {
    local = LocalAws.start();
    page = DevServer.start(0);
  }

  @AfterAll
  void stop() {
    page.close();
    local.close();
  }

  private URI uri(Server server) {
    return switch (server) {
      case S3 -> local.s3().endpoint();
      case CLOUDFRONT -> local.cloudFront().baseUrl();
      case SES_V2 -> local.ses().endpoint();
      case DEV_PAGE, DEV_API -> page.pageUrl();
    };
  }

  private String send(Server server, String target, String... hosts) throws IOException {
    return send(uri(server), target + " HTTP/1.1", hosts);
  }

  /** By hand, as HTTP clients do not let the header Host be set. */
  private static String send(URI uri, String targetAndVersion, String... hosts) throws IOException {
    StringBuilder head = new StringBuilder("GET ").append(targetAndVersion).append("\r\n");
    for (String host : hosts) {
      head.append("Host: ").append(host).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    String ports = head.toString().replace("PORT", Integer.toString(uri.getPort()));
    try (Socket socket = new Socket("127.0.0.1", uri.getPort())) {
      socket.getOutputStream().write(ports.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int status(String response) {
    return Integer.parseInt(response.substring(9, 12));
  }

  private static Stream<Arguments> eachServerWith(String... hosts) {
    return Arrays.stream(Server.values())
        .flatMap(server -> Arrays.stream(hosts).map(host -> Arguments.of(server, host)));
  }

  static Stream<Arguments> otherHosts() {
    return eachServerWith(
        "attacker.example",
        "attacker.example:PORT",
        "127.0.0.1.attacker.example:PORT",
        "localhost.attacker.example:PORT",
        "attackerlocalhost:PORT",
        "localhost.:PORT",
        "192.168.1.20:PORT",
        "0.0.0.0:PORT",
        "[::2]:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost:99999");
  }

  @ParameterizedTest
  @MethodSource("otherHosts")
  void refusesAnotherHost(Server server, String host) throws IOException {
    assertThat(status(send(server, server.target, host))).isEqualTo(421);
  }

  static Stream<Arguments> malformedHosts() {
    return eachServerWith(
        "",
        "attacker@127.0.0.1:PORT",
        "127.0.0.1:PORT@attacker.example",
        "127.0.0.1:PORT, attacker.example",
        "127.0.0.1:PORT/attacker.example",
        "attacker.example/.localhost:PORT",
        "127.0.0.1:PORT:PORT",
        "::1",
        "a.".repeat(130) + "localhost:PORT");
  }

  @ParameterizedTest
  @MethodSource("malformedHosts")
  void refusesAMalformedHost(Server server, String host) throws IOException {
    assertThat(status(send(server, server.target, host))).isEqualTo(400);
  }

  static Stream<Arguments> hostsOfThisMachine() {
    return eachServerWith(
        "127.0.0.1:PORT",
        "127.1.2.3:PORT",
        "localhost:PORT",
        "LocalHost:PORT",
        "healthmetrics-local.localhost:PORT",
        "[::1]:PORT");
  }

  @ParameterizedTest
  @MethodSource("hostsOfThisMachine")
  void servesTheHostsOfThisMachine(Server server, String host) throws IOException {
    assertThat(status(send(server, server.target, host))).isIn(200, 403);
  }

  static Stream<Arguments> eachServer() {
    return Arrays.stream(Server.values()).map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("eachServer")
  void refusesSeveralHostsAndNone(Server server) throws IOException {
    String own = "127.0.0.1:PORT";
    assertThat(status(send(server, server.target, own, "attacker.example"))).isEqualTo(400);
    assertThat(status(send(server, server.target, "attacker.example", own))).isEqualTo(400);
    assertThat(status(send(server, server.target, own, own))).isEqualTo(400);
    assertThat(status(send(server, server.target))).isEqualTo(400);
    assertThat(status(send(uri(server), server.target + " HTTP/1.0"))).isEqualTo(400);
  }

  @ParameterizedTest
  @MethodSource("eachServer")
  void refusesATargetThatNamesAnotherHostThanTheHeader(Server server) throws IOException {
    String own = "127.0.0.1:PORT";
    for (String other : List.of("attacker.example", "attacker@127.0.0.1:PORT", "localhost:PORT")) {
      assertThat(status(send(server, "http://" + other + server.target, own)))
          .as(other)
          .isEqualTo(421);
    }
    assertThat(status(send(server, "http://attacker.example" + server.target, "attacker.example")))
        .isEqualTo(421);
    assertThat(status(send(server, "http://" + own + server.target, own))).isIn(200, 403);
  }

  @Test
  void statesTheReasonInTheFormOfEachProtocol() throws IOException {
    String reason = "The header Host is attacker.example. This server is requested as localhost";
    String code = "MisdirectedRequest";
    String host = "attacker.example";

    assertThat(send(Server.S3, "/", host))
        .contains("<Code>" + code + "</Code>", "<Reason>" + reason);
    assertThat(send(Server.CLOUDFRONT, "/", host))
        .contains("<Code>" + code + "</Code>", "<Reason>" + reason, "nosniff");
    assertThat(send(Server.SES_V2, "/", host))
        .contains("<Code>" + code + "</Code>", "<Reason>" + reason);
    assertThat(send(Server.SES_V2, "/v2/email/account", host))
        .containsIgnoringCase("x-amzn-errortype: " + code)
        .contains("\"reason\":\"" + reason);
    assertThat(send(Server.DEV_PAGE, "/", host))
        .contains("Open this page as localhost or 127.0.0.1.", "nosniff");
  }

  @Test
  void echoesNoMarkup() throws IOException {
    for (Server server : Server.values()) {
      assertThat(send(server, server.target, "<b>attacker</b>")).doesNotContain("attacker");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minio", "MINIO", "minio:9000", "minio:PORT"})
  void servesAnAllowedHostUnderEveryPort(String host) throws IOException {
    try (LocalAws containers = LocalAws.builder().allowedHost("minio").start()) {
      assertThat(
              status(send(containers.s3().endpoint(), "/healthmetrics-local/key HTTP/1.1", host)))
          .isEqualTo(403);
      assertThat(status(send(containers.cloudFront().baseUrl(), "/key HTTP/1.1", host)))
          .isEqualTo(403);
      assertThat(status(send(containers.ses().endpoint(), "/v2/email/account HTTP/1.1", host)))
          .isEqualTo(403);
    }
  }

  @Test
  void servesAnAllowedHostUnderTheGivenPortOnly() throws IOException {
    try (LocalS3 s3 = LocalS3.builder().allowedHost("Minio:9000").start()) {
      assertThat(status(send(s3.endpoint(), "/healthmetrics-local/key HTTP/1.1", "minio:9000")))
          .isEqualTo(403);
      assertThat(send(s3.endpoint(), "/healthmetrics-local/key HTTP/1.1", "minio:9001"))
          .startsWith("HTTP/1.1 421")
          .contains("127.0.0.0/8 or [::1] with port " + s3.endpoint().getPort() + ", minio:9000");
      assertThat(status(send(s3.endpoint(), "/healthmetrics-local/key HTTP/1.1", "sub.minio:9000")))
          .isEqualTo(421);
    }
  }

  @Test
  void servesTheHostOfAnApplicationOnAnEmulator() throws IOException {
    try (LocalAws emulator =
        LocalAws.builder().appUrl(URI.create("http://10.0.2.2:8080")).start()) {
      String target = "/avatars/key HTTP/1.1";
      assertThat(status(send(emulator.cloudFront().baseUrl(), target, "10.0.2.2:PORT")))
          .isEqualTo(403);
    }
    try (LocalAws website =
        LocalAws.builder().appUrl(URI.create("https://app.example.com")).start()) {
      String target = "/avatars/key HTTP/1.1";
      assertThat(status(send(website.cloudFront().baseUrl(), target, "app.example.com")))
          .isEqualTo(421);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "http://minio", "minio/", "a b", "me@minio", "minio:", "::1"})
  void refusesToAllowWhatIsNoHost(String host) {
    List<Consumer<String>> builders =
        List.of(
            LocalAws.builder()::allowedHost,
            LocalS3.builder()::allowedHost,
            LocalCloudFront.builder(local.s3())::allowedHost,
            LocalSes.builder()::allowedHost);
    assertThat(builders)
        .allSatisfy(
            builder -> {
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> builder.accept(host))
                  .withMessageContaining("such as minio");
              assertThatNullPointerException().isThrownBy(() -> builder.accept(null));
            });
  }
}
