package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The limits of SES for an email, and their checks.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail", "Destination", "MessageHeader" and
 * "MessageTag"; Amazon SES Developer Guide, "Amazon SES header fields".
 */
final class SesLimits {
  static final int MAX_SUBJECT = 995;
  static final int MAX_HEADERS = 15;

  /** Name and value together. */
  static final int MAX_HEADER = 996;

  /** The tag by which SES's events name the attempt of the once-only step. */
  static final String ATTEMPT_TAG = "healthmetrics-attempt";

  private static final int MAX_HEADER_NAME = 126;
  private static final int MAX_RECIPIENTS = 50;
  private static final long MAX_BYTES = 40L * 1024 * 1024;

  /** SES refuses 256 characters, which its reference allows: "Tag value cannot exceed 255". */
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]+");

  /** Headers that SES writes itself or that stand for a field of the email. */
  private static final Set<String> RESERVED =
      Set.of(
          ("from sender return-path reply-to to cc bcc subject date message-id mime-version"
                  + " content-type content-transfer-encoding content-disposition content-id"
                  + " dkim-signature received")
              .split(" "));

  private SesLimits() {}

  static void checkRoomForRecipient(int recipients) {
    if (recipients == MAX_RECIPIENTS) {
      throw Invalid.argument(
          "SES accepts at most %s recipients per email, Cc and Bcc included; send one email to"
              + " each instead.",
          MAX_RECIPIENTS);
    }
  }

  static String checkSubject(String subject) {
    if (subject.isBlank()) {
      throw Invalid.argument("The subject is blank. Set one with text.");
    }
    checkLength("subject", subject, MAX_SUBJECT);
    HeaderText.requireLine("subject", subject);
    return subject;
  }

  static void requireOneLine(String what, String text) {
    int unsafe = Checks.indexOfUnsafeCharacter(text);
    if (unsafe >= 0) {
      throw Invalid.argument(
          "The %s contains %s; line breaks and other control characters are not allowed.",
          what, Checks.describeCharacter(text, unsafe));
    }
  }

  /** SES would carry a NUL into the email, and Java turns half a surrogate pair into "?". */
  static String checkBody(String what, String body) {
    int unsafe = Checks.indexOfUnsafeInText(body);
    if (unsafe >= 0) {
      throw Invalid.argument(
          "The %s contains %s; leave control characters and unpaired surrogates out.",
          what, Checks.describeCharacter(body, unsafe));
    }
    return body;
  }

  static void checkHeader(String name, String value, Set<String> others) {
    if (name.length() > MAX_HEADER_NAME || !HEADER_NAME.matcher(name).matches()) {
      throw Invalid.argument(
          "%s is not a valid header name. Use 1 to %s printable ASCII characters without space"
              + " and colon.",
          Checks.quote(name), MAX_HEADER_NAME);
    }
    String lowerCase = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lowerCase) || lowerCase.startsWith("x-ses-")) {
      throw Invalid.argument(
          "The header %s is SES's own or a field of the email itself; leave it out.", name);
    }
    checkLength("value of the header " + name, value, MAX_HEADER - name.length());
    if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw Invalid.argument(
          "The header %s has a value with a line break, another control character or a letter"
              + " beyond ASCII; SES accepts printable ASCII only.",
          name);
    }
    HeaderText.requireLine("value of the header " + name, value);
    if (others.size() == MAX_HEADERS) {
      throw Invalid.argument(
          "SES accepts at most %s headers per email; leave %s out.", MAX_HEADERS, name);
    }
    if (others.stream().anyMatch(name::equalsIgnoreCase)) {
      throw Invalid.argument("The header %s is set twice; set it once.", name);
    }
  }

  static void checkTag(String name, String value) {
    if (!TAG.matcher(name).matches() || !TAG.matcher(value).matches()) {
      throw Invalid.argument(
          "%s is not a valid tag name, or its value is not valid. Use 1 to 255 letters, digits,"
              + " hyphens and underscores for both.",
          Checks.quote(name));
    }
    if (name.equalsIgnoreCase(ATTEMPT_TAG)) {
      throw Invalid.argument(
          "The tag %s is set by MailerChain, which settles emails by it. Use another name.",
          ATTEMPT_TAG);
    }
  }

  private static void checkLength(String what, String value, int max) {
    if (value.isEmpty() || value.length() > max) {
      throw Invalid.argument(
          "The %s has %s characters; SES accepts 1 to %s.", what, value.length(), max);
    }
  }

  /** SES counts the email as it is sent, with attachments in base64. */
  static void requireSize(Email email) {
    long bytes = (long) email.text().length() + email.html().map(String::length).orElse(0);
    for (EmailAttachment attachment : email.attachments()) {
      bytes += (attachment.sizeBytes() + 2L) / 3 * 4;
    }
    if (bytes > MAX_BYTES) {
      throw Invalid.state(
          "The email has %s bytes, attachments in base64; SES accepts at most %s. Send a link to"
              + " the file instead.",
          bytes, MAX_BYTES);
    }
  }
}
