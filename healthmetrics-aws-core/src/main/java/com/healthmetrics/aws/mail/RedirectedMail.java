package com.healthmetrics.aws.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A mail that goes to another address than its own, and says so wherever one may look. */
final class RedirectedMail {
  private static final String PREFIX = "[redirected] ";
  private static final String HEADER = "X-Original-Recipients";

  /** The group is the body's tag, whose attributes may hold a {@code >}; comments are none. */
  private static final Pattern COMMENT_OR_BODY =
      Pattern.compile(
          "(?is)<!--(?:-?>|.*?(?:--!?>|\\z))"
              + "|(<body(?=[\\s/>])(?:=\\s*(?:\"[^\"]*\"|'[^']*')|[^>])*+>)");

  private final Email original;

  RedirectedMail(Email original) {
    this.original = original;
  }

  Email to(EmailAddress target) {
    String notice = "This mail was redirected. It was for " + recipients(Integer.MAX_VALUE);
    Email.Builder builder =
        original.toBuilder()
            .withoutRecipients()
            .to(target)
            .subject(subject())
            .text(notice + "\n\n" + original.text());
    original.html().ifPresent(html -> builder.html(html(html, notice)));
    if (takesHeader()) {
      builder.header(HEADER, recipients(Email.Builder.MAX_HEADER_VALUE));
    }
    return builder.build();
  }

  /** The limit of headers must not fail a mail here that passes in production. */
  private boolean takesHeader() {
    return original.headers().size() < Email.Builder.MAX_HEADERS
        && original.headers().keySet().stream().noneMatch(HEADER::equalsIgnoreCase);
  }

  private String subject() {
    String subject = PREFIX + original.subject();
    if (subject.length() <= Email.Builder.MAX_SUBJECT) {
      return subject;
    }
    int end = Email.Builder.MAX_SUBJECT;
    // Half of a surrogate pair would be refused.
    return subject.substring(0, Character.isHighSurrogate(subject.charAt(end - 1)) ? end - 1 : end);
  }

  /** Before the body the notice would stand outside of what readers show. */
  private static String html(String html, String notice) {
    String paragraph =
        "<p style=\"margin:0;padding:12px;background:#fff3cd;color:#332701;font:14px sans-serif\">"
            + notice.replace("&", "&amp;").replace("'", "&#39;")
            + "</p>";
    int top =
        COMMENT_OR_BODY
            .matcher(html)
            .results()
            .filter(match -> match.group(1) != null)
            .findFirst()
            .map(MatchResult::end)
            .orElse(0);
    return html.substring(0, top) + paragraph + html.substring(top);
  }

  /** As many as there is room for; the others are counted. */
  private String recipients(int maxLength) {
    List<String> all = new ArrayList<>();
    original.to().forEach(address -> all.add(address.toString()));
    original.cc().forEach(address -> all.add(address + " (cc)"));
    original.bcc().forEach(address -> all.add(address + " (bcc)"));
    String shown = String.join(", ", all);
    for (int count = all.size() - 1; shown.length() > maxLength; count--) {
      shown = String.join(", ", all.subList(0, count)) + " and " + (all.size() - count) + " more";
    }
    return shown;
  }
}
