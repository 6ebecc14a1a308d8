package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.internal.LowerCase;
import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import com.healthmetrics.aws.testkit.lint.LintedMail.Mailbox;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules about subject, addresses, headers and limits. */
final class HeaderLint {
  private static final int MAX_SUBJECT = 70;
  private static final int MAX_RECIPIENTS = 50;
  private static final int MAX_HEADER_NAME = 126;

  /** Name and value together. */
  private static final int MAX_HEADER = 996;

  private static final Pattern TAGS =
      Pattern.compile("[\\w-]{1,255}=[\\w-]{1,255}(?:, *+[\\w-]{1,255}+=[\\w-]{1,255}+)*+");
  private static final long MAX_BYTES = 40L * 1024 * 1024;

  /** The extensions that email clients and SES refuse most often; SES's list is longer. */
  private static final Set<String> BLOCKED =
      Set.of(
          "ade", "adp", "app", "bat", "chm", "cmd", "com", "cpl", "exe", "hta", "ins", "isp", "jar",
          "js", "jse", "lib", "lnk", "mde", "msc", "msi", "msp", "mst", "pif", "ps1", "reg", "scr",
          "sct", "shb", "sys", "vb", "vbe", "vbs", "vxd", "wsc", "wsf", "wsh");

  private final LintedMail mail;
  private final boolean transactional;
  private final Optional<String> senderDomain;
  private final LintFindings findings;

  HeaderLint(
      LintedMail mail,
      boolean transactional,
      Optional<String> senderDomain,
      LintFindings findings) {
    this.mail = mail;
    this.transactional = transactional;
    this.senderDomain = senderDomain;
    this.findings = findings;
  }

  void check() {
    subject();
    mail.from().ifPresent(this::sender);
    mail.replyTo().forEach(this::replyTo);
    if (transactional) {
      transactional();
    } else {
      bulk();
    }
    limits();
  }

  private void subject() {
    String subject = mail.subject();
    boolean loud =
        // Changing the case of a long text takes time by the square of its length.
        subject.length() <= MAX_HEADER
            && subject.codePoints().filter(Character::isLetter).count() > 3
            && subject.equals(subject.toUpperCase(Locale.ROOT))
            && !subject.equals(subject.toLowerCase(Locale.ROOT));
    findings.addIf(
        loud, Rule.SUBJECT_CAPITALS, "a subject all in capitals", "Write it as a sentence.");
    findings.addIf(
        subject.matches(".*[!?]{2}.*"),
        Rule.SUBJECT_EXCLAMATION,
        "several exclamation marks in the subject",
        "Use at most one.");
    findings.addIf(
        subject.codePointCount(0, subject.length()) > MAX_SUBJECT,
        Rule.SUBJECT_LENGTH,
        "a subject of " + subject.codePointCount(0, subject.length()) + " characters",
        "Use at most " + MAX_SUBJECT + "; phones truncate the rest.");
  }

  private void sender(Mailbox from) {
    findings.addIf(
        from.name().isEmpty(),
        Rule.FROM_WITHOUT_NAME,
        "a sender without a display name",
        "Send as \"Product <noreply@…>\".");
    findings.addIf(
        from.name().filter(name -> name.contains("@")).isPresent(),
        Rule.FROM_NAME_IS_ADDRESS,
        "a sender with an @ in its display name",
        "Use the name of the product; filters treat an address there as forged.");
    findings.addIf(
        senderDomain.filter(domain -> !Domains.isWithin(from.domain(), domain)).isPresent(),
        Rule.FROM_DOMAIN,
        "a sender at " + from.domain(),
        "Send from " + senderDomain.orElse("") + ", which is verified.");
  }

  private void replyTo(Mailbox replyTo) {
    boolean freemail = Domains.isFreemail(replyTo.domain());
    boolean foreign =
        mail.from()
            .filter(from -> !Domains.haveSameOrganization(from.domain(), replyTo.domain()))
            .isPresent();
    findings.addIf(
        freemail || foreign,
        Rule.REPLY_TO_DOMAIN,
        "replies go to " + replyTo.domain(),
        "Use an address of the sender's organization.");
  }

