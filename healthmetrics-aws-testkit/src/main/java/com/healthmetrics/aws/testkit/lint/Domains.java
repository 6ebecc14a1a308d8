package com.healthmetrics.aws.testkit.lint;

import java.util.List;
import java.util.Set;

/** Properties of domain names. */
final class Domains {
  private static final Set<String> FREEMAIL =
      Set.of(
          "aol.com",
          "freenet.de",
          "gmail.com",
          "gmx.at",
          "gmx.de",
          "gmx.net",
          "googlemail.com",
          "hotmail.com",
          "icloud.com",
          "live.com",
          "mail.com",
          "mail.ru",
          "me.com",
          "msn.com",
          "outlook.com",
          "proton.me",
          "protonmail.com",
          "t-online.de",
          "web.de",
          "yahoo.com",
          "yandex.ru");
  private static final Set<String> SHORTENERS =
      Set.of(
          "bit.ly",
          "buff.ly",
          "cutt.ly",
          "goo.gl",
          "is.gd",
          "lnkd.in",
          "ow.ly",
          "rb.gy",
          "rebrand.ly",
          "short.io",
          "shorturl.at",
          "t.co",
          "t.ly",
          "tiny.cc",
          "tinyurl.com");

  private Domains() {}

  static boolean isFreemail(String domain) {
    return FREEMAIL.contains(domain);
  }

  static boolean isShortener(String host) {
    return SHORTENERS.contains(host);
  }

  static boolean isIpLiteral(String host) {
    return host.startsWith("[") || host.matches("\\d++(?:\\.\\d++)*+|0x[0-9a-f]+");
  }

  static boolean isWithin(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }

  static boolean haveSameOrganization(String one, String other) {
    return organization(one).equals(organization(other));
  }

  /**
   * The last two labels, or three below registries such as co.uk; this is a heuristic without a
   * complete list.
   */
  private static String organization(String domain) {
    List<String> labels = List.of(domain.split("\\."));
    int size = labels.size();
    boolean registry =
        size > 2 && labels.get(size - 1).length() == 2 && labels.get(size - 2).length() <= 3;
    return String.join(".", labels.subList(Math.max(0, size - (registry ? 3 : 2)), size));
  }
}
