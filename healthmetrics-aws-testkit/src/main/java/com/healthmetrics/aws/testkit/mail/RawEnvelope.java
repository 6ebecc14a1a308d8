package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.IdentityCheck.Sender;
import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sender and recipients of a raw email. Recipients of the request override those of the header: an
 * address that only the header has is not a recipient, and one that only the request has is a Bcc.
 *
 * @param from as recipients see it
 * @param senders every identity that must be verified, {@code from} included
 * @param to the To recipients
 * @param cc the Cc recipients
 * @param bcc the Bcc recipients
 */
record RawEnvelope(
    MailAddress from,
    List<Sender> senders,
    List<MailAddress> to,
    List<MailAddress> cc,
    List<MailAddress> bcc) {
  private static final String RECIPIENTS = "the recipients";

  static RawEnvelope of(SendRequest request, Raw raw, RawMail mail) {
    List<MailAddress> from = addresses(mail, "From");
    if (from.isEmpty()) {
      throw SesRefusal.badRequest(
          "Missing required header 'From'.", "The raw email has no From header.");
    }
    Optional<String> source = request.arns().source();
    List<Sender> senders = new ArrayList<>();
    add(senders, from, request.arns().from().or(() -> source));
    add(senders, parsed(request.from().stream().toList(), "the sender"), source);
    add(senders, addresses(mail, "Sender"), Optional.empty());
    Optional<String> feedback = request.arns().feedback().or(() -> source);
    add(senders, addresses(mail, "Return-Path"), feedback);
    add(senders, parsed(request.feedback().stream().toList(), "the feedback address"), feedback);

    List<MailAddress> to = addresses(mail, "To");
    List<MailAddress> cc = addresses(mail, "Cc");
    List<MailAddress> bcc = addresses(mail, "Bcc");
    if (!raw.recipients().isEmpty()) {
      List<MailAddress> recipients = parsed(raw.recipients(), RECIPIENTS);
      to = shared(to, recipients);
      cc = shared(cc, recipients);
      List<MailAddress> shown = Stream.concat(to.stream(), cc.stream()).toList();
      bcc = recipients.stream().filter(address -> !contains(shown, address)).toList();
    } else if (Stream.of(request.to(), request.cc(), request.bcc()).anyMatch(l -> !l.isEmpty())) {
      to = parsed(request.to(), RECIPIENTS);
      cc = parsed(request.cc(), RECIPIENTS);
      bcc = parsed(request.bcc(), RECIPIENTS);
    }
    return new RawEnvelope(from.get(0), senders, to, cc, bcc);
  }

  private static void add(List<Sender> senders, List<MailAddress> addresses, Optional<String> arn) {
    for (MailAddress address : addresses) {
      Sender sender = new Sender(address, arn);
      if (senders.stream().noneMatch(sender::sameAs)) {
        senders.add(sender);
      }
    }
  }

  /** The addresses of all headers of a name. */
  static List<MailAddress> addresses(RawMail mail, String header) {
    return mail.all(header).stream()
        .flatMap(value -> MailAddress.parseList(value, header).stream())
        .toList();
  }

  List<MailAddress> recipients() {
    return Stream.of(to, cc, bcc).flatMap(List::stream).toList();
  }

  private static List<MailAddress> parsed(List<String> addresses, String where) {
    return addresses.stream().map(text -> MailAddress.parse(text, where)).toList();
  }

  private static List<MailAddress> shared(List<MailAddress> shown, List<MailAddress> recipients) {
    return shown.stream().filter(address -> contains(recipients, address)).toList();
  }

  private static boolean contains(List<MailAddress> addresses, MailAddress address) {
    return addresses.stream().anyMatch(address::sameMailboxAs);
  }
}
