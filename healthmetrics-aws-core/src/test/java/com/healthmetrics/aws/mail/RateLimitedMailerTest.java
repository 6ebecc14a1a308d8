package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitedMailerTest {
  private static final Email MAIL = Mails.to("ada@example.com");

  private final InMemoryMailer sent = new InMemoryMailer();
  private final VirtualTime time = new VirtualTime();

  /** Time that passes only where somebody sleeps or a test says so. */
  private static final class VirtualTime implements Retry.Time {
    // Where System.nanoTime() may well be: about to overflow.
    private long now = Long.MAX_VALUE - 1_000;
    private final List<Duration> sleeps = new ArrayList<>();
    private Runnable whileAsleep = () -> {};

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleep(Duration wait) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      whileAsleep.run();
      sleeps.add(wait);
      now += wait.toNanos();
    }

    void advance(Duration duration) {
      now += duration.toNanos();
    }
  }

  private RateLimitedMailer.Builder rate(double recipientsPerSecond) {
    return RateLimitedMailer.builder(sent).recipientsPerSecond(recipientsPerSecond).time(time);
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
    Email.Builder builder = Mails.builder();
    for (int i = 0; i < recipients; i++) {
      builder.to(EmailAddress.of("user" + i + "@example.com"));
    }
    return builder.build();
  }

  @Test
  void letsABurstPassAndThenKeepsTheRate() {
    RateLimitedMailer mailer = rate(2).burst(4).build();

    for (int i = 0; i < 6; i++) {
      mailer.send(MAIL);
    }

    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500), Duration.ofMillis(500));
    assertThat(sent.sent()).hasSize(6);
  }

  @Test
  void letsPassAtOnceWhatTheRateAllowsInASecond() {
    RateLimitedMailer mailer = rate(3.5).build();

    for (int i = 0; i < 3; i++) {
      mailer.send(MAIL);
    }
    assertThat(time.sleeps).isEmpty();

    mailer.send(MAIL);
    assertThat(time.sleeps).hasSize(1);
  }

  @Test
  void fillsUpToTheBurstAndNoFurther() {
    RateLimitedMailer mailer = rate(1).burst(2).build();
    mailer.send(MAIL);
    // Before the rate is read again, which would level it too.
    time.advance(Duration.ofMinutes(14));

    mailer.send(MAIL);
    mailer.send(MAIL);
    assertThat(time.sleeps).isEmpty();

    mailer.send(MAIL);
    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void countsTheRecipientsOfCopiesToo() {
    RateLimitedMailer mailer = rate(1).burst(3).build();
    Email withCopies =
        Mails.builder()
            .to(EmailAddress.of("ada@example.com"))
            .cc(EmailAddress.of("bob@example.com"))
            .bcc(EmailAddress.of("eve@example.com"))
            .build();

    mailer.send(withCopies);
    mailer.send(MAIL);

    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void letsAMailPassThatIsLargerThanTheBurstAndTheOthersPay() {
    RateLimitedMailer mailer = rate(1).burst(1).build();

    mailer.send(toMany(5));
    assertThat(time.sleeps).isEmpty();

    mailer.send(MAIL);
    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void refusesAtOnceWhatWouldWaitTooLongAndSaysHowLong() {
    RateLimitedMailer mailer = rate(1).burst(1).maxWait(Duration.ofSeconds(4)).build();
    mailer.send(toMany(5));

    assertThat(refusal(mailer, MAIL).retryAfter()).hasValue(Duration.ofSeconds(5));
    assertThat(refusal(mailer, MAIL).retryAfter())
        .as("a refused mail takes nothing")
        .hasValue(Duration.ofSeconds(5));
    assertThat(refusal(mailer, MAIL)).hasMessageContainingAll("5000 ms", "4000 ms");
    assertThat(time.sleeps).isEmpty();
    assertThat(sent.sent()).hasSize(1);

    time.advance(Duration.ofSeconds(5));
    mailer.send(MAIL);
    assertThat(time.sleeps).as("after the time it was told").isEmpty();
  }

  @Test
  void waitsExactlyAsLongAsAgreed() {
    RateLimitedMailer mailer = rate(1).burst(1).maxWait(Duration.ofSeconds(5)).build();
    mailer.send(toMany(5));

    mailer.send(MAIL);

    assertThat(time.sleeps).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void waitsForNothingWhereNobodyMayWait() {
    RateLimitedMailer mailer = rate(1).maxWait(Duration.ZERO).build();
    mailer.send(MAIL);

    assertThat(refusal(mailer, MAIL).retryAfter()).hasValue(Duration.ofSeconds(1));
  }

  @Test
  void endsTheWaitAtAnInterruptAndSendsNothing() {
    RateLimitedMailer mailer = rate(1).build();
    mailer.send(MAIL);
    Thread.currentThread().interrupt();

    MailException refusal = refusal(mailer, MAIL);

    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(refusal).hasMessageContaining("interrupted");
    assertThat(sent.sent()).hasSize(1);
  }

  @Test
  void locksNobodyOutWhileAMailWaits() {
    RateLimitedMailer mailer = rate(1).maxWait(Duration.ofSeconds(1)).build();
    AtomicReference<MailException> other = new AtomicReference<>();
    time.whileAsleep =
        () ->
            CompletableFuture.runAsync(() -> other.set(refusal(mailer, MAIL)))
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    mailer.send(MAIL);

    mailer.send(MAIL);

    assertThat(other.get().retryAfter())
        .as("behind the one that waits")
        .hasValue(Duration.ofSeconds(2));
  }

  @Test
  void sleepsAgainWhereSleepEndsTooEarly() {
    List<Duration> asked = new ArrayList<>();
    RateLimitedMailer mailer =
        RateLimitedMailer.builder(sent)
            .recipientsPerSecond(1)
            .time(
                new Retry.Time() {
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
            .build();
    mailer.send(MAIL);

    mailer.send(MAIL);

    assertThat(asked).containsExactly(Duration.ofSeconds(1), Duration.ofMillis(400));
  }

  @Test
  void followsTheRateOfTheAccount() {
    RateLimitedMailer mailer = rate(1).following(() -> OptionalDouble.of(4)).build();

    for (int i = 0; i < 5; i++) {
      mailer.send(MAIL);
    }

    assertThat(time.sleeps)
        .as("the burst was that of the configured rate")
        .containsExactly(
            Duration.ofMillis(250),
            Duration.ofMillis(250),
            Duration.ofMillis(250),
            Duration.ofMillis(250));
    assertThat(mailer).hasToString("RateLimitedMailer[4.000 recipients/s, " + sent + "]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void keepsToTheConfiguredRateWhereTheAccountsIsNone(double rate) {
    RateLimitedMailer mailer = rate(2).following(() -> OptionalDouble.of(rate)).build();

    for (int i = 0; i < 3; i++) {
      mailer.send(MAIL);
    }

    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500));
  }

  @Test
  void keepsToTheConfiguredRateWhereTheAccountsIsUnknown() {
    AtomicInteger asked = new AtomicInteger();
    RateLimitedMailer mailer =
        rate(2)
            .following(
                () -> {
                  if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("GetAccount is down");
                  }
                  return OptionalDouble.empty();
                })
            .build();

    for (int i = 0; i < 3; i++) {
      mailer.send(MAIL);
    }
    assertThat(time.sleeps).containsExactly(Duration.ofMillis(500));
    assertThat(asked).hasValue(1);

    time.advance(Duration.ofMinutes(15));
    mailer.send(MAIL);
    assertThat(asked).as("now and then").hasValue(2);
    assertThat(mailer.toString()).contains("2.000 recipients/s");
  }

  @Test
  void readsTheRateAgainAfterFifteenMinutes() {
    AtomicReference<OptionalDouble> rate = new AtomicReference<>(OptionalDouble.of(10));
    RateLimitedMailer mailer = rate(1).following(rate::get).build();
    mailer.send(MAIL);
    rate.set(OptionalDouble.of(20));

    time.advance(Duration.ofMinutes(15).minusNanos(1));
    mailer.send(MAIL);
    assertThat(mailer.toString()).contains("10.00 recipients/s");

    time.advance(Duration.ofNanos(1));
    mailer.send(MAIL);
    assertThat(mailer.toString()).contains("20.00 recipients/s");
  }

  @Test
  void asksForTheRateWithOneThreadWhileTheOthersGoOn() {
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<RateLimitedMailer> mailer = new AtomicReference<>();
    mailer.set(
        rate(2)
            .following(
                () -> {
                  asked.incrementAndGet();
                  // What another thread does while this one waits for the answer.
                  CompletableFuture.runAsync(() -> mailer.get().send(MAIL))
                      .orTimeout(10, TimeUnit.SECONDS)
                      .join();
                  return OptionalDouble.of(5);
                })
            .build());

    mailer.get().send(MAIL);

    assertThat(asked).hasValue(1);
    assertThat(sent.sent()).hasSize(2);
  }

  @Test
  void keepsTheRateWithManyThreads() throws Exception {
    int mails = 40;
    List<Thread> threads = new ArrayList<>();
    List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
    RateLimitedMailer mailer = rate(10).burst(10).maxWait(Duration.ZERO).build();
    for (int i = 0; i < mails; i++) {
      Thread thread = new Thread(() -> mailer.send(MAIL));
      thread.setUncaughtExceptionHandler((where, failure) -> refused.add(failure));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(sent.sent()).as("no time passed, so a burst and no more").hasSize(10);
    assertThat(refused).hasSize(mails - 10).hasOnlyElementsOfType(MailException.class);
  }

  @Test
  void keepsTheRateInBulkToo() {
    RateLimitedMailer mailer = rate(1).maxWait(Duration.ofSeconds(2)).build();

    List<MailResult> results =
        mailer.sendAll(List.of(MAIL, MAIL, MAIL, toMany(3), MAIL, toMany(1)));

    assertThat(results)
        .extracting(MailResult::isSent)
        .containsExactly(true, true, true, true, false, false);
    assertThat(sent.sent()).hasSize(4);
  }

  @Test
  void refusesNullWithoutTakingATurn() {
    RateLimitedMailer mailer = rate(1).maxWait(Duration.ZERO).build();

    assertThatNullPointerException().isThrownBy(() -> mailer.send(null));
    mailer.send(MAIL);
    assertThatNullPointerException().isThrownBy(() -> RateLimitedMailer.builder(null));
  }

  @Test
  void namesWhatCannotBe() {
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
    assertThatIllegalStateException()
        .isThrownBy(() -> RateLimitedMailer.builder(sent).build())
        .withMessageContaining("recipientsPerSecond");
  }
}
