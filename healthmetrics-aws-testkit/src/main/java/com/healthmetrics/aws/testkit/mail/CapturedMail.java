package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An email as {@link Mailbox} inspects it, from a server or a mailer.
 *
 * @param to bare addresses, as in {@code cc} and {@code bcc}
 */
record CapturedMail(
    List<String> to,
    List<String> cc,
    List<String> bcc,
    String subject,
    Optional<String> text,
    Optional<String> html,
    Map<String, String> headers,
    List<String> attachments) {

  static CapturedMail of(Email email) {
    return new CapturedMail(
        addresses(email.to()),
        addresses(email.cc()),
        addresses(email.bcc()),
        email.subject(),
        Optional.of(email.text()),
        email.html(),
        email.headers(),
        email.attachments().stream().map(EmailAttachment::fileName).toList());
  }

  private static List<String> addresses(List<EmailAddress> addresses) {
    return addresses.stream().map(EmailAddress::address).toList();
  }

  /** The email as its recipients get it: those that it does not reach are not among them. */
  static CapturedMail of(ReceivedMail mail) {
    return new CapturedMail(
        reached(mail.to(), mail),
        reached(mail.cc(), mail),
        reached(mail.bcc(), mail),
        mail.subject(),
        mail.text(),
        mail.html(),
        mail.headers(),
        mail.attachments().stream().map(ReceivedMail.Attachment::fileName).toList());
  }

  private static List<String> reached(List<String> headerValues, ReceivedMail mail) {
    return headerValues.stream()
        .map(text -> MailAddress.parse(text, "a header").plain())
        .filter(mail.deliveredTo()::contains)
        .toList();
  }

  boolean isTo(String address) {
    return Stream.of(to, cc, bcc).flatMap(List::stream).anyMatch(address::equalsIgnoreCase);
  }

  boolean hasHeader(String name, String value) {
    return headers.entrySet().stream()
        .anyMatch(
            header -> header.getKey().equalsIgnoreCase(name) && header.getValue().equals(value));
  }

  List<MailLink> links() {
    return MailLink.in(text, html);
  }

  /** One line for the message of a failed test. */
  String describe() {
    List<String> parts = new ArrayList<>();
    parts.add("to " + String.join(", ", to));
    describe(parts, "cc", cc);
    describe(parts, "bcc", bcc);
    parts.add("subject \"" + subject + "\"");
    describe(parts, "links", links().stream().map(MailLink::shortened).toList());
    describe(parts, "attachments", attachments);
    return String.join("; ", parts);
  }

  private static void describe(List<String> parts, String name, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(name + " " + String.join(", ", values));
    }
  }
}
