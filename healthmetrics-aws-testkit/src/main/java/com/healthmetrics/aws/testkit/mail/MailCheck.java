package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.IdentityCheck.Sender;
import com.healthmetrics.aws.testkit.mail.ReceivedMail.Parts;
import com.healthmetrics.aws.testkit.mail.SendRequest.Attached;
import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import com.healthmetrics.aws.testkit.mail.SendRequest.Simple;
import com.healthmetrics.aws.testkit.mail.SendRequest.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks a send as SES does, the same for both protocols. */
final class MailCheck {
  private static final int MAX_RECIPIENTS = 50;

  private final SesSettings settings;
  private final IdentityCheck identities;

  MailCheck(SesSettings settings) {
    this.settings = settings;
    this.identities = new IdentityCheck(settings);
  }

  /** The email of a request. */
  Parts accept(SendRequest request) {
    if (request.content() instanceof Raw raw) {
      return raw(request, raw);
    }
    return simple(request, (Simple) request.content());
  }

  private Parts raw(SendRequest request, Raw raw) {
    if (!JakartaMail.isPresent()) {
      throw SesRefusal.badRequest("Raw emails cannot be read here.", JakartaMail.ADD);
    }
    if (!request.replyTo().isEmpty()) {
      throw SesRefusal.notRead("ReplyToAddresses of a raw email");
    }
    requireSize(raw.mime().length, request.maxBytes());
    RawMail mail = RawMail.parse(raw.mime());
    RawEnvelope envelope = RawEnvelope.of(request, raw, mail);
    requireRecipients(envelope.recipients().size());
    identities.requireVerified(envelope.senders(), envelope.recipients());
    SesHeaders own = SesHeaders.of(request, mail);
    Optional<String> configurationSet =
        own.configurationSet()
            .or(() -> identities.defaultConfigurationSet(envelope.senders().get(0)));
    configurationSet.ifPresent(settings::requireConfigurationSet);
    MimeReader content = JakartaMail.using(() -> MimeReader.read(mail.mime()));
    return new Parts(
        envelope.from().text(),
        texts(envelope.to()),
        texts(envelope.cc()),
        texts(envelope.bcc()),
        texts(RawEnvelope.addresses(mail, "Reply-To")),
        JakartaMail.using(() -> MimeReader.decoded(mail.first("Subject").orElse(""))),
        content.text(),
        content.html(),
        HeaderCheck.customOfRaw(mail.headers()),
        content.attachments(),
        HeaderCheck.tags(own.tags()),
        configurationSet,
        Optional.of(mail.mime()));
  }

  private Parts simple(SendRequest request, Simple simple) {
    request.configurationSet().ifPresent(settings::requireConfigurationSet);
    MailAddress from =
        MailAddress.parse(
            request
                .from()
                .orElseThrow(
                    () ->
                        SesRefusal.missing(
                            "FromEmailAddress",
                            "The sender is missing; its name in the API v1 is Source.")),
            "the sender");
    List<MailAddress> to = addresses(request.to(), "To");
    List<MailAddress> cc = addresses(request.cc(), "Cc");
    List<MailAddress> bcc = addresses(request.bcc(), "Bcc");
    List<MailAddress> recipients = Stream.of(to, cc, bcc).flatMap(List::stream).toList();
    requireRecipients(recipients.size());
    List<Sender> senders = senders(request, from);
    identities.requireVerified(senders, recipients);
    Optional<String> text = text(simple.text(), "Text");
    Optional<String> html = text(simple.html(), "Html");
    if (text.isEmpty() && html.isEmpty()) {
      throw SesRefusal.missing("Body", "The email needs a Text or an Html part.");
    }
    requireSize(size(simple), request.maxBytes());
    return new Parts(
        from.text(),
        texts(to),
        texts(cc),
        texts(bcc),
        texts(addresses(request.replyTo(), "ReplyToAddresses")),
        subject(simple),
        text,
        html,
        HeaderCheck.custom(simple.headers()),
        simple.attachments().stream().map(AttachmentCheck::of).toList(),
        HeaderCheck.tags(request.tags()),
        request.configurationSet().or(() -> identities.defaultConfigurationSet(senders.get(0))),
        Optional.empty());
  }

  private static List<Sender> senders(SendRequest request, MailAddress from) {
    List<Sender> senders = new ArrayList<>();
    senders.add(new Sender(from, request.arns().source()));
    request
        .feedback()
        .map(address -> MailAddress.parse(address, "the feedback address"))
        .ifPresent(address -> senders.add(new Sender(address, request.arns().feedback())));
    return senders;
  }

  private static void requireRecipients(int count) {
    if (count == 0) {
      throw SesRefusal.badRequest(
          "Missing required field: at least one recipient is needed.",
          "The email has no To, Cc or Bcc address.");
    }
    if (count > MAX_RECIPIENTS) {
      throw SesRefusal.badRequest(
          "Recipient count exceeds " + MAX_RECIPIENTS + ".",
          "To, Cc and Bcc have " + count + " addresses together; send several messages.");
    }
  }

  private static void requireSize(long bytes, int maxBytes) {
    if (bytes > maxBytes) {
      throw SesRefusal.badRequest(
          "Message length is more than " + maxBytes + " bytes long: '" + bytes + "'.",
          "SES counts the complete message, with its attachments in base64.");
    }
  }

  /** The size of the complete message, without the few hundred bytes of its headers. */
  private static long size(Simple simple) {
    long bytes = 0;
    for (Optional<Text> text : List.of(simple.text(), simple.html())) {
      bytes += text.map(t -> t.data().getBytes(StandardCharsets.UTF_8).length).orElse(0);
    }
    for (Attached attached : simple.attachments()) {
      // Lines of 57 octets become 76 characters and a line break.
      bytes += (attached.bytes().length + 56L) / 57 * 78;
    }
    return bytes;
  }

  private static String subject(Simple simple) {
    String subject =
        text(simple.subject(), "Subject")
            .orElseThrow(() -> SesRefusal.missing("Subject", "The subject is missing or empty."));
    if (subject.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
      throw SesRefusal.badRequest(
          "Subject contains control characters.",
          "The subject has a line break or another control character, which could inject a"
              + " header.");
    }
    return subject;
  }

  private static List<MailAddress> addresses(List<String> addresses, String where) {
    return addresses.stream().map(address -> MailAddress.parse(address, where)).toList();
  }

  private static List<String> texts(List<MailAddress> addresses) {
    return addresses.stream().map(MailAddress::text).toList();
  }

  /** The text; empty if it is absent or empty. */
  private static Optional<String> text(Optional<Text> text, String name) {
    Optional<String> data = text.map(Text::data).filter(d -> !d.isEmpty());
    boolean ascii = data.orElse("").chars().allMatch(c -> c < 0x80);
    boolean utf8 = text.flatMap(Text::charset).filter("UTF-8"::equals).isPresent();
    if (!ascii && !utf8) {
      throw SesRefusal.badRequest(
          "Invalid charset.",
          name
              + " is not ASCII, and its Charset is not UTF-8. SES would read it as 7-bit ASCII and"
              + " corrupt it.");
    }
    return data;
  }
}
