package com.healthmetrics.aws.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks of configured values, with messages that name the value, the rule and the remedy.
 *
 * <p>Every method returns the checked value or throws {@link IllegalArgumentException}.
 */
public final class Checks {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern SIGNED_BY_OTHER_RULES =
      Pattern.compile(".*(--x-s3|--xa-s3|--op-s3|--table-s3|--ol-s3|\\.mrap)");
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-\\d+");
  private static final int MAX_BUCKET = 63;

  /** A region is a label of host names. */
  private static final int MAX_REGION = 63;

  private static final int MAX_BASE_URL = 2_048;
  private static final Pattern CONFIGURATION_SET = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MAX_HEADER_VALUE = 2_048;

  /**
   * The remedy of {@link #requireEncrypted} for a builder: every builder has a method of this name.
   */
  public static final String ALLOWED_BY_BUILDER = "call allowCleartextHttp() on the builder";

  /**
   * Hosts that are this machine whatever they resolve to. Sources: RFC 6761, section 6.3, and RFC
   * 1122, section 3.2.1.3.
   */
  private static final Pattern LOOPBACK =
      Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

  private Checks() {}

  /**
   * Checks a general purpose bucket's name.
   *
   * <p>Source: Amazon S3 User Guide, "General purpose bucket naming rules".
   */
  public static String bucketName(String name) {
    Objects.requireNonNull(name, "bucket");
    if (name.startsWith("arn:")) {
      throw new IllegalArgumentException(
          "The bucket is an ARN. Access points, Outposts and multi-region access points are signed by"
              + " other rules than buckets. Use the bucket's own name.");
    }
    boolean measured = name.length() <= MAX_BUCKET;
    if (measured && SIGNED_BY_OTHER_RULES.matcher(name).matches()) {
      throw new IllegalArgumentException(
          ("The bucket name %s belongs to S3 Express, Outposts, S3 Tables, Object Lambda or a"
                  + " multi-region access point, which are signed by other rules. Use a general"
                  + " purpose bucket's name.")
              .formatted(quote(name)));
    }
    if (!measured
        || !BUCKET.matcher(name).matches()
        || name.contains("..")
        || name.contains(".-")
        || name.contains("-.")
        || IP_ADDRESS.matcher(name).matches()) {
      throw new IllegalArgumentException(
          quote(name)
              + " is not a valid bucket name. Use 3 to 63 lower-case letters, digits, hyphens and"
              + " single dots, beginning and ending with a letter or digit; not an IP address.");
    }
    return name;
  }

