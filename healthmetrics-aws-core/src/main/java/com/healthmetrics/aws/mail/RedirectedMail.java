package com.healthmetrics.aws.mail;

import java.util.ArrayList;
import java.util.List;

/** An email to another address than its own, marked in subject, text, HTML and headers. */
final class RedirectedMail {
  private static final String PREFIX = "[redirected] ";
  private static final String HEADER = "X-Original-Recipients";

  private final Email original;

  RedirectedMail(Email original) {
    this.original = original;
  }

  Email to(EmailAddress target) {
    String notice = "This email was redirected. It was for " + recipients(Integer.MAX_VALUE);
    Email.Builder builder =
        original.toBuilder()
            .withoutRecipients()
            .to(target)
            .subject(subject())
            .text(notice + "\n\n" + original.text());
    original.html().ifPresent(html -> builder.html(html(html, notice)));
    if (hasRoomForHeader()) {
      builder.header(HEADER, recipients(SesLimits.MAX_HEADER - HEADER.length()));
    }
    return builder.build();
  }

  /** The limit of headers must not fail an email here that passes in production. */
  private boolean hasRoomForHeader() {
    return original.headers().size() < SesLimits.MAX_HEADERS
        && original.headers().keySet().stream().noneMatch(HEADER::equalsIgnoreCase);
  }

  private String subject() {
    String subject = PREFIX + original.subject();
    if (subject.length() <= SesLimits.MAX_SUBJECT) {
      return subject;
    }
    int end = SesLimits.MAX_SUBJECT;
    // An unpaired surrogate would be refused.
    return subject.substring(0, Character.isHighSurrogate(subject.charAt(end - 1)) ? end - 1 : end);
  }

  /** Before the body tag the notice would not be shown. */
  private static String html(String html, String notice) {
    String paragraph =
        "<p style=\"margin:0;padding:12px;background:#fff3cd;color:#332701;font:14px sans-serif\">"
            + notice.replace("&", "&amp;").replace("'", "&#39;")
            + "</p>";
    int top = BodyTag.end(html);
    return html.substring(0, top) + paragraph + html.substring(top);
  }

  /** As many as fit; the others are counted. */
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
