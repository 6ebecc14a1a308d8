package com.healthmetrics.aws.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test advances it, so that no test sleeps until a URL expires.
 *
 * <p>Time never moves backwards. Every view made with {@link #withZone} shows the same instant.
 *
 * <pre>{@code
 * TestClock clock = TestClock.startingNow();
 * InMemoryAws aws = InMemoryAws.builder().clock(clock).build();
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 * PresignedPut upload = aws.uploads().presignPut(UploadPolicy.avatars(), request);
 *
 * clock.advance(Duration.ofMinutes(5));
 *
 * aws.bucket().upload(upload, "image/png", new byte[3]); // rejected: it has expired
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class TestClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private TestClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /**
   * Creates a clock in UTC that shows an instant.
   *
   * @param instant the first instant
   * @return the clock
   * @throws NullPointerException if {@code instant} is null
   */
  public static TestClock startingAt(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return new TestClock(new AtomicReference<>(instant), ZoneOffset.UTC);
  }

  /** {@return a clock in UTC that stands still at the current instant of the system clock} */
  public static TestClock startingNow() {
    return startingAt(Clock.systemUTC().instant());
  }

  /**
   * Advances the clock.
   *
   * @param duration zero or more
   * @throws IllegalArgumentException if {@code duration} is negative
   * @throws NullPointerException if {@code duration} is null
   */
  public void advance(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "duration must not be negative, the clock only moves forward: " + duration);
    }
    now.updateAndGet(instant -> instant.plus(duration));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** {@return a view in another zone that advances with this clock} */
  @Override
  public TestClock withZone(ZoneId zone) {
    return new TestClock(now, Objects.requireNonNull(zone, "zone"));
  }

  @Override
  public String toString() {
    return "TestClock[" + now.get() + ", " + zone + "]";
  }
}
