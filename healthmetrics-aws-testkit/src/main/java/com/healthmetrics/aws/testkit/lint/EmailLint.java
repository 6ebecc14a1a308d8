package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.mail.Email;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for what makes a mail end as spam, hard to read, or unsafe, as far as the mail itself shows
 * it.
 *
 * <pre>{@code
 * EmailLint lint =
 *     EmailLint.transactional()
 *         .senderDomain("healthmetrics.example")
 *         .allowedHosts("app.healthmetrics.example");
 * lint.assertClean(email);
 * }</pre>
 *
 * <p>Not seen from here: reputation of domain and address, DKIM, SPF and DMARC, what mailbox
 * providers have learnt. What is found is shown without the query of links, as that may be a token.
 *
 * <p>Immutable and safe for use by several threads. Sources: RFC 2045 to 2047, RFC 3834, RFC 5322,
 * RFC 8058; Amazon SES Developer Guide, "Custom link tracking" and "Unsupported attachment types".
 */
public final class EmailLint {
  private final boolean transactional;
  private final Set<String> allowedHosts;
  private final Optional<String> senderDomain;

  private EmailLint(
      boolean transactional, Set<String> allowedHosts, Optional<String> senderDomain) {
    this.transactional = transactional;
    this.allowedHosts = allowedHosts;
    this.senderDomain = senderDomain;
  }

  /** What a mail is looked at for. */
  public enum Rule {
    /** The text part must say something. */
    TEXT_MISSING,
    /** Each link and address of the html is in the text too. */
    LINK_ONLY_IN_HTML,
    /** Each link and address of the text is linked in the html too. */
    LINK_ONLY_IN_TEXT,
    /** Links are absolute and https; http only to an allowed loopback host. */
    LINK_NOT_HTTPS,
    /** Links name their host. */
    LINK_TO_IP_ADDRESS,
    /** Links show where they lead. */
    LINK_SHORTENED,
    /** Links lead to allowed hosts, or without any to the sender's organisation. */
    LINK_TO_OTHER_HOST,
    /** A link that reads like a URL leads there. */
    LINK_TEXT_IS_ANOTHER_URL,
    /** SES tracks no click on a link that carries a token. */
    TOKEN_LINK_TRACKED,
    /** No image tells the sender that the mail was opened. */
    TRACKING_PIXEL,
    /** The html is a document of today's html. */
    HTML_DOCTYPE,
    /** The html says which language it is in. */
    HTML_LANG,
    /** The html has a title. */
    HTML_TITLE,
    /** The html holds nothing that runs, asks or loads: scripts, frames, forms, style sheets. */
    HTML_ACTIVE,
    /** The html is short enough to be shown whole: 102 KB. */
    HTML_SIZE,
    /** The html says more than its images. */
    HTML_MOSTLY_IMAGES,
    /** The subject does not shout. */
    SUBJECT_CAPITALS,
    /** The subject has one exclamation or question mark in a row. */
    SUBJECT_EXCLAMATION,
    /** The subject has at most 70 characters. */
    SUBJECT_LENGTH,
    /** The sender has a name. */
    FROM_WITHOUT_NAME,
    /** The sender's name does not look like an address. */
    FROM_NAME_IS_ADDRESS,
    /** The sender's domain is the verified one, if {@link EmailLint#senderDomain} said which. */
    FROM_DOMAIN,
    /** Answers go to the sender's organisation, never to a freemail address. */
    REPLY_TO_DOMAIN,
    /** A transactional mail goes to one person. */
    ONE_RECIPIENT,
    /** A transactional mail says that it is automatic. */
    AUTO_SUBMITTED,
    /** A transactional mail asks for no automatic answer. */
    AUTO_RESPONSE,
    /** A transactional mail is not marked as mass mail. */
    PRECEDENCE,
    /** A transactional mail cannot be unsubscribed from. */
    UNSUBSCRIBE_REFUSED,
    /** A bulk mail can be unsubscribed from with one click. */
    UNSUBSCRIBE_REQUIRED,
    /** A mail has at most 50 recipients. */
    TOO_MANY_RECIPIENTS,
    /** A mail has at most 40 MB. */
    MESSAGE_SIZE,
    /** A header's name has at most 126 characters, its value at most 995. */
    HEADER_LENGTH,
    /** Tags have a form that SES takes. */
    TAG_FORM,
    /** No attachment is a program. */
    ATTACHMENT_BLOCKED,
    /** A message says that it is MIME. */
    MIME_VERSION,
    /** A message's headers are ASCII. */
    HEADER_NOT_ASCII,
    /** A message's lines have at most 998 bytes. */
    LINE_LENGTH,
    /** A message has each header once that may be there once. */
    DUPLICATE_HEADER,
    /** A message offers text and html as alternatives, in this order. */
    ALTERNATIVE_PARTS,
    /** A message's text is UTF-8. */
    TEXT_CHARSET,
    /** A message's text is encoded so that every relay and filter can read it. */
    TEXT_ENCODING
  }

