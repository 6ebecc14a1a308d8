package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import java.util.ArrayList;
import java.util.List;
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
    List<MailAddress> senders,
    List<MailAddress> to,
    List<MailAddress> cc,
    List<MailAddress> bcc) {

  static RawEnvelope of(SendRequest request, Raw raw, RawMail mail) {
    List<MailAddress> from = addresses(mail, "From");
    if (from.isEmpty()) {
      throw SesRefusal.badRequest(
          "Missing required header 'From'.", "The raw email has no From header.");
    }
    List<MailAddress> senders = new ArrayList<>(from);
    request.from().map(source -> MailAddress.parse(source, "the sender")).ifPresent(senders::add);
    senders.addAll(addresses(mail, "Sender"));
    senders.addAll(addresses(mail, "Return-Path"));

    List<MailAddress> to = addresses(mail, "To");
    List<MailAddress> cc = addresses(mail, "Cc");
    List<MailAddress> bcc = addresses(mail, "Bcc");
    if (!raw.recipients().isEmpty()) {
      List<MailAddress> recipients = parsed(raw.recipients());
      to = shared(to, recipients);
      cc = shared(cc, recipients);
      List<MailAddress> shown = Stream.concat(to.stream(), cc.stream()).toList();
      bcc = recipients.stream().filter(address -> !contains(shown, address)).toList();
    } else if (Stream.of(request.to(), request.cc(), request.bcc()).anyMatch(l -> !l.isEmpty())) {
      to = parsed(request.to());
      cc = parsed(request.cc());
      bcc = parsed(request.bcc());
    }
    return new RawEnvelope(from.get(0), distinct(senders), to, cc, bcc);
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

  private static List<MailAddress> parsed(List<String> addresses) {
    return addresses.stream().map(text -> MailAddress.parse(text, "the recipients")).toList();
  }

  private static List<MailAddress> shared(List<MailAddress> shown, List<MailAddress> recipients) {
    return shown.stream().filter(address -> contains(recipients, address)).toList();
  }

  private static boolean contains(List<MailAddress> addresses, MailAddress address) {
    return addresses.stream().anyMatch(address::sameMailboxAs);
  }

  private static List<MailAddress> distinct(List<MailAddress> addresses) {
    List<MailAddress> distinct = new ArrayList<>();
    addresses.stream().filter(a -> !contains(distinct, a)).forEach(distinct::add);
    return distinct;
  }
}
