package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long FOREVER = Long.MAX_VALUE;

  private final AtomicLong time = new AtomicLong();

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void givesTurnsInTheOrderOfTheCalls() {
    TokenBucket bucket = new TokenBucket(1, 3, time::get);

    assertThat(bucket.reserve(3, FOREVER).at()).isZero();
    assertThat(bucket.reserve(3, FOREVER).at()).isEqualTo(seconds(1));
    assertThat(bucket.reserve(1, FOREVER).at()).isEqualTo(seconds(4));
  }

  @Test
  void letsNoEmailOvertakeWhenTheRateRises() {
    TokenBucket bucket = new TokenBucket(1, 1, time::get);
    bucket.reserve(11, FOREVER);
    long before = bucket.reserve(1, FOREVER).at();

    bucket.adjust(100, 1);

    assertThat(before).isEqualTo(seconds(11));
    assertThat(bucket.reserve(1, FOREVER).at()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void removesTokensWhenTheBurstShrinks() {
    TokenBucket bucket = new TokenBucket(10, 10, time::get);

    bucket.adjust(1, 1);

    assertThat(bucket.reserve(1, FOREVER).nanosAway()).isZero();
    assertThat(bucket.reserve(1, FOREVER).nanosAway()).isEqualTo(seconds(1));
  }

  /** Emails to one would otherwise overtake for ever. */
  @Test
  void letsAnEmailToManyPassAsSoonAsAnEmailToOne() {
    TokenBucket bucket = new TokenBucket(1, 20, time::get);
    bucket.reserve(20, FOREVER);

    assertThat(bucket.reserve(10, seconds(1)).at()).isEqualTo(seconds(1));
    assertThat(bucket.reserve(1, seconds(11)).at()).isEqualTo(seconds(11));
  }

  /** In every interval; the last email may have more recipients than there are tokens. */
  @Property
  void neverLetsMoreThroughThanBurstAndRate(
      @ForAll @IntRange(min = 1, max = 50) int rate,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll long seed) {
    Random random = new Random(seed);
    TokenBucket bucket = new TokenBucket(rate, burst, time::get);
    List<Long> turns = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      time.addAndGet(random.nextInt(100_000_000));
      int recipients = 1 + random.nextInt(burst);
      TokenBucket.Turn turn = bucket.reserve(recipients, seconds(1));
      for (int j = 0; j < recipients && turn.nanosAway() <= seconds(1); j++) {
        turns.add(turn.at());
      }
    }

    assertThat(turns).isSorted().isNotEmpty();
    for (int first = 0; first < turns.size(); first++) {
      for (int last = first; last < turns.size(); last++) {
        double passed = (turns.get(last) - turns.get(first)) / 1e9;
        int overdrawn = burst - 1;
        assertThat(last - first + 1)
            .isLessThanOrEqualTo((int) (burst + overdrawn + rate * passed + 1e-6));
      }
    }
  }
}
