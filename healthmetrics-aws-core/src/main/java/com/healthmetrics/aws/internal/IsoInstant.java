package com.healthmetrics.aws.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/** Instants as {@link Instant#toString} writes them, without its formatter, which is slow. */
public final class IsoInstant {
  private static final int SECONDS_A_DAY = 86_400;

  private IsoInstant() {}

  /** Writes an instant; what is less than a second is left out. */
  public static String seconds(Instant at) {
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(at.getEpochSecond(), SECONDS_A_DAY));
    String time =
        LocalTime.ofSecondOfDay(Math.floorMod(at.getEpochSecond(), SECONDS_A_DAY)).toString();
    // A local time leaves out seconds that are zero.
    return day + "T" + time + (time.length() == "00:00".length() ? ":00Z" : "Z");
  }
}