  private void transactional() {
    findings.addIf(
        mail.to().size() != 1 || !mail.copies().isEmpty(),
        Rule.ONE_RECIPIENT,
        mail.to().size() + " recipients and " + mail.copies().size() + " copies",
        "Send it to one person only.");
    findings.addIf(
        mail.values("Auto-Submitted").stream().noneMatch("auto-generated"::equalsIgnoreCase),
        Rule.AUTO_SUBMITTED,
        "no Auto-Submitted: auto-generated",
        "Build the email with Email.Builder.accountMail(), or add the header (RFC 3834).");
    findings.addIf(
        mail.values("X-Auto-Response-Suppress").stream().noneMatch("All"::equalsIgnoreCase),
        Rule.AUTO_RESPONSE,
        "no X-Auto-Response-Suppress: All",
        "Build the email with Email.Builder.accountMail(), or add the header.");
    List<String> precedence = mail.values("Precedence");
    findings.addIf(
        !precedence.isEmpty(),
        Rule.PRECEDENCE,
        "Precedence: " + String.join(", ", precedence),
        "Remove it; it marks bulk email.");
    findings.addIf(
        !mail.values("List-Unsubscribe").isEmpty()
            || !mail.values("List-Unsubscribe-Post").isEmpty(),
        Rule.UNSUBSCRIBE_REFUSED,
        "a List-Unsubscribe header",
        "Remove it; recipients need this email.");
  }

  private void bulk() {
    boolean oneClick =
        mail.values("List-Unsubscribe").stream().anyMatch(value -> value.contains("<https://"))
            && mail.values("List-Unsubscribe-Post").contains("List-Unsubscribe=One-Click");
    findings.addIf(
        !oneClick,
        Rule.UNSUBSCRIBE_REQUIRED,
        "no way to unsubscribe with one click",
        "Add List-Unsubscribe: <https://…> and List-Unsubscribe-Post: List-Unsubscribe=One-Click"
            + " (RFC 8058).");
  }

  private void limits() {
    int recipients = mail.to().size() + mail.copies().size();
    findings.addIf(
        recipients > MAX_RECIPIENTS,
        Rule.TOO_MANY_RECIPIENTS,
        recipients + " recipients",
        "SES accepts " + MAX_RECIPIENTS + " for each email; send several.");
    findings.addIf(
        mail.sizeBytes() > MAX_BYTES,
        Rule.MESSAGE_SIZE,
        mail.sizeBytes() + " bytes",
        "SES accepts " + MAX_BYTES + "; send a link to the file instead.");
    for (LintedMail.Header header : mail.headers()) {
      findings.addIf(
          header.name().length() > MAX_HEADER_NAME
              || header.name().length() + header.value().length() > MAX_HEADER,
          Rule.HEADER_LENGTH,
          "a header of "
              + header.name().length()
              + " and "
              + header.value().length()
              + " characters",
          "SES accepts a name of " + MAX_HEADER_NAME + ", and " + MAX_HEADER + " with the value.");
    }
    findings.addIf(
        mail.values("X-SES-MESSAGE-TAGS").stream().anyMatch(tags -> !TAGS.matcher(tags).matches()),
        Rule.TAG_FORM,
        "a tag that SES does not accept",
        "Write name=value, name=value in letters, digits, hyphens and underscores.");
    for (String fileName : mail.fileNames()) {
      String saved =
          Normalizer.normalize(fileName, Normalizer.Form.NFKC).replaceFirst("[\\s\\p{Z}.]++$", "");
      String extension = LowerCase.of(saved.substring(saved.lastIndexOf('.') + 1));
      findings.addIf(
          BLOCKED.contains(extension),
          Rule.ATTACHMENT_BLOCKED,
          "an attachment of type ." + extension,
          "Send it as a link; programs and scripts are not delivered.");
    }
  }
}
