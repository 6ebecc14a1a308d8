package com.healthmetrics.aws.mail;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the link of an account email leads below the application's URL: a path, possibly with a
 * query, possibly with a fragment that is a route of the page's script and has a query of its own.
 *
 * @param text the route, checked
 */
record LinkRoute(String text) {
  private static final int MAX_LENGTH = 512;
  private static final String TOKEN = "token";

  /** Without the characters at which mail clients end the links that they find in a text. */
  private static final String WORD = "(?:[A-Za-z0-9._~+,:@!-]|%[0-9A-Fa-f]{2})++";

  private static final String PATH = "(?:/" + WORD + ")*+/?+";
  private static final String PARAMETER = WORD + "(?:=(?:" + WORD + "|/)*+)?+";
  private static final String QUERY = "(?:\\?" + PARAMETER + "(?:&" + PARAMETER + ")*+)?+";
  private static final Pattern ROUTE =
      Pattern.compile(
          "(?=/)" + PATH + QUERY + "(?:#(?![?]|$)(?:" + WORD + ")?+" + PATH + QUERY + ")?+");

  LinkRoute {
    if (text.length() > MAX_LENGTH || !ROUTE.matcher(text).matches() || hasDotSegment(text)) {
      throw Invalid.argument(
          "The route of a link has %s characters or another form than /path?parameters or"
              + " /path#/route?parameters. Use at most %s characters: a path that begins with a slash,"
              + " without host and dot segments, other characters percent-encoded, such as"
              + " /auth/verify-email or /#/verify-email.",
          text.length(), MAX_LENGTH);
    }
    if (parameterNames(text).anyMatch(TOKEN::equals)) {
      throw Invalid.argument(
          "The route of a link has a parameter named token. Leave it out: the token is added to the"
              + " route.");
    }
  }

  private static boolean hasDotSegment(String text) {
    return Stream.of(text.split("[?#]", 2)[0].split("/"))
        .map(segment -> segment.replaceAll("(?i)%2e", "."))
        .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
  }

  /** As the application reads them: decoded, in the query and in the fragment's. */
  private static Stream<String> parameterNames(String text) {
    return Stream.of(text.split("#"))
        .filter(part -> part.contains("?"))
        .flatMap(part -> Stream.of(part.substring(part.indexOf('?') + 1).split("&")))
        .map(parameter -> URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8));
  }

  /**
   * The link up to its token, which becomes the last parameter: of the fragment's query if there is
   * a fragment, so that only the page's script reads it.
   *
   * @param appUrl a base URL without query and fragment
   */
  String upToToken(URI appUrl) {
    String last = text.substring(text.indexOf('#') + 1);
    return appUrl + text + (last.contains("?") ? "&" : "?") + TOKEN + "=";
  }
}