  /** Checks a region's code, such as {@code eu-central-1}. */
  public static String region(String region) {
    Objects.requireNonNull(region, "region");
    if (region.length() > MAX_REGION || !REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          quote(region) + " is not an AWS region. Use a region code such as eu-central-1.");
    }
    return region;
  }

  /** Parses a boolean, as the SDK reads it. */
  public static boolean flag(String value) {
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException(quote(value) + " is not a boolean. Use true or false.");
    }
    return value.equalsIgnoreCase("true");
  }

  /** Checks the name of an SES configuration set. */
  public static String configurationSet(String name) {
    Objects.requireNonNull(name, "name");
    if (!CONFIGURATION_SET.matcher(name).matches()) {
      throw new IllegalArgumentException(
          quote(name)
              + " is not a configuration set name. Use 1 to 64 letters, digits, hyphens and underscores.");
    }
    return name;
  }

  /** Parses and checks a base URL; see {@link #baseUrl(URI)}. */
  public static URI baseUrl(String url) {
    requireLength(url);
    try {
      return baseUrl(new URI(url).parseServerAuthority());
    } catch (URISyntaxException e) {
      // The cause is left out: its message repeats the value, user-info included.
      throw new IllegalArgumentException(
          nameOf(url) + " is not a URL. " + underscoreRule(url) + BASE_URL_RULE);
    }
  }

  /**
   * Checks and normalizes a base URL to which paths are appended: http or https, with a host and
   * without user-info, query and fragment; a trailing slash is dropped. Whether it may be http,
   * {@link #requireEncrypted} decides.
   */
  public static URI baseUrl(URI url) {
    String text = url.toString();
    requireLength(text);
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException(
          nameOf(text)
              + " is not an absolute http(s) URL. "
              + underscoreRule(text)
              + BASE_URL_RULE);
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("It has user-info before the host. " + BASE_URL_RULE);
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("It has a query or a fragment. " + BASE_URL_RULE);
    }
    if (url.getPort() == 0 || url.getPort() > 65_535) {
      throw new IllegalArgumentException(
          quote(text) + " has a port that does not exist. " + BASE_URL_RULE);
    }
    String path = url.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (PercentEncoding.decodePath(path).isEmpty() || hasBareSegment(path)) {
      throw new IllegalArgumentException(
          quote(text) + " has a path with empty, dot or oddly encoded segments. " + BASE_URL_RULE);
    }
    return URI.create(scheme + "://" + authority(scheme, host, url.getPort()) + path);
  }

  private static void requireLength(String url) {
    if (url.length() > MAX_BASE_URL) {
      throw new IllegalArgumentException(
          "It has %s characters; a base URL has at most %s. %s"
              .formatted(url.length(), MAX_BASE_URL, BASE_URL_RULE));
    }
  }

  /** Quotes the value, unless it may contain a password or token. */
  private static String nameOf(String url) {
    return url.matches("(?s).*[@?#].*") ? "The value" : quote(url);
  }

  /** Compose names containers with underscores, which no URL may have in its host. */
  private static String underscoreRule(String url) {
    return url.matches("(?i)https?://[^/?#@]*_.*")
        ? "A host name has no underscore; with containers, use a network alias without one. "
        : "";
  }

  /**
   * Requires that what is sent to a base URL cannot be read on the way: https, or http on this
   * machine.
   *
   * @param url a URL that {@link #baseUrl} returned; null if none is set
   * @param cleartextAllowed whether plain http is allowed on any host
   * @param remedy how to allow it, as an imperative
   */
  public static void requireEncrypted(@Nullable URI url, boolean cleartextAllowed, String remedy) {
    if (url != null && !cleartextAllowed && !url.getScheme().equals("https") && !isLoopback(url)) {
      throw new IllegalArgumentException(
          quote(url.toString())
              + " is plain http on a host that is not this machine, so uploads, links and emails could"
              + " be read on the network. Use https; or, on a development network only, "
              + remedy
              + ".");
    }
  }

  /** Returns whether a URL's host is this machine, by name. */
  public static boolean isLoopback(URI url) {
    return LOOPBACK.matcher(url.getHost()).matches();
  }

  private static final String BASE_URL_RULE =
      "Use https://host[:port][/path], or http on this machine, such as http://localhost:3000.";

  private static boolean hasBareSegment(String path) {
    String segments = path + "/";
    return segments.contains("//") || segments.contains("/./") || segments.contains("/../");
  }

  private static String authority(String scheme, String host, int port) {
    boolean defaultPort = port == -1 || port == (scheme.equals("https") ? 443 : 80);
    return host.toLowerCase(Locale.ROOT) + (defaultPort ? "" : ":" + port);
  }

  /**
   * Returns whether a text can be a signed header's value: visible ASCII, words separated by single
   * spaces, since signing folds longer runs.
   */
  public static boolean isHeaderValue(String text) {
    if (text.isEmpty() || text.length() > MAX_HEADER_VALUE) {
      return false;
    }
    char previous = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || (c == ' ' && previous == ' ')) {
        return false;
      }
      previous = c;
    }
    return previous != ' ';
  }

  /**
   * Quotes a value for a message: at most 80 characters, with control characters and everything
   * beyond ASCII escaped, so that it cannot forge a log line.
   */
  public static String quote(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      if (i == 80) {
        return out.append("\"… (").append(value.length()).append(" characters)").toString();
      }
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  /** Returns the index of the first control character or lone surrogate, or -1. */
  public static int indexOfUnsafeCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text, i)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the same index for a text of several lines, which may have separators and tabs. */
  public static int indexOfUnsafeInText(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text, i) && !isSeparator(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isSeparator(char c) {
    return c == '\n' || c == '\r' || c == '\t' || c == '\u2028' || c == '\u2029';
  }

  /** Returns the index of the first character that shows the letters after it reversed, or -1. */
  public static int indexOfDirectionOverride(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\u202D' || text.charAt(i) == '\u202E') {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether a control character, line separator or lone surrogate is at an index. */
  public static boolean isUnsafe(String text, int index) {
    char c = text.charAt(index);
    if (c >= ' ' && c <= '~') {
      // First, as nearly all of an HTML document is.
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    }
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  /** Returns whether a text needs no library for other scripts, which take long to load. */
  public static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  /** Describes the character at an index, without repeating the text around it. */
  public static String describeCharacter(String text, int index) {
    return String.format(
        Locale.ROOT, "character U+%04X at index %d", (int) text.charAt(index), index);
  }
}
