package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.HtmlDocument;
import com.healthmetrics.aws.testkit.internal.TextLinks;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A link of an email; every link is accepted. */
record MailLink(String url) {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?<scheme>https?)://(?<host>[^/:?#]*)(:\\d+)?(?<path>[^?#]*)(?<rest>.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern FRAGMENT_ROUTE = Pattern.compile("#[^?]*");
  private static final Pattern TOKEN = Pattern.compile("[?&#]token=([^&#]+)");

  /** A query value or a path segment that is long enough to be a secret. */
  private static final Pattern SECRET =
      Pattern.compile("(=[^&#]{4})[^&#]{5,}|(/[^/?#]{4})[^/?#]{20,}");

  /** The web links of an email: those of its text, or of its HTML without a text. */
  static List<MailLink> in(Optional<String> text, Optional<String> html) {
    List<String> targets =
        html.map(HtmlDocument::of).stream()
            .flatMap(document -> document.links().stream())
            .map(HtmlDocument.Link::target)
            .filter(MailLink::isWebLink)
            .toList();
    return text.map(words -> TextLinks.in(words, targets)).orElse(targets).stream()
        .map(MailLink::new)
        .toList();
  }

  private static boolean isWebLink(String target) {
    String lowerCase = target.toLowerCase(Locale.ROOT);
    return lowerCase.startsWith("http://") || lowerCase.startsWith("https://");
  }

  private Matcher parts() {
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches()) {
      throw new AssertionError("Not a link: " + url);
    }
    return parts;
  }

  /**
   * Whether the path ends with this path, with or without the fragment's route, or the host is this
   * host.
   */
  boolean leadsTo(String pathOrHost) {
    Matcher parts = parts();
    if (!pathOrHost.startsWith("/")) {
      return parts.group("host").equalsIgnoreCase(pathOrHost);
    }
    Matcher fragment = FRAGMENT_ROUTE.matcher(parts.group("rest"));
    String route = parts.group("path") + (fragment.find() ? fragment.group() : "");
    return parts.group("path").endsWith(pathOrHost) || route.endsWith(pathOrHost);
  }

  /** The parameter {@code token}, decoded; as it is, if it is not encoded correctly. */
  Optional<String> token() {
    Matcher token = TOKEN.matcher(parts().group("rest"));
    return token.find() ? Optional.of(decoded(token.group(1))) : Optional.empty();
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
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
