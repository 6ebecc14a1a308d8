package com.healthmetrics.aws.testkit.mail;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A link as it stands in a mail; whatever the mail's author wrote, it is never refused. */
record MailLink(String url) {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?<scheme>https?)://(?<host>[^/:?#]*)(:\\d+)?(?<path>[^?#]*)(?<rest>.*)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOKEN = Pattern.compile("[?&#]token=([^&#]+)");

  /** A value of a query, or a part of a path, that is long enough to be a secret. */
  private static final Pattern SECRET =
      Pattern.compile("(=[^&#]{4})[^&#]{5,}|(/[^/?#]{4})[^/?#]{20,}");

  private Matcher parts() {
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches()) {
      throw new AssertionError("Not a link: " + url);
    }
    return parts;
  }

  /** Whether the path ends like this one, or the host is this one. */
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

  /** Without the most of what may be a token. */
  String shortened() {
    int path = parts().start("path");
    String secrets =
        SECRET
            .matcher(url.substring(path))
            .replaceAll(match -> (match.group(1) == null ? "$2" : "$1") + "…");
    return url.substring(0, path) + secrets;
  }
}
