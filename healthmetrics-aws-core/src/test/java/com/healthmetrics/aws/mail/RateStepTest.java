package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MailerChain.Builder#recipientsPerSecond} and what goes with it. */
class RateStepTest {
  private static final Email EMAIL = Emails.to("ada@example.com");

  private final InMemoryMailer sent = new InMemoryMailer();
  private final VirtualTime time = new VirtualTime();

  private MailerChain.Builder rate(double recipientsPerSecond) {
    return MailerChain.builder().recipientsPerSecond(recipientsPerSecond).time(time);
  }

  /** With a send rate of the account that a test chooses. */
  private TransactionalMailer following(double rate, Supplier<OptionalDouble> accountRate) {
    RateStep step =
        new RateStep(
            new RateStep.Limit(rate, OptionalInt.empty(), Duration.ofSeconds(10), accountRate),
            time);
    return new TransactionalMailer() {
      @Override
      public MailReceipt send(Email email) {
        return step.send(email, sent);
      }

      @Override
      public String toString() {
        return step.toString();
      }
    };
  }

  private static MailException refusal(TransactionalMailer mailer, Email email) {
    MailException refusal = catchThrowableOfType(MailException.class, () -> mailer.send(email));
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal).hasMessageNotContaining("@");
    return refusal;
  }

  private static Email toMany(int recipients) {
    Email.Builder builder = Emails.builder();
    for (int i = 0; i < recipients; i++) {
      builder.to(EmailAddress.of("user" + i + "@example.com"));
    }
    return builder.build();
  }

  @Test
  void letsABurstPassAndThenKeepsTheRate() {
    TransactionalMailer mailer = rate(2).burst(4).build().wrap(sent);

    for (int i = 0; i < 6; i++) {
      mailer.send(EMAIL);
    }

    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500), Duration.ofMillis(500));
    assertThat(sent.sent()).hasSize(6);
  }

  @Test
  void letsOneSecondsWorthPassAtOnce() {
    TransactionalMailer mailer = rate(3.5).build().wrap(sent);

    for (int i = 0; i < 3; i++) {
      mailer.send(EMAIL);
    }
    assertThat(time.sleeps).isEmpty();

    mailer.send(EMAIL);
    assertThat(time.sleeps).hasSize(1);
  }

  @Test
  void fillsUpToTheBurstAndNoFurther() {
    TransactionalMailer mailer = rate(1).burst(2).build().wrap(sent);
    mailer.send(EMAIL);
    // Before the rate is read again, which would also reset it.
    time.advance(Duration.ofMinutes(14));

    mailer.send(EMAIL);
    mailer.send(EMAIL);
    assertThat(time.sleeps).isEmpty();

    mailer.send(EMAIL);
    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void countsCcAndBccRecipientsToo() {
    TransactionalMailer mailer = rate(1).burst(3).build().wrap(sent);
    Email withCopies =
        Emails.builder()
            .to(EmailAddress.of("ada@example.com"))
            .cc(EmailAddress.of("bob@example.com"))
            .bcc(EmailAddress.of("eve@example.com"))
            .build();

    mailer.send(withCopies);
    mailer.send(EMAIL);

    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void letsAnEmailLargerThanTheBurstPassAndTheOthersPay() {
    TransactionalMailer mailer = rate(1).burst(1).build().wrap(sent);

    mailer.send(toMany(5));
    assertThat(time.sleeps).isEmpty();

    mailer.send(EMAIL);
    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void refusesAtOnceWhatWouldWaitTooLongAndReportsTheWait() {
    TransactionalMailer mailer = rate(1).burst(1).maxWait(Duration.ofSeconds(4)).build().wrap(sent);
    mailer.send(toMany(5));

    assertThat(refusal(mailer, EMAIL).retryAfter()).hasValue(Duration.ofSeconds(5));
    assertThat(refusal(mailer, EMAIL).retryAfter())
        .as("a refused email uses up nothing")
        .hasValue(Duration.ofSeconds(5));
    assertThat(refusal(mailer, EMAIL)).hasMessageContainingAll("5000 ms", "4000 ms");
    assertThat(time.sleeps).isEmpty();
    assertThat(sent.sent()).hasSize(1);

    time.advance(Duration.ofSeconds(5));
    mailer.send(EMAIL);
    assertThat(time.sleeps).as("after the reported time").isEmpty();
  }

  @Test
  void waitsUpToTheMaximum() {
    TransactionalMailer mailer = rate(1).burst(1).maxWait(Duration.ofSeconds(5)).build().wrap(sent);
    mailer.send(toMany(5));

    mailer.send(EMAIL);

    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void refusesAtOnceWithoutAnyWaitAllowed() {
    TransactionalMailer mailer = rate(1).maxWait(Duration.ZERO).build().wrap(sent);
    mailer.send(EMAIL);

    assertThat(refusal(mailer, EMAIL).retryAfter()).hasValue(Duration.ofSeconds(1));
  }

  @Test
  void endsTheWaitAtAnInterruptAndSendsNothing() {
    TransactionalMailer mailer = rate(1).build().wrap(sent);
    mailer.send(EMAIL);
    Thread.currentThread().interrupt();

    MailException refusal = refusal(mailer, EMAIL);

    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(refusal).hasMessageContaining("interrupted");
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void holdsNoLockWhileAnEmailWaits() {
    TransactionalMailer mailer = rate(1).maxWait(Duration.ofSeconds(1)).build().wrap(sent);
    AtomicReference<MailException> other = new AtomicReference<>();
    time.whileAsleep =
        () ->
            CompletableFuture.runAsync(() -> other.set(refusal(mailer, EMAIL)))
                .orTimeout(1, TimeUnit.MINUTES)
                .join();
    mailer.send(EMAIL);

    mailer.send(EMAIL);

    assertThat(other.get().retryAfter())
        .as("behind the one that waits")
        .hasValue(Duration.ofSeconds(2));
  }

  @Test
  void sleepsAgainWhenSleepEndsTooEarly() {
    List<Duration> asked = new ArrayList<>();
    TransactionalMailer mailer =
        MailerChain.builder()
            .recipientsPerSecond(1)
            .time(
                new Time() {
                  private long now;

                  @Override
                  public long nanos() {
                    return now;
                  }

                  @Override
                  public void sleep(Duration wait) {
                    asked.add(wait);
                    now += Math.min(wait.toNanos(), 600_000_000L);
                  }
                })
            .build()
            .wrap(sent);
    mailer.send(EMAIL);

    mailer.send(EMAIL);

    assertThat(asked).containsExactly(Duration.ofSeconds(1), Duration.ofMillis(400));
  }

  @Test
  void followsTheRateOfTheAccount() {
    TransactionalMailer mailer = following(1, () -> OptionalDouble.of(4));

    for (int i = 0; i < 5; i++) {
      mailer.send(EMAIL);
    }

    assertThat(time.sleeps)
        .as("the burst was that of the configured rate")
        .containsExactly(
            Duration.ofMillis(250),
            Duration.ofMillis(250),
            Duration.ofMillis(250),
            Duration.ofMillis(250));
    assertThat(mailer).hasToString("4.000 recipients/s");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void usesTheConfiguredRateIfTheAccountsIsInvalid(double rate) {
    TransactionalMailer mailer = following(2, () -> OptionalDouble.of(rate));

    for (int i = 0; i < 3; i++) {
      mailer.send(EMAIL);
    }

    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500));
  }

  @Test
  void usesTheConfiguredRateIfTheAccountsIsUnknown() {
    AtomicInteger asked = new AtomicInteger();
    TransactionalMailer mailer =
        following(
            2,
            () -> {
              asked.incrementAndGet();
              return OptionalDouble.empty();
            });

    for (int i = 0; i < 3; i++) {
      mailer.send(EMAIL);
    }
    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500));
    assertThat(asked).hasValue(1);

    time.advance(Duration.ofMinutes(15));
    mailer.send(EMAIL);
    assertThat(asked).as("every 15 minutes").hasValue(2);
    assertThat(mailer.toString()).contains("2.000 recipients/s");
  }

  @Test
  void readsTheRateAgainAfterFifteenMinutes() {
    AtomicReference<OptionalDouble> rate = new AtomicReference<>(OptionalDouble.of(10));
    TransactionalMailer mailer = following(1, rate::get);
    mailer.send(EMAIL);
    rate.set(OptionalDouble.of(20));

    time.advance(Duration.ofMinutes(15).minusNanos(1));
    mailer.send(EMAIL);
    assertThat(mailer.toString()).contains("10.00 recipients/s");

    time.advance(Duration.ofNanos(1));
    mailer.send(EMAIL);
    assertThat(mailer.toString()).contains("20.00 recipients/s");
  }

  @Test
  void asksForTheRateWithOneThreadWhileTheOthersGoOn() {
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<TransactionalMailer> mailer = new AtomicReference<>();
    mailer.set(
        following(
            2,
            () -> {
              asked.incrementAndGet();
              // What another thread does while this one waits for the response.
              CompletableFuture.runAsync(() -> mailer.get().send(EMAIL))
                  .orTimeout(1, TimeUnit.MINUTES)
                  .join();
              return OptionalDouble.of(5);
            }));

    mailer.get().send(EMAIL);

    assertThat(asked).hasValue(1);
    assertThat(sent.sent()).hasSize(2);
  }

  @Test
  void keepsTheRateWithManyThreads() throws Exception {
    int emails = 40;
    List<Thread> threads = new ArrayList<>();
    List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
    TransactionalMailer mailer = rate(10).burst(10).maxWait(Duration.ZERO).build().wrap(sent);
    for (int i = 0; i < emails; i++) {
      Thread thread = new Thread(() -> mailer.send(EMAIL));
      thread.setUncaughtExceptionHandler((where, failure) -> refused.add(failure));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(sent.sent()).as("no time passed, so only a burst").hasSize(10);
    assertThat(refused).hasSize(emails - 10).hasOnlyElementsOfType(MailException.class);
  }

  @Test
  void refusesNullWithoutUsingATurn() {
    TransactionalMailer mailer = rate(1).maxWait(Duration.ZERO).build().wrap(sent);

    assertThatNullPointerException().isThrownBy(() -> mailer.send(null));
    mailer.send(EMAIL);
  }

  @Test
  void namesInvalidValues() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 100_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rate(rate))
          .withMessageContaining(String.valueOf(rate));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> rate(1).burst(0));
    assertThatIllegalArgumentException().isThrownBy(() -> rate(1).burst(100_001));
    assertThatIllegalArgumentException().isThrownBy(() -> rate(1).maxWait(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rate(1).maxWait(Duration.ofHours(1).plusNanos(1)));
    for (MailerChain.Builder withoutRate :
        List.of(
            MailerChain.builder().burst(1),
            MailerChain.builder().maxWait(Duration.ZERO),
            MailerChain.builder().followingSendRate())) {
      assertThatIllegalStateException()
          .isThrownBy(withoutRate::build)
          .withMessageEndingWith("Missing: recipientsPerSecond.");
    }
  }
}
