package com.healthmetrics.aws.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the required values that a builder lacks, so that all of them are reported at once. */
public final class Required {
  private final String what;
  private final List<String> missing = new ArrayList<>();

  private Required(String what) {
    this.what = what;
  }

  /** Starts a check of what is being built, as the message names it. */
  public static Required of(String what) {
    return new Required(what);
  }

  /** Requires one value, under the name of the method that sets it. */
  public Required value(String name, @Nullable Object value) {
    return condition(name, value != null);
  }

  /** Requires a condition that is more than one value. */
  public Required condition(String name, boolean satisfied) {
    if (!satisfied) {
      missing.add(name);
    }
    return this;
  }

  /**
   * Reports what is missing.
   *
   * @throws IllegalStateException if something is missing; all of it is named
   */
  public void check() {
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          what + " is not complete. Missing: " + String.join(", ", missing) + ".");
    }
  }
}
