package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A request that a policy accepts, and the headers that are signed for it.
 *
 * @param type the type of key and headers
 * @param objectHeaders names as HTTP writes them, with values, the content type first
 */
record Admission(ImageType type, Fields objectHeaders) {
  private static final int MAX_OWNER = 128;
  private static final String OWNER_SIGNS = "._@|:+=~-";
  private static final int MAX_FILE_NAME = 255;

  /** Beyond every checksum's base64, which then need not be decoded to be refused. */
  private static final int MAX_CHECKSUM = 256;

  static Admission of(UploadPolicy policy, UploadRequest request) {
    checkOwner(request.owner());
    ImageType type = checkType(policy, request.contentType());
    checkSize(policy, request.sizeBytes());
    Fields headers = new Fields(2).add("Content-Type", type.mediaType());
    policy.cacheControl().ifPresent(value -> headers.add("Cache-Control", value));
    addChecksum(request, headers);
    addMetadata(request, headers);
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
    return !owner.isEmpty()
        && owner.length() <= MAX_OWNER
        && firstForeign(owner) == owner.length()
        && owner.charAt(0) != '.';
  }

  /** The index of the first character that no id contains; the length if there is none. */
  private static int firstForeign(String owner) {
    int i = 0;
    while (i < owner.length() && isOfOwner(owner.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isOfOwner(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || OWNER_SIGNS.indexOf(c) >= 0;
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
    return Checks.describeCharacter(owner, firstForeign(owner));
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
      String limit = "1 to " + Sizes.inWords(policy.maxBytes());
      throw rejected(Rule.SIZE, limit, Sizes.inWords(sizeBytes), sizeProblem(sizeBytes), "Allowed");
    }
  }

  private static String sizeProblem(long sizeBytes) {
    if (sizeBytes < 0) {
      return "The declared size is negative";
    }
    return sizeBytes == 0 ? "The picture is empty" : "The picture is too large";
  }

  private static void addChecksum(UploadRequest request, Fields headers) {
    if (request.sha256().isPresent() && request.crc32c().isPresent()) {
      throw rejected(Rule.CHECKSUM, "one checksum", "2 checksums", "S3 accepts only one", "Use");
    }
    request.sha256().ifPresent(sum -> addChecksum(ChecksumAlgorithm.SHA256, sum, headers));
    request.crc32c().ifPresent(sum -> addChecksum(ChecksumAlgorithm.CRC32C, sum, headers));
  }

  private static void addChecksum(ChecksumAlgorithm algorithm, String base64, Fields headers) {
    headers.add(algorithm.header(), checksum(base64, algorithm.bytes()));
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

  private static void addMetadata(UploadRequest request, Fields headers) {
    int size = 0;
    if (request.fileName().isPresent()) {
      String name = fileName(request.fileName().get());
      headers.add(Metadata.PREFIX + UploadRequest.FILE_NAME, name);
      size += Metadata.bytes(UploadRequest.FILE_NAME, name);
    }
    for (Map.Entry<String, String> entry : request.metadata().entrySet()) {
      String value = metadataValue(entry.getKey(), entry.getValue());
      headers.add(Metadata.PREFIX + entry.getKey(), value);
      size += Metadata.bytes(entry.getKey(), value);
    }
    if (size > Metadata.MAX_BYTES) {
      String limit =
          Metadata.MAX_BYTES + " bytes of names and values, percent-encoded file name included";
      throw rejected(
          Rule.METADATA, limit, size + " bytes", "There is too much metadata", "Keep to");
    }
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