  /**
   * One thing that was found.
   *
   * @param rule what it breaks
   * @param found what was found, without tokens
   * @param remedy what to do
   */
  public record Finding(Rule rule, String found, String remedy) {

    /** As a line of a report. */
    @Override
    public String toString() {
      return rule + ": " + found + ". " + remedy;
    }
  }

  /**
   * For mails that one person needs, such as a verification or a password reset.
   *
   * @return a lint; links may lead to the sender's organisation
   */
  public static EmailLint transactional() {
    return new EmailLint(true, Set.of(), Optional.empty());
  }

  /**
   * For mails that go to many and that nobody must have, such as a newsletter.
   *
   * @return a lint; links may lead to the sender's organisation
   */
  public static EmailLint bulk() {
    return new EmailLint(false, Set.of(), Optional.empty());
  }

  /**
   * The same lint with the hosts that links may lead to, in place of the sender's organisation.
   *
   * @param hosts hosts, or domains with all hosts in them
   * @return a new lint
   * @throws NullPointerException if one is null
   */
  public EmailLint allowedHosts(String... hosts) {
    Set<String> allowed = new LinkedHashSet<>();
    for (String host : hosts) {
      allowed.add(host.toLowerCase(Locale.ROOT));
    }
    return new EmailLint(transactional, Set.copyOf(allowed), senderDomain);
  }

  /**
   * The same lint with the domain that senders must have.
   *
   * @param domain the identity that SES has verified
   * @return a new lint
   * @throws NullPointerException if {@code domain} is null
   */
  public EmailLint senderDomain(String domain) {
    return new EmailLint(transactional, allowedHosts, Optional.of(domain.toLowerCase(Locale.ROOT)));
  }

  /**
   * Looks at a mail before it is sent.
   *
   * @param email the mail
   * @return what was found; empty when the mail is clean
   * @throws NullPointerException if {@code email} is null
   */
  public List<Finding> check(Email email) {
    LintFindings findings = new LintFindings();
    check(LintedMail.of(email), findings);
    return findings.list();
  }

  /**
   * Looks at a message as it was sent, which shows encodings and duplicate headers too.
   *
   * @param message headers and body, such as an {@code .eml} file
   * @return what was found; empty when the message is clean
   * @throws NullPointerException if {@code message} is null
   */
  public List<Finding> checkMime(byte[] message) {
    LintFindings findings = new LintFindings();
    LintedMime mime = LintedMime.of(message);
    check(mime.mail(), findings);
    new MimeLint(mime, findings).check();
    return findings.list();
  }

  private void check(LintedMail mail, LintFindings findings) {
    findings.addIf(
        mail.text().filter(text -> !text.isBlank()).isEmpty(),
        Rule.TEXT_MISSING,
        "no text part",
        "Say in text what the html says; not every reader shows html.");
    HtmlDocument html = HtmlDocument.of(mail.html().orElse(""));
    mail.html().ifPresent(source -> HtmlLint.check(source, html, findings));
    new LinkLint(mail, html, allowedHosts, findings).check();
    new HeaderLint(mail, transactional, senderDomain, findings).check();
  }

  /**
   * Fails unless a mail is clean.
   *
   * @param email the mail
   * @throws AssertionError if something was found; all of it is named
   * @throws NullPointerException if {@code email} is null
   */
  public void assertClean(Email email) {
    assertNone(check(email));
  }

  /**
   * Fails unless a message is clean.
   *
   * @param message headers and body, such as an {@code .eml} file
   * @throws AssertionError if something was found; all of it is named
   * @throws NullPointerException if {@code message} is null
   */
  public void assertMimeClean(byte[] message) {
    assertNone(checkMime(message));
  }

  private static void assertNone(List<Finding> findings) {
    if (!findings.isEmpty()) {
      throw new AssertionError(
          findings.stream()
              .map(finding -> "\n  - " + finding)
              .collect(Collectors.joining("", "The mail is not clean:", "")));
    }
  }

  /** What it is for. */
  @Override
  public String toString() {
    return "EmailLint[" + (transactional ? "transactional" : "bulk") + "]";
  }
}
