package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import com.healthmetrics.aws.testkit.mail.SendRequest.Attached;
import java.net.URLConnection;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Checks attachments as SES does.
 *
 * <p>Sources: Amazon SES API v2 Reference, "Attachment"; Amazon SES Developer Guide, "Working with
 * email attachments" and "Unsupported attachment types".
 */
final class AttachmentCheck {
  private static final int MAX_FILE_NAME = 255;
  private static final int MAX_CONTENT_ID = 78;
  private static final int MAX_MEDIA_TYPE = 78;
  private static final int MAX_DESCRIPTION = 1000;
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}(;[ -~]*)?");
  private static final Pattern CONTENT_ID = Pattern.compile("[!-;=?-~]+");
  private static final Set<String> DISPOSITIONS = Set.of("ATTACHMENT", "INLINE");
  private static final String SEVEN_BIT = "SEVEN_BIT";
  private static final Set<String> ENCODINGS = Set.of("BASE64", "QUOTED_PRINTABLE", SEVEN_BIT);

  private static final Set<String> UNSUPPORTED =
      Set.of(
          ("ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins"
                  + " isp its js jse ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda"
                  + " mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp mst ops"
                  + " pcd pif plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1"
                  + " psc2 tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk")
              .split(" "));

  private AttachmentCheck() {}

  /** The attachment of simple content. */
  static Attachment of(Attached attached) {
    requireFileName(attached.fileName());
    attached.contentId().ifPresent(AttachmentCheck::requireContentId);
    requireOneOf(attached.disposition(), DISPOSITIONS, "ContentDisposition");
    requireOneOf(attached.transferEncoding(), ENCODINGS, "ContentTransferEncoding");
    if (attached.mediaType().filter(type -> !isMediaType(type)).isPresent()) {
      throw SesRefusal.badRequest(
          "Invalid content type.",
          "An attachment's ContentType must be a media type like application/pdf, of at most "
              + MAX_MEDIA_TYPE
              + " characters.");
    }
    if (attached.description().orElse("").length() > MAX_DESCRIPTION
        || hasControls(attached.description().orElse(""))) {
      throw SesRefusal.badRequest(
          "Invalid content description.",
          "ContentDescription may have "
              + MAX_DESCRIPTION
              + " characters and no control character.");
    }
    if (attached.transferEncoding().orElse(SEVEN_BIT).equals(SEVEN_BIT)
        && !isSevenBit(attached.bytes())) {
      throw SesRefusal.badRequest(
          "Invalid content transfer encoding.",
          "The attachment is not 7-bit text, and SES would corrupt it, because"
              + " ContentTransferEncoding is absent or SEVEN_BIT. Use BASE64.");
    }
    return new Attachment(
        attached.fileName(),
        attached.mediaType().orElseGet(() -> guessed(attached.fileName())),
        attached.contentId(),
        attached.description(),
        attached.disposition().orElse("ATTACHMENT").equals("INLINE"),
        attached.bytes());
  }

  /** Refuses a name that SES refuses, because email clients might run such a file. */
  static void requireFileName(String name) {
    int dot = name.lastIndexOf('.');
    if (name.length() > MAX_FILE_NAME || name.isBlank() || hasControls(name) || dot < 0) {
      throw SesRefusal.badRequest(
          "Invalid attachment file name.",
          "A file name must have 1 to "
              + MAX_FILE_NAME
              + " characters, an extension and no control character; it has "
              + name.length()
              + ".");
    }
    if (UNSUPPORTED.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))) {
      throw SesRefusal.badRequest(
          "Illegal filename '" + name + "'.",
          "SES does not accept files that end in "
              + name.substring(dot)
              + "; send a link instead.");
    }
  }

  private static void requireContentId(String contentId) {
    if (contentId.length() > MAX_CONTENT_ID || !CONTENT_ID.matcher(contentId).matches()) {
      throw SesRefusal.badRequest(
          "Invalid content id.",
          "A content id must have 1 to "
              + MAX_CONTENT_ID
              + " printable ASCII characters without spaces and angle brackets; it has "
              + contentId.length()
              + ".");
    }
  }

  private static void requireOneOf(Optional<String> value, Set<String> known, String member) {
    if (value.filter(v -> !known.contains(v)).isPresent()) {
      throw SesRefusal.badRequest(
          "Invalid value for '" + member + "'.",
          member + " must be one of " + new TreeSet<>(known) + ".");
    }
  }

  private static boolean isMediaType(String type) {
    return type.length() <= MAX_MEDIA_TYPE && MEDIA_TYPE.matcher(type).matches();
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(c -> c < 0x20 || c == 0x7F);
  }

  private static boolean isSevenBit(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet <= 0) {
        return false;
      }
    }
    return true;
  }

  private static String guessed(String fileName) {
    return Objects.requireNonNullElse(
        URLConnection.guessContentTypeFromName(fileName), "application/octet-stream");
  }
}
