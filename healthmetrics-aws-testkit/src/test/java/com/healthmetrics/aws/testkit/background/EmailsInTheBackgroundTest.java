package com.healthmetrics.aws.testkit.background;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.testkit.DocumentedCode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation's executor around account emails, with platform and with virtual threads. */
class EmailsInTheBackgroundTest {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");
  private static final EmailAddress NOBODY = EmailAddress.of("nobody@example.com");
  private static final Duration LONG = Duration.ofSeconds(60);

  private final InMemoryMailer sent = new InMemoryMailer();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AccountEmails emails =
      AccountEmails.builder()
          .mailer(sent)
          .from(EmailAddress.of("noreply@example.com"))
          .appUrl(URI.create("https://app.example.com"))
          .build();

  static Stream<Named<ExecutorService>> executors() throws ReflectiveOperationException {
    List<Named<ExecutorService>> executors = new ArrayList<>();
    executors.add(Named.of("a fixed pool", Executors.newFixedThreadPool(2)));
    if (Runtime.version().feature() >= 21) {
      // By name, as this class is compiled for 17; continuous integration runs a newer one, too.
      Object virtual = Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
      executors.add(Named.of("virtual threads", (ExecutorService) virtual));
    }
    return executors.stream();
  }

  private BackgroundEmails background(ExecutorService threads, int most, Duration grace) {
    return new BackgroundEmails(threads, most, grace, failures::add);
  }

  private PasswordResets resets(BackgroundEmails background) {
    return new PasswordResets(
        background, emails, to -> to.equals(ADA) ? Optional.of("t0ken") : Optional.empty());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void sendsWhatWasAcceptedBeforeItCloses(ExecutorService threads) {
    try (BackgroundEmails background = background(threads, 100, LONG)) {
      for (int i = 0; i < 50; i++) {
        String token = "t0ken-" + i;
        assertThat(background.submit(() -> emails.sendVerification(ADA, token))).isTrue();
      }
    }
    assertThat(sent.sent()).hasSize(50);
    assertThat(failures).isEmpty();
  }

  /** Neither the lookup nor SES is part of the response, so its time shows nothing of either. */
  @ParameterizedTest
  @MethodSource("executors")
  void respondsAlikeWithAndWithoutAnAccountBeforeEitherIsLookedUp(ExecutorService threads) {
    CountDownLatch responded = new CountDownLatch(1);
    List<EmailAddress> lookedUp = new ArrayList<>();
    try (BackgroundEmails background = background(threads, 100, LONG)) {
      PasswordResets resets =
          new PasswordResets(
              background,
              emails,
              to -> {
                await(responded);
                synchronized (lookedUp) {
                  lookedUp.add(to);
                }
                return to.equals(ADA) ? Optional.of("t0ken") : Optional.empty();
              });

      assertThat(resets.request(ADA, Locale.ENGLISH))
          .isEqualTo(resets.request(NOBODY, Locale.ENGLISH));
      responded.countDown();
    }
    assertThat(lookedUp).containsExactlyInAnyOrder(ADA, NOBODY);
    assertThat(sent.sent()).singleElement().extracting(Email::to).isEqualTo(List.of(ADA));
  }

  @ParameterizedTest
  @MethodSource("executors")
  void reportsEveryFailure(ExecutorService threads) {
    sent.failNext(Kind.THROTTLED);
    try (BackgroundEmails background = background(threads, 100, LONG)) {
      resets(background).request(ADA, Locale.ENGLISH);
      background.submit(
          () -> {
            throw new StackOverflowError();
          });
    }
    assertThat(failures)
        .hasSize(2)
        .hasAtLeastOneElementOfType(MailException.class)
        .hasAtLeastOneElementOfType(StackOverflowError.class);
  }

  @ParameterizedTest
  @MethodSource("executors")
  void refusesMoreThanItHasRoomForAndAcceptsAgainLater(ExecutorService threads) {
    CountDownLatch release = new CountDownLatch(1);
    try (BackgroundEmails background = background(threads, 3, LONG)) {
      for (int i = 0; i < 3; i++) {
        assertThat(background.submit(() -> await(release))).isTrue();
      }
      assertThat(background.submit(() -> {})).isFalse();
      assertThat(failures).singleElement().isInstanceOf(RejectedExecutionException.class);
      assertThat(resets(background).request(ADA, Locale.ENGLISH))
          .as("shows nothing of it")
          .isEqualTo(PasswordResets.RESPONSE);
      release.countDown();

      Instant giveUp = Instant.now().plus(LONG);
      while (!background.submit(() -> emails.sendVerification(ADA, "t0ken"))) {
        assertThat(Instant.now()).as("has no room again").isBefore(giveUp);
        Thread.onSpinWait();
      }
    }
    assertThat(sent.sent()).as("the last one only").hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("executors")
  void interruptsWhatTakesTooLongAndReportsIt(ExecutorService threads) {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch reported = new CountDownLatch(1);
    BackgroundEmails background =
        new BackgroundEmails(
            threads,
            10,
            Duration.ofMillis(1),
            failure -> {
              failures.add(failure);
              reported.countDown();
            });
    background.submit(
        () -> {
          started.countDown();
          await(new CountDownLatch(1));
        });
    await(started);

    background.close();

    await(reported);
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(background.submit(() -> {})).as("after it was closed").isFalse();
    assertThat(failures).as("that is reported, too").hasSize(2);
  }

  /** Otherwise the pool of connections is closed before a key that is free again is recorded. */
  @ParameterizedTest
  @MethodSource("executors")
  void closesOnceWhatWasInterruptedHasEnded(ExecutorService threads) {
    Thread closing = Thread.currentThread();
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean recorded = new AtomicBoolean();
    BackgroundEmails background = background(threads, 10, LONG);
    background.submit(
        () -> {
          started.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Instant giveUp = Instant.now().plus(LONG);
            while (closing.getState() == Thread.State.RUNNABLE && Instant.now().isBefore(giveUp)) {
              Thread.onSpinWait();
            }
            recorded.set(true);
          }
        });
    await(started);
    closing.interrupt();

    background.close();

    assertThat(recorded).as("ended before close returned").isTrue();
    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
  }

  @Test
  void reportsWhatWasNotBegun() {
    CountDownLatch started = new CountDownLatch(2);
    BackgroundEmails background =
        background(Executors.newFixedThreadPool(2), 10, Duration.ofMillis(1));
    for (int i = 0; i < 5; i++) {
      background.submit(
          () -> {
            started.countDown();
            await(new CountDownLatch(1));
          });
    }
    await(started);

    background.close();

    assertThat(failures)
        .filteredOn(RejectedExecutionException.class::isInstance)
        .as("not begun")
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(classes = {BackgroundEmails.class, PasswordResets.class, Outbox.class})
  void isTheClassOfTheDocumentation(Class<?> type) throws Exception {
    DocumentedCode.assertContains("email-in-the-background.md", type);
  }
}
