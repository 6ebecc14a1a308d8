package com.healthmetrics.aws.testkit.mail;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A link of an email; every link is accepted. */
record MailLink(String url) {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?<scheme>https?)://(?<host>[^/:?#]*)(:\\d+)?(?<path>[^?#]*)(?<rest>.*)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOKEN = Pattern.compile("[?&#]token=([^&#]+)");

  /** A query value or a path segment that is long enough to be a secret. */
  private static final Pattern SECRET =
      Pattern.compile("(=[^&#]{4})[^&#]{5,}|(/[^/?#]{4})[^/?#]{20,}");

  private Matcher parts() {
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches()) {
      throw new AssertionError("Not a link: " + url);
    }
    return parts;
  }

  /** Whether the path ends with this path, or the host is this host. */
  boolean leadsTo(String pathOrHost) {
    Matcher parts = parts();
    return pathOrHost.startsWith("/")
        ? parts.group("path").endsWith(pathOrHost)
        : parts.group("host").equalsIgnoreCase(pathOrHost);
  }

  /** The parameter {@code token}, decoded. */
  Optional<String> token() {
    Matcher token = TOKEN.matcher(parts().group("rest"));
    return token.find()
        ? Optional.of(URLDecoder.decode(token.group(1), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** Shortens every part that may be a token. */
  String shortened() {
    int path = parts().start("path");
    String secrets =
        SECRET
            .matcher(url.substring(path))
            .replaceAll(match -> (match.group(1) == null ? "$2" : "$1") + "…");
    return url.substring(0, path) + secrets;
  }
}
