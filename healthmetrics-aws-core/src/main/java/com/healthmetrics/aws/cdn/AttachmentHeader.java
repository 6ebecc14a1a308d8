package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.ObjectKey;

/**
 * The value of {@code Content-Disposition} with which a browser saves a response under a file name.
 *
 * <p>Names beyond plain ASCII are written twice: in UTF-8, and as an ASCII fallback with an
 * underscore for each other character. Source: RFC 6266, section 4.3 and appendix D.
 */
final class AttachmentHeader {
  private static final int MAX_FILE_NAME = 255;

  private AttachmentHeader() {}

  /**
   * Returns the header's value: ASCII without control characters.
   *
   * @param key the object's key, whose extension the name gets if it has another one
   * @throws IllegalArgumentException if the name is not a safe file name
   */
  static String of(String fileName, ObjectKey key) {
    check(fileName);
    String name = withExtensionOf(key, fileName);
    String fallback = fallback(name);
    String header = "attachment; filename=\"" + fallback + "\"";
    return fallback.equals(name)
        ? header
        : header + "; filename*=UTF-8''" + PercentEncoding.encode(name);
  }

  /** A name often comes from whoever uploaded the file, and a system runs what ends in .exe. */
  private static String withExtensionOf(ObjectKey key, String fileName) {
    String segment = key.value().substring(key.value().lastIndexOf('/') + 1);
    int dot = segment.lastIndexOf('.');
    String extension = dot < 0 ? "" : segment.substring(dot);
    boolean same =
        endsWith(fileName, extension) || (extension.equals(".jpg") && endsWith(fileName, ".jpeg"));
    return same ? fileName : fileName + extension;
  }

  private static boolean endsWith(String name, String extension) {
    return name.regionMatches(
        true, name.length() - extension.length(), extension, 0, extension.length());
  }

  private static void check(String fileName) {
    if (fileName.length() > MAX_FILE_NAME || fileName.isBlank()) {
      throw new IllegalArgumentException(
          "The file name has %s characters. Use 1 to %s that are not all blank, such as front.jpg."
              .formatted(fileName.length(), MAX_FILE_NAME));
    }
    for (int i = 0; i < fileName.length(); i++) {
      char c = fileName.charAt(i);
      if (c == '/' || c == '\\' || isDirection(c) || Checks.isUnsafe(fileName, i)) {
        throw new IllegalArgumentException(
            ("The file name has the %s. Use a name without slashes, control characters and"
                    + " characters that change the direction of text, such as front.jpg.")
                .formatted(Checks.describeCharacter(fileName, i)));
      }
    }
    if (fileName.equals(".") || fileName.equals("..")) {
      throw new IllegalArgumentException(
          "The file name is a reference to a directory. Use the name of a file, such as front.jpg.");
    }
  }

  /**
   * Whether a character changes the direction of text, so that {@code gnp.exe} reads as {@code
   * exe.png}. Source: Unicode, property {@code Bidi_Control}.
   */
  private static boolean isDirection(char c) {
    return c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }

  /** Some browsers decode percent signs in it, and some end it at an escaped quotation mark. */
  private static String fallback(String fileName) {
    StringBuilder ascii = new StringBuilder(fileName.length());
    fileName
        .codePoints()
        .map(c -> c > '~' || c == '"' || c == '%' ? '_' : c)
        .forEach(ascii::appendCodePoint);
    return ascii.toString();
  }
}
