package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file attached to an email, or an image that its HTML shows.
 *
 * <pre>{@code
 * EmailAttachment report =
 *     EmailAttachment.of("report.pdf", "application/pdf", Files.readAllBytes(Path.of("report.pdf")));
 * Email.Builder builder = Email.builder().attach(report);
 * }</pre>
 *
 * <p>Immutable and thread-safe. Source: Amazon SES API v2 Reference, "Attachment"; Amazon SES
 * Developer Guide, "Unsupported attachment types".
 */
public final class EmailAttachment {
  private static final int MAX_FILE_NAME = 255;
  private static final int MAX_MEDIA_TYPE = 78;
  private static final String TOKEN = "[A-Za-z0-9!#$&^_.+-]{1,64}";

  /** A parameter's value, bare or in quotes. */
  private static final String PARAMETER =
      " *; *(?<name>" + TOKEN + ")=(?:(?<bare>" + TOKEN + ")|\"(?<quoted>[ !#-\\[\\]-~]*)\")";

  private static final Pattern PARAMETERS = Pattern.compile(PARAMETER);
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "(?<type>"
              + TOKEN
              + "/"
              + TOKEN
              + ")(?:"
              + PARAMETER.replaceAll("\\?<\\w+>", "?:")
              + ")*");

  /** Of a name, which is the file's, and of a multipart. */
  private static final Set<String> NO_PARAMETERS = Set.of("name", "boundary");

  private static final Pattern IMAGE = Pattern.compile("(?i)^image/");
  private static final Pattern COMPOSITE = Pattern.compile("(?i)^(multipart|message)/");
  private static final Pattern CONTENT_ID =
      Pattern.compile("(?=.{1,78}$)[A-Za-z0-9._+-]+(@[A-Za-z0-9.-]+)?");

  /** Extensions of files that SES does not carry, since mail clients might run them. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          ("ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp"
                  + " its js jse ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde"
                  + " mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif plg"
                  + " prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb"
                  + " vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk")
              .split(" "));

  private static final Pattern TRAILING = Pattern.compile("[\\s\\p{Z}.]++$");

  private final String fileName;
  private final String mediaType;
  private final byte[] bytes;
  private final Optional<String> contentId;

  private EmailAttachment(
      String fileName, String mediaType, byte[] bytes, Optional<String> contentId) {
    this.fileName = checkFileName(fileName);
    this.mediaType = checkMediaType(mediaType);
    this.bytes = bytes.clone();
    this.contentId = contentId;
  }

  /**
   * {@return an attachment to be saved or opened}
   *
   * @param fileName as the recipient sees it: 1 to 255 characters with an extension, without
   *     slashes, control characters, invisible characters, direction overrides and {@code =?…?=}
   * @param mediaType its media type, such as {@code application/pdf}, possibly with parameters,
   *     such as {@code text/calendar; method=REQUEST; charset=utf-8}: at most 78 characters, with
   *     one space after each semicolon
   * @param bytes its content; copied
   * @throws IllegalArgumentException if name or type has another form, or if SES does not carry
   *     files with that extension
   */
  public static EmailAttachment of(String fileName, String mediaType, byte[] bytes) {
    return new EmailAttachment(fileName, mediaType, bytes, Optional.empty());
  }

  /**
   * {@return an image that the HTML shows as {@code <img src="cid:CONTENT-ID">}}
   *
   * @param contentId 1 to 78 letters, digits, dots, hyphens, underscores and plus signs, possibly
   *     with {@code @domain}
   * @param fileName as for {@link #of}
   * @param mediaType an image type, such as {@code image/png}
   * @param bytes its content; copied
   * @throws IllegalArgumentException if an argument has another form, or if SES does not carry
   *     files with that extension
   */
  public static EmailAttachment inline(
      String contentId, String fileName, String mediaType, byte[] bytes) {
    if (!CONTENT_ID.matcher(contentId).matches()) {
      throw Invalid.argument(
          "%s is not a valid content id. Use 1 to 78 letters, digits, dots, hyphens, underscores"
              + " and plus signs, such as logo, possibly with @domain.",
          Checks.quote(contentId));
    }
    if (!IMAGE.matcher(mediaType).find()) {
      throw Invalid.argument(
          "%s is not an image type. Only images can be shown inline.", Checks.quote(mediaType));
    }
    return new EmailAttachment(fileName, mediaType, bytes, Optional.of(contentId));
  }

  private static String checkFileName(String fileName) {
    boolean measured = fileName.length() <= MAX_FILE_NAME;
    if (measured) {
      HeaderText.requireName("attachment's file name", fileName);
      requireSupported(fileName);
    }
    int dot = fileName.lastIndexOf('.');
    if (!measured
        || fileName.contains("/")
        || fileName.contains("\\")
        || dot < 1
        || dot == fileName.length() - 1) {
      throw Invalid.argument(
          "The attachment's file name (%s characters) is too long or has another form than"
              + " name.extension. Use at most %s characters without slashes, such as report.pdf.",
          fileName.length(), MAX_FILE_NAME);
    }
    return fileName;
  }

  /**
   * Systems that save a file drop spaces and dots at the end of its name, and what follows a colon;
   * mail clients show and save letters and dots of other widths as they look.
   */
  private static void requireSupported(String fileName) {
    for (String part : Normalizer.normalize(fileName, Normalizer.Form.NFKC).split(":", -1)) {
      String name = TRAILING.matcher(part.replace('\u3002', '.')).replaceFirst("");
      String extension = name.substring(name.lastIndexOf('.') + 1).strip().toLowerCase(Locale.ROOT);
      if (name.indexOf('.') >= 0 && UNSUPPORTED.contains(extension)) {
        throw Invalid.argument(
            "SES does not carry attachments that end in .%s, since mail clients might run them."
                + " Send a link instead.",
            extension);
      }
    }
  }

  /** Returns a media type with each parameter as {@code ; name=value}, in quotes where needed. */
  private static String checkMediaType(String mediaType) {
    Matcher form = MEDIA_TYPE.matcher(mediaType);
    if (mediaType.length() > MAX_MEDIA_TYPE || !form.matches() || mediaType.contains("=?")) {
      throw invalidMediaType(mediaType);
    }
    if (COMPOSITE.matcher(mediaType).find()) {
      throw Invalid.argument(
          "%s is an email, or a part of one, which MIME does not allow in base64. Use"
              + " application/octet-stream; the file name shows what it is.",
          mediaType);
    }
    StringBuilder canonical = new StringBuilder(form.group("type"));
    Set<String> names = new HashSet<>(NO_PARAMETERS);
    Matcher parameter = PARAMETERS.matcher(mediaType).region(form.end("type"), mediaType.length());
    while (parameter.lookingAt()) {
      if (!names.add(parameter.group("name").toLowerCase(Locale.ROOT))) {
        throw Invalid.argument(
            "The media type has the parameter %s twice, or it is one that this library writes. Leave"
                + " it out.",
            parameter.group("name"));
      }
      String quoted = parameter.group("quoted");
      boolean bare = quoted == null || quoted.matches(TOKEN);
      String value = quoted == null ? parameter.group("bare") : quoted;
      canonical
          .append("; ")
          .append(parameter.group("name"))
          .append(bare ? "=" + value : "=\"" + value + "\"");
      parameter.region(parameter.end(), mediaType.length());
    }
    if (canonical.length() > MAX_MEDIA_TYPE) {
      throw invalidMediaType(canonical.toString());
    }
    return canonical.toString();
  }

  private static IllegalArgumentException invalidMediaType(String mediaType) {
    return Invalid.argument(
        "%s is not a valid media type. Use type/subtype, such as application/pdf, possibly with"
            + " parameters, such as text/calendar; method=REQUEST; at most %s characters, with one"
            + " space after each semicolon.",
        Checks.quote(mediaType), MAX_MEDIA_TYPE);
  }

  /** {@return the file's name, as the recipient sees it} */
  public String fileName() {
    return fileName;
  }

  /** {@return the media type, with its parameters as {@code ; name=value}} */
  public String mediaType() {
    return mediaType;
  }

  /** {@return a copy of the content} */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** {@return the size of the content in bytes, before any encoding} */
  public int sizeBytes() {
    return bytes.length;
  }

  /** {@return the content id of an inline image, without angle brackets; empty for a file} */
  public Optional<String> contentId() {
    return contentId;
  }

  /** Two attachments are equal when name, type, content id and bytes are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof EmailAttachment that
        && that.fileName.equals(fileName)
        && that.mediaType.equals(mediaType)
        && that.contentId.equals(contentId)
        && Arrays.equals(that.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(fileName, mediaType, contentId, bytes.length);
  }

  /** The type and the size; the name may be personal. */
  @Override
  public String toString() {
    String inline = contentId.isPresent() ? ", inline" : "";
    return "EmailAttachment[%s, %s bytes%s]".formatted(mediaType, bytes.length, inline);
  }
}
