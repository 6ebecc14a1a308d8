package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestClockTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void standsStillUntilItIsMoved() {
    TestClock clock = TestClock.startingAt(NOON);
    assertThat(clock.instant()).isEqualTo(clock.instant()).isEqualTo(NOON);

    clock.advance(Duration.ofMinutes(10));

    assertThat(clock.instant()).isEqualTo("2026-11-23T12:10:00Z");
  }

  @Test
  void startsAtThePresent() {
    Instant before = Instant.now();
    assertThat(TestClock.startingNow().instant()).isBetween(before, Instant.now());
  }

  @Test
  void refusesToRunBackwards() {
    TestClock clock = TestClock.startingAt(NOON);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .withMessageContaining("negative");
    assertThat(clock.instant()).isEqualTo(NOON);
  }

  @Test
  void movesItsViewsInOtherZones() {
    TestClock clock = TestClock.startingAt(NOON);
    Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));

    clock.advance(Duration.ofSeconds(1));

    assertThat(tokyo.instant()).isEqualTo(clock.instant());
    assertThat(tokyo.getZone()).hasToString("Asia/Tokyo");
    assertThat(clock.getZone()).hasToString("Z");
  }

  @Test
  void losesNoStepWhenThreadsMoveIt() {
    TestClock clock = TestClock.startingAt(NOON);
    IntStream.range(0, 1000).parallel().forEach(i -> clock.advance(Duration.ofMillis(1)));
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1));
  }
}
