package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.Sneaky;
import com.healthmetrics.aws.fixtures.UnusableCredentials;
import com.healthmetrics.aws.internal.CurrentCredentials.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class CurrentCredentialsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

  @ParameterizedTest
  @EnumSource
  void areUnavailableWhateverTheProviderDoesInstead(UnusableCredentials provider) {
    try {
      assertThatExceptionOfType(Unavailable.class)
          .isThrownBy(() -> CurrentCredentials.resolve(provider, Clock.systemUTC()))
          .satisfies(
              failure ->
                  assertThat(failure.getMessage())
                      .doesNotContain("AKID", "S3C", "T0K")
                      .containsPattern("Set |Correct |Copy |Check |Refresh "));
      assertThat(Thread.currentThread().isInterrupted()).isEqualTo(provider.isInterruption());
    } finally {
      Thread.interrupted();
    }
  }

  /** Whoever watches for a process out of memory must see it; nothing was signed or sent. */
  @Test
  void letAFailureOfTheVirtualMachinePass() {
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");

    assertThatThrownBy(
            () ->
                CurrentCredentials.resolve(
                    () -> {
                      throw full;
                    },
                    Clock.systemUTC()))
        .isSameAs(full);
  }

  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  void areUnavailableIfTheCausesAreARing() {
    IllegalStateException first = new IllegalStateException();
    first.initCause(new IllegalStateException(first));

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(
            () ->
                CurrentCredentials.resolve(
                    RecordingCredentials.failingWith(first), Clock.systemUTC()));
  }

  @Test
  void areComparedWithTheTimeAtWhichTheProviderHasResponded() {
    MovableClock clock = new MovableClock(NOW);
    RecordingCredentials slow =
        RecordingCredentials.returning(
            call -> {
              clock.advance(Duration.ofSeconds(400));
              return ending(NOW.plusSeconds(30));
            });

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> CurrentCredentials.resolve(slow, clock))
        .withMessageContaining("expired at 2026-03-01T10:16:00Z")
        .withMessageContaining("the clock shows 2026-03-01T10:22:10Z");
  }

  /** The SDK asks again while it signs, and the second response could be another. */
  @Test
  void areACopyThatNoLongerAsksTheApplication() {
    AtomicInteger questions = new AtomicInteger();
    AwsCredentials changing =
        new AwsCredentials() {
          @Override
          public String accessKeyId() {
            return "AKID-" + questions.incrementAndGet();
          }

          @Override
          public String secretAccessKey() {
            return " secret\n";
          }

          @Override
          public Optional<Instant> expirationTime() {
            return Optional.of(NOW.plusSeconds(60));
          }
        };

    AwsCredentials resolved = CurrentCredentials.resolve(() -> changing, new MovableClock(NOW));

    assertThat(resolved.accessKeyId()).isEqualTo(resolved.accessKeyId()).isEqualTo("AKID-1");
    assertThat(resolved.secretAccessKey()).isEqualTo("secret");
    assertThat(resolved.expirationTime()).hasValue(NOW.plusSeconds(60));
    assertThat(resolved.toString()).doesNotContain("AKID", "secret");
    assertThat(questions).hasValue(1);
  }

  @Test
  void keepTokenAndExpiryOfASession() {
    AwsCredentials resolved =
        CurrentCredentials.resolve(() -> ending(NOW.plusSeconds(1)), new MovableClock(NOW));

    assertThat(resolved)
        .isInstanceOfSatisfying(
            AwsSessionCredentials.class,
            session -> assertThat(session.sessionToken()).isEqualTo("token"));
    assertThat(resolved.expirationTime()).hasValue(NOW.plusSeconds(1));
  }

  /** Stores of other makers have secrets that people chose. */
  @Test
  void mayHaveASecretWithASpace() {
    AwsCredentials phrase = AwsBasicCredentials.create("minio", "correct horse");

    assertThat(CurrentCredentials.resolve(() -> phrase, Clock.systemUTC()).secretAccessKey())
        .isEqualTo("correct horse");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        IllegalStateException.class,
        Exception.class,
        NoClassDefFoundError.class,
        AssertionError.class
      })
  void areUnavailableIfTheyCannotBeRefreshed(Class<? extends Throwable> kind)
      throws ReflectiveOperationException {
    Throwable reason = kind.getDeclaredConstructor().newInstance();

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(
            () ->
                CurrentCredentials.refresh(
                    () -> {
                      throw Sneaky.unchecked(reason);
                    }))
        .withCause(reason)
        .withMessageContaining("could not be refreshed");
  }

  private static AwsCredentials ending(Instant end) {
    return AwsSessionCredentials.builder()
        .accessKeyId("AKID")
        .secretAccessKey("secret")
        .sessionToken("token")
        .expirationTime(end)
        .build();
  }
}
