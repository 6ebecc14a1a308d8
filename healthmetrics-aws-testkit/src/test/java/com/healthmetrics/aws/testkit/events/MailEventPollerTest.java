package com.healthmetrics.aws.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.testkit.DocumentedCode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The documentation's class that receives events from a queue. */
@Timeout(300)
class MailEventPollerTest {
  private static final Consumer<MailEvent> FAILING =
      event -> {
        throw new IllegalStateException("the database is down");
      };

  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  @AutoClose private final Queue queue = new Queue();

  private MailEventPoller poller(Consumer<MailEvent> handler) {
    return new MailEventPoller(queue.client(), queue.url(), handler, Duration.ZERO);
  }

  private void handle(MailEvent event) {
    handled.add(event.messageId());
  }

  @Test
  void handsOnEventsAndDeletesThem() {
    queue.send(EventsOfSes.send("1"));
    queue.send(EventsOfSes.send("2"));

    poller(this::handle).receive();

    assertThat(handled).containsExactlyInAnyOrder("1", "2");
    assertThat(queue.size()).isZero();
  }

  @Test
  void skipsTheFirstMessageOfATopic() {
    queue.send(EventsOfSes.VALIDATION);

    poller(this::handle).receive();

    assertThat(handled).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void receivesAnEventAgainThatWasNotHandled() {
    queue.send(EventsOfSes.send("1"));

    poller(FAILING).receive();
    assertThat(queue.size()).isEqualTo(1);

    poller(this::handle).receive();
    assertThat(handled).containsExactly("1");
    assertThat(queue.size()).isZero();
  }

  @Test
  void handsOnTheEventsAfterOneThatWasNotHandled() {
    queue.send("not an event");
    queue.send(EventsOfSes.send("1"));

    poller(this::handle).receive();

    assertThat(handled).containsExactly("1");
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void leavesWhatIsNotAnEventToTheDeadLetterQueueAndStopsWhenClosed() throws Exception {
    queue.send(EventsOfSes.NOTIFICATION_OF_AN_IDENTITY);

    List<MailEventPoller> running = new ArrayList<>();
    MailEventPoller poller =
        poller(
            event -> {
              handle(event);
              running.get(0).close();
            });
    running.add(poller);
    Thread thread = new Thread(poller);
    thread.start();

    assertThat(queue.awaitDeadLetter()).isEqualTo(EventsOfSes.NOTIFICATION_OF_AN_IDENTITY);
    queue.send(EventsOfSes.send("1"));
    thread.join();
    assertThat(handled).containsExactly("1");
    assertThat(queue.size()).isZero();
  }

  @Test
  void receivesAgainAfterSqsDidNotRespond() {
    queue.send(EventsOfSes.send("1"));

    List<MailEventPoller> running = new ArrayList<>();
    running.add(
        new MailEventPoller(
            failingOnce(queue.client()),
            queue.url(),
            event -> {
              handle(event);
              running.get(0).close();
            },
            Duration.ZERO));
    running.get(0).run();

    assertThat(handled).containsExactly("1");
    assertThat(queue.size()).isZero();
  }

  private static SqsClient failingOnce(SqsClient client) {
    AtomicBoolean failed = new AtomicBoolean();
    return (SqsClient)
        Proxy.newProxyInstance(
            SqsClient.class.getClassLoader(),
            new Class<?>[] {SqsClient.class},
            (proxy, method, arguments) -> {
              if (!failed.getAndSet(true)) {
                throw SdkClientException.create("no route to host");
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void endsWhenItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();

    poller(this::handle).run();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void isTheClassOfTheDocumentation() throws IOException {
    DocumentedCode.assertContains("email-events.md", MailEventPoller.class);
  }
}
