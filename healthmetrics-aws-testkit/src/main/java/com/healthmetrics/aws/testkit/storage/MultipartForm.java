package com.healthmetrics.aws.testkit.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code multipart/form-data} body (RFC 7578), parsed as by S3: fields up to the part named
 * {@code file}, and nothing after it.
 */
final class MultipartForm {
  /** S3's limit for everything before the file. */
  private static final int MAX_FIELD_BYTES = 20 * 1024;

  private static final int MAX_CONTENT_TYPE = 1_024;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "multipart/form-data\\s*;(?:.*;)?\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))\\s*(?:;.*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DISPOSITION =
      Pattern.compile(
          "form-data\\s*+;\\s*+name=\"((?:[^\"\\\\]++|\\\\.)*+)\""
              + "(?:\\s*+;\\s*+filename=\"((?:[^\"\\\\]++|\\\\.)*+)\")?+\\s*+",
          Pattern.CASE_INSENSITIVE);

  private final Map<String, String> fields;
  private final String fileName;
  private final byte[] file;

  private MultipartForm(Map<String, String> fields, String fileName, byte[] file) {
    this.fields = Collections.unmodifiableMap(fields);
    this.fileName = fileName;
    this.file = file;
  }

  /** The fields before the file in their order; names in lower case. */
  Map<String, String> fields() {
    return fields;
  }

  Optional<String> field(String lowerCaseName) {
    return Optional.ofNullable(fields.get(lowerCaseName));
  }

  /** The name of the chosen file without directories; empty if the browser sent none. */
  String fileName() {
    return fileName;
  }

  /** The content of the file, not copied. */
  byte[] file() {
    return file;
  }

  static MultipartForm parse(String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (contentType.length() > MAX_CONTENT_TYPE || !boundary.matches()) {
      throw malformed("Content-Type has no usable boundary");
    }
    String delimiter = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    return new Parser(body, ascii("--" + delimiter)).parse();
  }

  private static S3Refusal malformed(String reason) {
    return S3Refusal.of(
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
        reason + ".");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One pass over the body. */
  private static final class Parser {
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] HEADERS_END = ascii("\r\n\r\n");

    private final byte[] body;
    private final byte[] delimiter;
    private final byte[] lineAndDelimiter;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private int fieldBytes;
    private int at;

    Parser(byte[] body, byte[] delimiter) {
      this.body = body;
      this.delimiter = delimiter;
      this.lineAndDelimiter = new byte[delimiter.length + 2];
      System.arraycopy(LINE_END, 0, lineAndDelimiter, 0, 2);
      System.arraycopy(delimiter, 0, lineAndDelimiter, 2, delimiter.length);
    }

    MultipartForm parse() {
      if (!startsWith(delimiter, 0)) {
        throw malformed("The body does not start with the boundary that Content-Type names");
      }
      at = delimiter.length;
      while (startsWith(LINE_END, at)) {
        at += LINE_END.length;
        Matcher disposition = disposition(partHeaders());
        String name = unescape(disposition.group(1)).toLowerCase(Locale.ROOT);
        byte[] content = content();
        if (name.equals("file")) {
          String fileName = Optional.ofNullable(disposition.group(2)).orElse("");
          return new MultipartForm(fields, withoutDirectories(unescape(fileName)), content);
        }
        addField(name, content);
      }
      if (!startsWith(ascii("--"), at)) {
        throw malformed("A boundary is followed by neither a line end nor two hyphens");
      }
      throw S3Refusal.invalidArgument(
              "POST requires exactly one file upload per request.",
              "The form has no part named file; it must be the last part.")
          .with("ArgumentName", "file")
          .with("ArgumentValue", "0");
    }

    private String partHeaders() {
      int end = indexOf(HEADERS_END, at);
      // A part that starts with its blank line has no headers.
      if (end < 0 || startsWith(LINE_END, at)) {
        throw malformed("A part has no headers, or they do not end");
      }
      if (end - at > MAX_FIELD_BYTES) {
        throw malformed("The headers of a part have more than " + MAX_FIELD_BYTES + " bytes");
      }
      String headers = utf8(at, end, "The headers of a part are not UTF-8");
      at = end + HEADERS_END.length;
      return headers;
    }

    private static Matcher disposition(String headers) {
      String found = null;
      for (String line : headers.split("\r\n", -1)) {
        int colon = line.indexOf(':');
        if (colon < 1) {
          throw malformed("A part has a header line without a colon");
        }
        if (line.substring(0, colon).equalsIgnoreCase("Content-Disposition")) {
          if (found != null) {
            throw malformed("A part has two Content-Disposition headers");
          }
          found = line.substring(colon + 1).strip();
        }
      }
      Matcher disposition = DISPOSITION.matcher(found == null ? "" : found);
      if (!disposition.matches()) {
        throw malformed(
            "Each part needs Content-Disposition: form-data; name=\"...\", with filename=\"...\""
                + " for the file and nothing else");
      }
      return disposition;
    }

    /** The content of the part whose headers were just read; moves past the next delimiter. */
    private byte[] content() {
      int end = indexOf(lineAndDelimiter, at);
      if (end < 0) {
        throw malformed("The last boundary is missing: the body is truncated");
      }
      byte[] content = Arrays.copyOfRange(body, at, end);
      at = end + lineAndDelimiter.length;
      if (!startsWith(LINE_END, at) && !startsWith(ascii("--"), at)) {
        throw malformed("A boundary is followed by neither a line end nor two hyphens");
      }
      return content;
    }

    private void addField(String name, byte[] content) {
      fieldBytes += name.length() + content.length;
      if (fieldBytes > MAX_FIELD_BYTES) {
        throw S3Refusal.of(
                400,
                "MaxPostPreDataLengthExceeded",
                "Your POST request fields preceding the upload file were too large.",
                "The fields before the file have more than " + MAX_FIELD_BYTES + " bytes together.")
            .with("MaxPostPreDataLengthBytes", MAX_FIELD_BYTES);
      }
      String value = utf8(content, "The field " + name + " is not UTF-8");
      if (fields.putIfAbsent(name, value) != null) {
        throw S3Refusal.invalidArgument(
                "Bucket POST contains a field more than once.",
                "The field " + name + " appears twice; names are case-insensitive.")
            .with("ArgumentName", name);
      }
    }

    private String utf8(int from, int to, String problem) {
      return utf8(Arrays.copyOfRange(body, from, to), problem);
    }

    private static String utf8(byte[] bytes, String problem) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        throw malformed(problem);
      }
    }

    /** Browsers escape three characters in names (HTML standard); older clients use backslashes. */
    private static String unescape(String quoted) {
      return quoted
          .replace("\\\"", "\"")
          .replace("%22", "\"")
          .replace("%0D", "\r")
          .replace("%0A", "\n");
    }

    private static String withoutDirectories(String fileName) {
      return fileName.substring(
          Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    }

    private boolean startsWith(byte[] pattern, int from) {
      return from + pattern.length <= body.length
          && Arrays.equals(body, from, from + pattern.length, pattern, 0, pattern.length);
    }

    private int indexOf(byte[] pattern, int from) {
      for (int i = from; i <= body.length - pattern.length; i++) {
        if (body[i] == pattern[0] && startsWith(pattern, i)) {
          return i;
        }
      }
      return -1;
    }
  }
}
