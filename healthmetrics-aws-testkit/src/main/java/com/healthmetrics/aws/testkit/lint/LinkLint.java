package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.HtmlDocument;
import com.healthmetrics.aws.testkit.internal.LowerCase;
import com.healthmetrics.aws.testkit.internal.TextLinks;
import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules about links and images: their targets, and tracking. */
final class LinkLint {
  private static final Pattern TEXT_ADDRESS =
      Pattern.compile(
          "(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\\.[A-Za-z0-9-]++)++");
  private static final Pattern LOOKS_LIKE_URL =
      Pattern.compile(
          "(?:https?://|www\\.)\\S+|(?:[a-z0-9-]++\\.)++[a-z]{2,}(?:/\\S*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOKEN =
      Pattern.compile(
          "[?&#](?:(?:access_?)?token|code|otp|key|secret|ticket|signature)=[^&]"
              + "|[?&/=][A-Za-z0-9_.~-]{32,}(?=[&/#]|$)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TINY = Pattern.compile("\\s*[01](?:px)?\\s*");
  private static final Pattern TINY_STYLE =
      Pattern.compile(
          "(?:^|[;\\s])(?:width|height)\\s*:\\s*[01](?:px)?\\s*(?:;|$)|display\\s*:\\s*none",
          Pattern.CASE_INSENSITIVE);

  private final LintedMail mail;
  private final HtmlDocument html;
  private final Set<String> allowedHosts;
  private final LintFindings findings;

  /**
   * The rules for one email.
   *
   * @param allowedHosts hosts and domains that links may lead to; if empty, the sender's
   *     organization
   */
  LinkLint(LintedMail mail, HtmlDocument html, Set<String> allowedHosts, LintFindings findings) {
    this.mail = mail;
    this.html = html;
    this.allowedHosts = allowedHosts;
    this.findings = findings;
  }

  void check() {
    compareParts();
    Set<String> targets = new LinkedHashSet<>(textLinks());
    html.links().stream()
        .map(HtmlDocument.Link::target)
        .filter(LinkLint::isWebLink)
        .forEach(targets::add);
    targets.forEach(this::target);
    bareHosts();
    html.links().forEach(this::link);
    html.images().forEach(this::image);
  }

  private static boolean isWebLink(String target) {
    return !hasScheme(target, "mailto:") && !hasScheme(target, "tel:");
  }

  private static boolean hasScheme(String target, String scheme) {
    return target.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  private List<String> textLinks() {
    return TextLinks.in(
        mail.text().orElse(""), html.links().stream().map(HtmlDocument.Link::target).toList());
  }

  private void compareParts() {
    if (mail.html().isEmpty() || mail.text().isEmpty()) {
      return;
    }
    Set<String> inHtml =
        html.links().stream().map(link -> shown(link.target())).collect(Collectors.toSet());
    String text = mail.text().get();
    for (String target : inHtml) {
      // A link may end in a period, which in a text looks like the end of its sentence.
      findings.addIf(
          !text.contains(target),
          Rule.LINK_ONLY_IN_HTML,
          withoutQuery(target) + " is in the HTML and not in the text",
          "Write the same link or address in the text part.");
    }
    Set<String> inText = new LinkedHashSet<>(textLinks());
    TEXT_ADDRESS
        .matcher(TextLinks.removedFrom(text))
        .results()
        .map(MatchResult::group)
        .forEach(inText::add);
    for (String target : inText) {
      findings.addIf(
          inHtml.stream().noneMatch(link -> link.startsWith(target)),
          Rule.LINK_ONLY_IN_TEXT,
          withoutQuery(target) + " is in the text and not linked in the HTML",
          "Link it in the HTML part too; an address as mailto:.");
    }
  }

  /** A link as a text shows it: a mailto link as its address. */
  private static String shown(String target) {
    return isWebLink(target)
        ? target
        : target.replaceFirst("^[A-Za-z]+:", "").replaceFirst("\\?.*", "");
  }

  private void target(String target) {
    String shown = withoutQuery(target);
    String host = host(target);
    boolean allowed = allows(host);
    boolean loopback = allowed && HostCheck.isLoopback(host);
    if (host.isEmpty()
        || !(hasScheme(target, "https:") || (hasScheme(target, "http:") && loopback))) {
      findings.add(Rule.LINK_NOT_HTTPS, shown, "Link to an absolute https URL.");
    } else if (Domains.isIpLiteral(host) && !loopback) {
      findings.add(Rule.LINK_TO_IP_ADDRESS, shown, "Link to a host name.");
    } else if (Domains.isShortener(host)) {
      findings.add(
          Rule.LINK_SHORTENED, shown, "Link to the page itself; shorteners hide the target.");
    } else if (!allowed) {
      findings.add(
          Rule.LINK_TO_OTHER_HOST,
          shown,
          "Link to your own hosts, or add the host with allowedHosts.");
    }
  }

  private void bareHosts() {
    Set<String> hosts = new LinkedHashSet<>(BareHosts.in(mail.text().orElse("")));
    hosts.addAll(BareHosts.in(html.text()));
    for (String host : hosts) {
      findings.addIf(
          !allows(host),
          Rule.LINK_TO_OTHER_HOST,
          host + ", of which mail clients make a link",
          "Leave it out, or add the host with allowedHosts.");
    }
  }

  private boolean allows(String host) {
    return allowedHosts.isEmpty()
        ? mail.from().filter(from -> Domains.haveSameOrganization(host, from.domain())).isPresent()
        : allowedHosts.stream().anyMatch(allowed -> Domains.isWithin(host, allowed));
  }

  private void link(HtmlDocument.Link link) {
    String target = link.target();
    if (!isWebLink(target)) {
      return;
    }
    findings.addIf(
        LOOKS_LIKE_URL.matcher(link.text()).matches() && !textMatchesTarget(link),
        Rule.LINK_TEXT_IS_ANOTHER_URL,
        withoutQuery(link.text()) + " leads to " + withoutQuery(target),
        "Use the URL itself or words as the text.");
    findings.addIf(
        TOKEN.matcher(target).find() && !link.attributes().containsKey("ses:no-track"),
        Rule.TOKEN_LINK_TRACKED,
        withoutQuery(target) + " has a token and no ses:no-track",
        "Write <a ses:no-track href=…>; otherwise click events contain the token.");
  }

  private static boolean textMatchesTarget(HtmlDocument.Link link) {
    Matcher scheme = Pattern.compile("(?i)https?://").matcher(link.text());
    return scheme.lookingAt()
        ? link.text().equals(link.target())
        : host("https://" + link.text()).equals(host(link.target()));
  }

  private void image(Map<String, String> attributes) {
    boolean tiny =
        TINY.matcher(attributes.getOrDefault("width", "")).matches()
            || TINY.matcher(attributes.getOrDefault("height", "")).matches()
            || TINY_STYLE.matcher(attributes.getOrDefault("style", "")).find();
    findings.addIf(
        tiny,
        Rule.TRACKING_PIXEL,
        "an invisible image, " + withoutQuery(attributes.getOrDefault("src", "")),
        "Remove it.");
  }

  private static String host(String url) {
    try {
      String host = URI.create(url).getHost();
      return host == null ? "" : LowerCase.of(host);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** A link for a finding: its query and fragment may be a token. */
  private static String withoutQuery(String link) {
    return link.replaceFirst("[?#].*", "?…");
  }
}
