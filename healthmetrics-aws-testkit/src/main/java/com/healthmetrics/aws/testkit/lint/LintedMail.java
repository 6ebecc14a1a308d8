package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.testkit.internal.LowerCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of an email that the lint inspects. */
record LintedMail(
    Optional<Mailbox> from,
    List<Mailbox> replyTo,
    List<Mailbox> to,
    List<Mailbox> copies,
    String subject,
    Optional<String> text,
    Optional<String> html,
    List<Header> headers,
    List<String> fileNames,
    long sizeBytes) {

  /** A header, its value unfolded. */
  record Header(String name, String value) {
    boolean is(String otherName) {
      return name.equalsIgnoreCase(otherName);
    }
  }

  /** An address with its display name. */
  record Mailbox(Optional<String> name, String address) {
    private static final Pattern WITH_NAME = Pattern.compile("(.*)<([^<>]*)>\\s*", Pattern.DOTALL);

    static Mailbox of(EmailAddress address) {
      return new Mailbox(address.displayName(), address.address());
    }

    static Mailbox parse(String text) {
      Matcher named = WITH_NAME.matcher(text);
      if (!named.matches()) {
        return new Mailbox(Optional.empty(), text.strip());
      }
      String name = named.group(1).strip().replaceAll("^\"|\"$", "");
      return new Mailbox(
          Optional.of(name).filter(given -> !given.isEmpty()), named.group(2).strip());
    }

    String domain() {
      return LowerCase.of(address.substring(address.lastIndexOf('@') + 1));
    }
  }

  static LintedMail of(Email email) {
    List<Header> headers = new ArrayList<>();
    email.headers().forEach((name, value) -> headers.add(new Header(name, value)));
    List<EmailAddress> copies = new ArrayList<>(email.cc());
    copies.addAll(email.bcc());
    long size = (long) email.text().length() + email.html().map(String::length).orElse(0);
    for (EmailAttachment attachment : email.attachments()) {
      size += attachment.sizeBytes() * 4L / 3;
    }
    return new LintedMail(
        Optional.of(Mailbox.of(email.from())),
        email.replyTo().stream().map(Mailbox::of).toList(),
        email.to().stream().map(Mailbox::of).toList(),
        copies.stream().map(Mailbox::of).toList(),
        email.subject(),
        Optional.of(email.text()),
        email.html(),
        headers,
        email.attachments().stream().map(EmailAttachment::fileName).toList(),
        size);
  }

  List<String> values(String headerName) {
    return headers.stream().filter(header -> header.is(headerName)).map(Header::value).toList();
  }
}
