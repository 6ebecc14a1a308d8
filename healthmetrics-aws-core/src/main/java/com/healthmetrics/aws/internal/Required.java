package com.healthmetrics.aws.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a builder was not told, so that all of it is reported at once. */
public final class Required {
  private final String what;
  private final List<String> missing = new ArrayList<>();

  private Required(String what) {
    this.what = what;
  }

  /** Begins with what is being built, as a message names it. */
  public static Required of(String what) {
    return new Required(what);
  }

  /** Asks for one value, under the name of the method that sets it. */
  public Required value(String name, @Nullable Object value) {
    return condition(name, value != null);
  }

  /** Asks for something that is not a mere value. */
  public Required condition(String name, boolean there) {
    if (!there) {
      missing.add(name);
    }
    return this;
  }

  /**
   * Ends the list.
   *
   * @throws IllegalStateException if something is missing; all of it is named
   */
  public void check() {
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          what + " is not complete. Say also: " + String.join(", ", missing) + ".");
    }
  }
}
