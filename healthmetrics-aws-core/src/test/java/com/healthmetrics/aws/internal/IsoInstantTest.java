package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoInstantTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-29T00:00:00Z",
        "2026-11-29T10:15:00Z",
        "2026-11-29T23:59:59.999Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:01Z",
        "+10000-01-01T00:00:00Z"
      })
  void writesWhatInstantWrites(String text) {
    Instant at = Instant.parse(text);

    assertThat(IsoInstant.seconds(at)).isEqualTo(at.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  @Test
  void writesRandomInstantsAsInstantDoes() {
    Random random = new Random(Long.getLong("random.seed", 1));
    for (int i = 0; i < 10_000; i++) {
      Instant at = Instant.ofEpochSecond(random.nextLong() % 400_000_000_000L);

      assertThat(IsoInstant.seconds(at)).isEqualTo(at.toString());
    }
  }
}
