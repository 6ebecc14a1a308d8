package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A part of a README that a test writes: the test fails where the part differs from what was just
 * observed, and {@code -Dreadme.update=true} rewrites it.
 */
public final class ReadmeSection {
  private final Path readme;
  private final String begin;
  private final String end;

  private ReadmeSection(Path readme, String writer) {
    this.readme = readme;
    this.begin = "<!-- Written by " + writer + ": begin -->\n";
    this.end = "<!-- Written by " + writer + ": end -->";
  }

  /** The section that a test class writes. */
  public static ReadmeSection of(Path readme, Class<?> writer) {
    return new ReadmeSection(readme, writer.getSimpleName());
  }

  /** One of several sections that a test class writes. */
  public static ReadmeSection of(Path readme, Class<?> writer, String name) {
    return new ReadmeSection(readme, writer.getSimpleName() + " (" + name + ")");
  }

  /** Asserts that the section is what was observed. */
  public void assertMatches(String observed) throws IOException {
    assertMatches(observed, UnaryOperator.identity());
  }

  /**
   * Asserts that the section is what was observed.
   *
   * @param comparable removes from both what may differ, such as a date
   */
  public void assertMatches(String observed, UnaryOperator<String> comparable) throws IOException {
    // Tests that run in parallel may write to the same file.
    synchronized (ReadmeSection.class) {
      compareOrWrite(observed, comparable);
    }
  }

  private void compareOrWrite(String observed, UnaryOperator<String> comparable)
      throws IOException {
    String text = Files.readString(readme);
    assertThat(text).contains(begin, end);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(readme, text.substring(0, from) + observed + text.substring(to));
      return;
    }
    assertThat(comparable.apply(text.substring(from, to)))
        .as("To rewrite it, run the test with -Dreadme.update=true")
        .isEqualTo(comparable.apply(observed));
  }
}
