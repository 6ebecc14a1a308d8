package com.healthmetrics.aws.testkit.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the doctor's checks, which its source has as string literals. */
public final class DoctorChecks {
  private static final Path SOURCE =
      Path.of("../healthmetrics-aws-core/src/main/java/com/healthmetrics/aws/doctor");

  /** A name without a dot, or within a subject. */
  private static final Pattern NAME =
      Pattern.compile(
          "\"(credentials|caller|version|clock|(?:storage|cdn|email)\\.[a-z][a-z0-9-]*)\"");

  private DoctorChecks() {}

  /** All names, sorted. */
  public static SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(SOURCE)) {
      for (Path file : files.toList()) {
        NAME.matcher(Files.readString(file)).results().forEach(name -> names.add(name.group(1)));
      }
    }
    return names;
  }
}
