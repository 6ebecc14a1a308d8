package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of the page, and the module for browsers that core ships, from the class path. */
final class PageFiles {
  private static final Map<String, String> NAMES =
      Map.of(
          "/", "index.html",
          "/auth/verify-email", "landing.html",
          "/auth/reset-password", "landing.html",
          "/auth/change-email", "landing.html");

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  /** Returns the file of a path. */
  Optional<ServerResponse> find(String path) {
    String name = NAMES.getOrDefault(path, path.substring(1));
    String contentType = CONTENT_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    // A plain name: nothing outside these folders can be requested.
    if (contentType == null || !name.matches("[a-z]+(-[a-z]+)?\\.[a-z]+")) {
      return Optional.empty();
    }
    try (InputStream in = open(name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(ServerResponse.of(200).withBody(contentType, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable InputStream open(String name) {
    return name.endsWith(".mjs")
        ? HealthMetricsAws.class.getResourceAsStream("/healthmetrics-aws/" + name)
        : PageFiles.class.getResourceAsStream(name);
  }
}
