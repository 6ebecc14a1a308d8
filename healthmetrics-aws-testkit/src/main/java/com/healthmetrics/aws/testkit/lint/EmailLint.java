package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.testkit.internal.HtmlDocument;
import com.healthmetrics.aws.testkit.internal.LowerCase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what may send an email to the spam folder, or makes it hard to read or unsafe, as far as
 * the email itself shows.
 *
 * <pre>{@code
 * EmailLint lint =
 *     EmailLint.transactional()
 *         .senderDomain("healthmetrics.example")
 *         .allowedHosts("app.healthmetrics.example");
 * lint.assertClean(email);
 * }</pre>
 *
 * <p>Not covered: the reputation of domain and address, DKIM, SPF and DMARC, and the filters of
 * mailbox providers. Findings show links without their query, because it may be a token.
 *
 * <p>Sources: RFC 2045 to 2047, RFC 3834, RFC 5322, RFC 8058; Amazon SES Developer Guide, "Custom
 * link tracking" and "Unsupported attachment types".
 *
 * <p>Immutable and thread-safe.
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

  /** A rule that an email must satisfy. */
  public enum Rule {
    /** The text part is not blank. */
    TEXT_MISSING,
    /** Each link and address of the HTML is in the text too. */
    LINK_ONLY_IN_HTML,
    /** Each link and address of the text is linked in the HTML too. */
    LINK_ONLY_IN_TEXT,
    /** Links are absolute and https; http only to an allowed loopback host. */
    LINK_NOT_HTTPS,
    /** Links have a host name, not an IP address. */
    LINK_TO_IP_ADDRESS,
    /** Links do not lead through a URL shortener. */
    LINK_SHORTENED,
    /**
     * Links, and host names without a scheme, of which mail clients make links, lead to allowed
     * hosts. Default: those of the sender's organization.
     */
    LINK_TO_OTHER_HOST,
    /** A link whose text is a URL leads to that URL. */
    LINK_TEXT_IS_ANOTHER_URL,
    /** SES does not track clicks on a link with a token. */
    TOKEN_LINK_TRACKED,
    /** No image reports to the sender that the email was opened. */
    TRACKING_PIXEL,
    /** The HTML has the doctype of HTML 5. */
    HTML_DOCTYPE,
    /** The HTML declares its language. */
    HTML_LANG,
    /** The HTML has a title. */
    HTML_TITLE,
    /** The HTML has no scripts, frames, forms, linked style sheets or event handlers. */
    HTML_ACTIVE,
    /** The HTML is short enough to be displayed completely: 102 KB. */
    HTML_SIZE,
    /** The HTML has more text than images. */
    HTML_MOSTLY_IMAGES,
    /** The subject is not all in capitals. */
    SUBJECT_CAPITALS,
    /** The subject has no consecutive exclamation or question marks. */
    SUBJECT_EXCLAMATION,
    /** The subject has at most 70 characters. */
    SUBJECT_LENGTH,
    /** The sender has a name. */
    FROM_WITHOUT_NAME,
    /** The sender's name does not contain an @. */
    FROM_NAME_IS_ADDRESS,
    /** The sender's domain is that of {@link EmailLint#senderDomain}, if set. */
    FROM_DOMAIN,
    /** Replies go to the sender's organization, never to a freemail address. */
    REPLY_TO_DOMAIN,
    /** A transactional email has one recipient. */
    ONE_RECIPIENT,
    /** A transactional email declares that it is automatic. */
    AUTO_SUBMITTED,
    /** A transactional email suppresses automatic replies. */
    AUTO_RESPONSE,
    /** A transactional email is not marked as bulk. */
    PRECEDENCE,
    /** A transactional email does not offer to unsubscribe. */
    UNSUBSCRIBE_REFUSED,
    /** A bulk email offers to unsubscribe with one click. */
    UNSUBSCRIBE_REQUIRED,
    /** An email has at most 50 recipients. */
    TOO_MANY_RECIPIENTS,
    /** An email has at most 40 MB. */
    MESSAGE_SIZE,
    /** A header's name has at most 126 characters, name and value together at most 996. */
    HEADER_LENGTH,
    /** Tags have a form that SES accepts. */
    TAG_FORM,
    /** No attachment is a program. */
    ATTACHMENT_BLOCKED,
    /** A message declares that it is MIME. */
    MIME_VERSION,
    /** A message's headers are ASCII. */
    HEADER_NOT_ASCII,
    /** A message's lines have at most 998 bytes. */
    LINE_LENGTH,
    /** A message has no second header of a name that may appear once. */
    DUPLICATE_HEADER,
    /** A message has text and HTML as alternatives, in this order. */
    ALTERNATIVE_PARTS,
    /** A message's text is UTF-8. */
    TEXT_CHARSET,
    /** A message's text has an encoding that every relay and filter can read. */
    TEXT_ENCODING
  }

  /**
   * A violation of a rule.
   *
   * @param rule the rule
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
   * Returns a lint for emails that one person needs, such as a verification or a password reset.
   *
   * @return a lint; links may lead to the sender's organization
   */
  public static EmailLint transactional() {
    return new EmailLint(true, Set.of(), Optional.empty());
  }

  /**
   * Returns a lint for optional emails to many recipients, such as a newsletter.
   *
   * @return a lint; links may lead to the sender's organization
   */
  public static EmailLint bulk() {
    return new EmailLint(false, Set.of(), Optional.empty());
  }

  /**
   * Returns the same lint with the hosts that links may lead to. Default: the sender's
   * organization.
   *
   * @param hosts hosts, or domains with all their hosts
   * @return a new lint
   * @throws NullPointerException if a host is null
   */
  public EmailLint allowedHosts(String... hosts) {
    Set<String> allowed = new LinkedHashSet<>();
    for (String host : hosts) {
      allowed.add(LowerCase.of(host));
    }
    return new EmailLint(transactional, Set.copyOf(allowed), senderDomain);
  }

  /**
   * Returns the same lint with the domain that senders must have. Default: any.
   *
   * @param domain the identity that SES has verified
   * @return a new lint
   * @throws NullPointerException if {@code domain} is null
   */
  public EmailLint senderDomain(String domain) {
    return new EmailLint(transactional, allowedHosts, Optional.of(LowerCase.of(domain)));
  }

  /**
   * Inspects an email before it is sent.
   *
   * @param email the email
   * @return the findings; empty if the email is clean
   * @throws NullPointerException if {@code email} is null
   */
  public List<Finding> check(Email email) {
    LintFindings findings = new LintFindings();
    check(LintedMail.of(email), findings);
    return findings.list();
  }

  /**
   * Inspects a message as it was sent, including encodings and duplicate headers.
   *
   * @param message headers and body, such as an {@code .eml} file
   * @return the findings; empty if the message is clean
   * @throws NullPointerException if {@code message} is null
   * @throws IllegalArgumentException if it has more than 16 multiparts in one another
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
        "Write the content of the HTML as text; not every client displays HTML.");
    HtmlDocument html = HtmlDocument.of(mail.html().orElse(""));
    mail.html().ifPresent(source -> HtmlLint.check(source, html, findings));
    new LinkLint(mail, html, allowedHosts, findings).check();
    new HeaderLint(mail, transactional, senderDomain, findings).check();
  }

  /**
   * Asserts that an email is clean.
   *
   * @param email the email
   * @throws AssertionError if there are findings; the message lists all of them
   * @throws NullPointerException if {@code email} is null
   */
  public void assertClean(Email email) {
    assertNone(check(email));
  }

  /**
   * Asserts that a message is clean.
   *
   * @param message headers and body, such as an {@code .eml} file
   * @throws AssertionError if there are findings; the message lists all of them
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
              .collect(Collectors.joining("", "The email is not clean:", "")));
    }
  }

  /** {@code transactional} or {@code bulk}. */
  @Override
  public String toString() {
    return "EmailLint[" + (transactional ? "transactional" : "bulk") + "]";
  }
}
