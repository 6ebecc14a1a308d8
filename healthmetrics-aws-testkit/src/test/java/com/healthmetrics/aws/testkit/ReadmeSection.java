package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a README that a test writes: the test fails where the part says something else than was
 * just observed, and {@code -Dreadme.update=true} writes it anew.
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

  /** What a test class writes. */
  public static ReadmeSection of(Path readme, Class<?> writer) {
    return new ReadmeSection(readme, writer.getSimpleName());
  }

  /** One of several sections that a test class writes. */
  public static ReadmeSection of(Path readme, Class<?> writer, String name) {
    return new ReadmeSection(readme, writer.getSimpleName() + " (" + name + ")");
  }

  /** Fails unless the section says this. */
  public void says(String observed) throws IOException {
    // Tests that run at the same time may write into one file.
    synchronized (ReadmeSection.class) {
      compareOrWrite(observed);
    }
  }

  private void compareOrWrite(String observed) throws IOException {
    String text = Files.readString(readme);
    assertThat(text).contains(begin, end);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(readme, text.substring(0, from) + observed + text.substring(to));
      return;
    }
    assertThat(text.substring(from, to))
        .as("To write it anew: ./mvnw verify -Dreadme.update=true")
        .isEqualTo(observed);
  }
}
