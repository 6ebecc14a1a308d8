package com.healthmetrics.aws.internal.template;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is wrong with templates and their models; each is said once, however many locales share it.
 */
public final class Problems {
  private final Set<String> found = new LinkedHashSet<>();

  /** Adds one sentence or two: what was found, and what to do. */
  public void add(String problem) {
    found.add(problem);
  }

  void add(Place place, String problem) {
    add(place + ": " + problem);
  }

  /** Whether all is well so far. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All of them, in the order in which they were found. */
  public List<String> list() {
    return List.copyOf(found);
  }
}
