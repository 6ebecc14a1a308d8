package com.healthmetrics.aws.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.testkit.DocumentedCode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.messagemanager.sns.SnsMessageManager;
import software.amazon.awssdk.regions.Region;

/** The documentation's class that SNS posts events to. */
class MailEventEndpointTest {
  @TempDir private static Path folder;
  private static SigningSns sns;

  private final List<String> handled = new ArrayList<>();
  private final List<URI> confirmed = new ArrayList<>();
  private Consumer<MailEvent> handler = event -> handled.add(event.messageId());
  private HttpServer server;

  @BeforeAll
  static void createTheKey() throws Exception {
    sns = SigningSns.create(folder);
  }

  @BeforeEach
  void start() throws IOException {
    MailEventEndpoint endpoint =
        new MailEventEndpoint(
            SnsMessageManager.builder().region(Region.EU_CENTRAL_1).httpClient(sns).build(),
            SigningSns.TOPIC,
            confirmed::add,
            event -> handler.accept(event));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/mail-events",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          int status = endpoint.receive(new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Posts a message as SNS does, and returns the status. */
  private int post(String message) throws IOException, InterruptedException {
    URI url =
        URI.create("http://127.0.0.1:%s/mail-events".formatted(server.getAddress().getPort()));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("content-type", "text/plain; charset=UTF-8")
            .POST(HttpRequest.BodyPublishers.ofString(message))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void handsOnAnEventThatSnsSigned(String version) throws Exception {
    String message =
        sns.signed(SigningSns.TOPIC, EventsOfSes.send("1"), version, SigningSns.CERTIFICATE);

    assertThat(post(message)).isEqualTo(200);
    assertThat(handled).containsExactly("1");
  }

  @Test
  void skipsTheFirstMessageOfATopic() throws Exception {
    assertThat(post(sns.notification(EventsOfSes.VALIDATION))).isEqualTo(200);
    assertThat(handled).isEmpty();
  }

  @Test
  void confirmsItsSubscription() throws Exception {
    assertThat(post(sns.confirmation(SigningSns.TOPIC))).isEqualTo(200);
    assertThat(confirmed).containsExactly(URI.create(SigningSns.SUBSCRIBE));
  }

  /** Anybody can have SNS sign messages of a topic of their own. */
  @Test
  void refusesMessagesOfOtherTopics() throws Exception {
    String topic = "arn:aws:sns:eu-central-1:999999999999:account-email-events";

    assertThat(post(sns.confirmation(topic))).isEqualTo(403);
    assertThat(post(sns.signed(topic, EventsOfSes.send("1"), "2", SigningSns.CERTIFICATE)))
        .isEqualTo(403);
    assertThat(confirmed).isEmpty();
    assertThat(handled).isEmpty();
  }

  @Test
  void handsOnNothingThatSnsDidNotSign() throws Exception {
    String signed = sns.notification(EventsOfSes.send("1"));
    String elsewhere = "https://sns.eu-central-1.amazonaws.com.attacker.example/a.pem";

    assertThat(post(signed.replace("ada@example.com", "eve@example.com"))).isEqualTo(503);
    assertThat(post(signed.replace("\"Notification\"", "\"SubscriptionConfirmation\"")))
        .isEqualTo(503);
    assertThat(post(sns.signed(SigningSns.TOPIC, EventsOfSes.send("1"), "2", elsewhere)))
        .isEqualTo(503);
    assertThat(handled).isEmpty();
    assertThat(confirmed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "[]", "{}", "{\"Type\":\"Notification\"}"})
  void handsOnNothingThatIsNoMessage(String body) throws Exception {
    assertThat(post(body)).isEqualTo(503);
  }

  /** Raw message delivery has no signature. */
  @Test
  void handsOnNothingThatWasDeliveredRaw() throws Exception {
    assertThat(post(EventsOfSes.send("1"))).isEqualTo(503);
    assertThat(handled).isEmpty();
  }

  @Test
  void refusesWhatIsNotAnEventForGood() throws Exception {
    assertThat(post(sns.notification(EventsOfSes.NOTIFICATION_OF_AN_IDENTITY))).isEqualTo(422);
  }

  @Test
  void receivesAnEventAgainThatWasNotHandled() throws Exception {
    String message = sns.notification(EventsOfSes.send("1"));
    Consumer<MailEvent> working = handler;
    handler =
        event -> {
          throw new IllegalStateException("the database is down");
        };
    assertThat(post(message)).isEqualTo(503);

    handler = working;
    assertThat(post(message)).isEqualTo(200);
    assertThat(handled).containsExactly("1");
  }

  @Test
  void isTheClassOfTheDocumentation() throws IOException {
    DocumentedCode.assertContains("email-events.md", MailEventEndpoint.class);
  }
}
