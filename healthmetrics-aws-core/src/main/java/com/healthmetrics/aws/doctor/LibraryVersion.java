package com.healthmetrics.aws.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** The library's own version, which Maven writes into its jar. */
final class LibraryVersion {
  private static final String MAVEN =
      "/META-INF/maven/com.healthmetrics/healthmetrics-aws-core/pom.properties";

  private LibraryVersion() {}

  /** Returns the version, or empty if the library was not loaded from its jar. */
  static Optional<String> find() {
    try (InputStream in = LibraryVersion.class.getResourceAsStream(MAVEN)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.ofNullable(properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException("The library's jar cannot be read", e);
    }
  }
}
