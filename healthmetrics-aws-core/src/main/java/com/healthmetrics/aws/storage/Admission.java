package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A request that a policy accepts, and the headers that are signed for it.
 *
 * @param type the type of key and headers
 * @param objectHeaders names as HTTP writes them, with values, the content type first
 */
record Admission(ImageType type, Map<String, String> objectHeaders) {
  private static final int MAX_OWNER = 128;
  private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9._@|:+=~-]{1,128}");
  private static final int MAX_FILE_NAME = 255;

  /** Beyond every checksum's base64, which then need not be decoded to be refused. */
  private static final int MAX_CHECKSUM = 256;

  static Admission of(UploadPolicy policy, UploadRequest request) {
    checkOwner(request.owner());
    ImageType type = checkType(policy, request.contentType());
    checkSize(policy, request.sizeBytes());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", type.mediaType());
    policy.cacheControl().ifPresent(value -> headers.put("Cache-Control", value));
    headers.putAll(checksum(request));
    headers.putAll(metadata(request));
    return new Admission(type, headers);
  }

  static void checkOwner(String owner) {
    if (!isOwner(owner)) {
      String limit = "1 to 128 letters, digits and . _ - @ | : + = ~, not beginning with a dot";
      throw rejected(
          Rule.OWNER, limit, describeOwner(owner), "The owner id is not a safe key segment", "Use");
    }
  }

  /** Whether an id is a safe segment of keys. */
  static boolean isOwner(String owner) {
    return OWNER.matcher(owner).matches() && !owner.startsWith(".");
  }

  private static String describeOwner(String owner) {
    if (owner.length() > MAX_OWNER) {
      return owner.length() + " characters";
    }
    if (owner.isBlank()) {
      return "a blank id";
    }
    if (owner.startsWith(".")) {
      return "an id that begins with a dot";
    }
    int i = 0;
    while (OWNER.matcher(owner.substring(i, i + 1)).matches()) {
      i++;
    }
    return Checks.describeCharacter(owner, i);
  }

  private static ImageType checkType(UploadPolicy policy, String contentType) {
    ImageType type = ImageType.ofMediaType(contentType).orElse(null);
    if (type == null || !policy.types().contains(type)) {
      String limit =
          policy.types().stream().map(ImageType::mediaType).collect(Collectors.joining(", "));
      throw rejected(
          Rule.CONTENT_TYPE,
          limit,
          Checks.quote(contentType),
          "The content type is not allowed here",
          "Upload one of");
    }
    return type;
  }

  private static void checkSize(UploadPolicy policy, long sizeBytes) {
    if (sizeBytes < 1 || sizeBytes > policy.maxBytes()) {
      String limit = "1 to " + policy.maxBytes() + " bytes";
      throw rejected(Rule.SIZE, limit, sizeBytes + " bytes", sizeProblem(sizeBytes), "Upload");
    }
  }

  private static String sizeProblem(long sizeBytes) {
    if (sizeBytes < 0) {
      return "The declared size is negative";
    }
    return sizeBytes == 0 ? "The picture is empty" : "The picture is too large";
  }

  private static Map<String, String> checksum(UploadRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      algorithm
          .declaredBy(request)
          .ifPresent(sum -> headers.put(algorithm.header(), checksum(sum, algorithm.bytes())));
    }
    if (headers.size() > 1) {
      String value = headers.size() + " checksums";
      throw rejected(Rule.CHECKSUM, "one checksum", value, "S3 accepts only one", "Use");
    }
    return headers;
  }

  private static String checksum(String base64, int bytes) {
    String limit = bytes + " bytes in base64";
    if (base64.length() > MAX_CHECKSUM) {
      String value = base64.length() + " characters";
      throw rejected(Rule.CHECKSUM, limit, value, "The checksum is malformed", "Use");
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(base64);
      // Base64 has several spellings of the same bytes; S3 compares the text.
      if (decoded.length == bytes && Base64.getEncoder().encodeToString(decoded).equals(base64)) {
        return base64;
      }
      String value = decoded.length + " bytes";
      throw rejected(Rule.CHECKSUM, limit, value, "The checksum is malformed", "Use");
    } catch (IllegalArgumentException e) {
      throw rejected(Rule.CHECKSUM, limit, "not base64", "The checksum is malformed", "Use");
    }
  }

  private static Map<String, String> metadata(UploadRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .fileName()
        .ifPresent(name -> headers.put(Metadata.PREFIX + UploadRequest.FILE_NAME, fileName(name)));
    request
        .metadata()
        .forEach((name, value) -> headers.put(Metadata.PREFIX + name, metadataValue(name, value)));
    int size =
        headers.entrySet().stream()
            .mapToInt(header -> header.getKey().length() + header.getValue().length())
            .sum();
    if (size > Metadata.MAX_BYTES) {
      String limit =
          Metadata.MAX_BYTES + " bytes of names and values, percent-encoded file name included";
      throw rejected(
          Rule.METADATA, limit, size + " bytes", "There is too much metadata", "Keep to");
    }
    return headers;
  }

  private static String fileName(String fileName) {
    String limit = "1 to " + MAX_FILE_NAME + " characters, none of them a control character";
    String value;
    if (fileName.length() > MAX_FILE_NAME) {
      value = fileName.length() + " characters";
    } else if (Checks.indexOfUnsafeCharacter(fileName) >= 0) {
      value = Checks.describeCharacter(fileName, Checks.indexOfUnsafeCharacter(fileName));
    } else if (fileName.isBlank()) {
      value = "a blank name";
    } else {
      return PercentEncoding.encode(fileName);
    }
    throw rejected(Rule.FILE_NAME, limit, value, "The file name cannot be stored", "Use");
  }

  private static String metadataValue(String name, String value) {
    if (name.equals(UploadRequest.FILE_NAME) || !Metadata.isName(name)) {
      String limit = "lower-case letters, digits and hyphens, and withFileName for the file name";
      throw rejected(
          Rule.METADATA, limit, Checks.quote(name), "A metadata name is malformed", "Use");
    }
    if (!Checks.isHeaderValue(value)) {
      String limit = "visible ASCII characters, words separated by single spaces";
      String problem = "the value of " + name;
      throw rejected(Rule.METADATA, limit, problem, "A metadata value is malformed", "Use");
    }
    return value;
  }

  private static UploadRejectedException rejected(
      Rule rule, String limit, String value, String what, String remedy) {
    return new UploadRejectedException(
        rule, limit, value, what + ": " + value + ". " + remedy + ": " + limit + ".");
  }
}
