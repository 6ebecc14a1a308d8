package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final Throwable timeout = new SocketTimeoutException();
  private final Throwable failure = new IllegalStateException(new IOException(timeout));

  @Test
  void findsTheDeepestCause() {
    assertThat(Failures.rootCause(failure)).isSameAs(timeout);
    assertThat(Failures.rootCause(timeout)).isSameAs(timeout);
  }

  @Test
  void findsACauseByItsType() {
    assertThat(Failures.isCausedBy(failure, IOException.class)).isTrue();
    assertThat(Failures.isCausedBy(failure, IllegalStateException.class)).isTrue();
    assertThat(Failures.isCausedBy(failure, InterruptedException.class)).isFalse();
  }

  @Test
  void endsOnARingOfCauses() {
    Throwable outer = new IllegalStateException();
    outer.initCause(new IOException(outer));

    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          assertThat(Failures.rootCause(outer)).isNotNull();
          assertThat(Failures.isCausedBy(outer, InterruptedException.class)).isFalse();
          assertThat(Failures.withoutMessage(outer)).hasMessage("java.lang.IllegalStateException");
        });
  }

  @Test
  void replacesAnOverflowOfTheStackButNoLackOfMemory() {
    Failures.beforeReplacing(new StackOverflowError());

    OutOfMemoryError fatal = new OutOfMemoryError();
    assertThatThrownBy(() -> Failures.beforeReplacing(fatal)).isSameAs(fatal);
  }
}
