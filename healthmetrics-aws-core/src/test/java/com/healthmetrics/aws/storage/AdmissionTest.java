package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where each limit of a request lies, and what a rejection states. */
class AdmissionTest {
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG, ImageType.JPEG)
          .maxBytes(100)
          .lifetime(Duration.ofMinutes(5))
          .cacheControl("no-cache")
          .build();
  private static final UploadRequest REQUEST = UploadRequest.of("user-42", "image/png", 100);

  private static UploadRequest of(String owner) {
    return UploadRequest.of(owner, "image/png", 1);
  }

  private static Fields headers(UploadRequest request) {
    return Admission.of(POLICY, request).objectHeaders();
  }

  private static String lastHeader(UploadRequest request) {
    Fields headers = headers(request);
    return headers.name(headers.size() - 1) + ": " + headers.value(headers.size() - 1);
  }

  private static void assertRejected(UploadRequest request, Rule rule, String value, String what) {
    UploadRejectedException rejection =
        catchThrowableOfType(UploadRejectedException.class, () -> Admission.of(POLICY, request));

    assertThat(rejection).as("rejection").isNotNull();
    assertThat(rejection.rule()).isEqualTo(rule);
    assertThat(rejection.value()).isEqualTo(value);
    assertThat(rejection)
        .hasMessageStartingWith(what + ": " + value + ". ")
        .hasMessageEndingWith(": " + rejection.limit() + ".");
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "z", "A", "Z", "0", "9", "-", "x.", "_", "@", "|", ":", "+", "=", "~"})
  void acceptsOwnersOfSafeCharacters(String owner) {
    assertThat(Admission.of(POLICY, of(owner)).type()).isEqualTo(ImageType.PNG);
  }

  @Test
  void acceptsOwnersOfUpTo128Characters() {
    assertThat(headers(of("x".repeat(128)))).isNotNull();

    assertRejected(
        of("x".repeat(129)),
        Rule.OWNER,
        "129 characters",
        "The owner id is not a safe key segment");
    assertRejected(
        of("/" + "x".repeat(127)),
        Rule.OWNER,
        "character U+002F at index 0",
        "The owner id is not a safe key segment");
  }

  @ParameterizedTest
  @ValueSource(strings = {"`", "{", "[", "/", ";", "x/", "x\u00e9", "x "})
  void rejectsOwnersOfOtherCharacters(String owner) {
    UploadRejectedException rejection =
        catchThrowableOfType(UploadRejectedException.class, () -> Admission.of(POLICY, of(owner)));

    assertThat(rejection.rule()).isEqualTo(Rule.OWNER);
    assertThat(rejection.value()).endsWith("at index " + (owner.length() - 1));
  }

  @ParameterizedTest
  @CsvSource({"'', a blank id", "' ', a blank id", ".x, an id that begins with a dot"})
  void rejectsOwnersWithTheReason(String owner, String value) {
    assertRejected(of(owner), Rule.OWNER, value, "The owner id is not a safe key segment");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100})
  void acceptsSizesUpToThePolicysMaximum(long bytes) {
    assertThat(headers(UploadRequest.of("user-42", "image/png", bytes))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, The declared size is negative",
    "0, The picture is empty",
    "101, The picture is too large"
  })
  void rejectsOtherSizesWithTheReason(long bytes, String what) {
    assertRejected(
        UploadRequest.of("user-42", "image/png", bytes), Rule.SIZE, bytes + " bytes", what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/webp", "image/gif", "text/html"})
  void rejectsTypesThatThePolicyDoesNotName(String type) {
    assertRejected(
        UploadRequest.of("user-42", type, 1),
        Rule.CONTENT_TYPE,
        "\"" + type + "\"",
        "The content type is not allowed here");
  }

  @Test
  void signsTypeAndCacheControlFirst() {
    Fields headers = headers(REQUEST.withFileName("me.png"));

    assertThat(headers.size()).isEqualTo(3);
    assertThat(headers.name(0) + ": " + headers.value(0)).isEqualTo("Content-Type: image/png");
    assertThat(headers.name(1) + ": " + headers.value(1)).isEqualTo("Cache-Control: no-cache");
    assertThat(headers.name(2) + ": " + headers.value(2)).isEqualTo("x-amz-meta-filename: me.png");
  }

  @Test
  void signsOneChecksum() {
    assertThat(lastHeader(REQUEST.withSha256(base64(32))))
        .isEqualTo("x-amz-checksum-sha256: " + base64(32));
    assertThat(lastHeader(REQUEST.withCrc32c(base64(4))))
        .isEqualTo("x-amz-checksum-crc32c: " + base64(4));

    assertRejected(
        REQUEST.withSha256(base64(32)).withCrc32c(base64(4)),
        Rule.CHECKSUM,
        "2 checksums",
        "S3 accepts only one");
  }

  /** The third one has another spelling than S3 writes, of which the last bits are not zero. */
  @ParameterizedTest
  @CsvSource({"AAA=, 2 bytes", "AAAAAAA=, 5 bytes", "AAAAAB==, 4 bytes", "!, not base64"})
  void rejectsAChecksumOfAnotherForm(String base64, String value) {
    assertRejected(REQUEST.withCrc32c(base64), Rule.CHECKSUM, value, "The checksum is malformed");
  }

  @Test
  void decodesNoChecksumThatIsTooLong() {
    assertRejected(
        REQUEST.withCrc32c(base64(192)), Rule.CHECKSUM, "192 bytes", "The checksum is malformed");
    assertRejected(
        REQUEST.withCrc32c(base64(192) + "A"),
        Rule.CHECKSUM,
        "257 characters",
        "The checksum is malformed");
  }

  @Test
  void acceptsFileNamesOfUpTo255Characters() {
    assertThat(lastHeader(REQUEST.withFileName("x".repeat(255))))
        .isEqualTo("x-amz-meta-filename: " + "x".repeat(255));

    assertRejected(
        REQUEST.withFileName("x".repeat(256)),
        Rule.FILE_NAME,
        "256 characters",
        "The file name cannot be stored");
  }

  @Test
  void rejectsFileNamesThatAreBlankOrHaveControlCharacters() {
    assertRejected(
        REQUEST.withFileName(" "),
        Rule.FILE_NAME,
        "a blank name",
        "The file name cannot be stored");
    for (String name : new String[] {"\u0001x", "x\u0001"}) {
      UploadRejectedException rejection =
          catchThrowableOfType(
              UploadRejectedException.class,
              () -> Admission.of(POLICY, REQUEST.withFileName(name)));
      assertThat(rejection.value()).endsWith("at index " + name.indexOf('\u0001'));
    }
  }

  /** With the prefix of each name, as S3 may count it, and the file name as it is encoded. */
  @Test
  void acceptsMetadataOfUpTo2048Bytes() {
    UploadRequest named = REQUEST.withFileName("\u00e4"); // 11 + 8 + 6 bytes
    int rest = 2_048 - 25 - 12;
    assertThat(lastHeader(named.withMetadata("a", "x".repeat(rest))))
        .isEqualTo("x-amz-meta-a: " + "x".repeat(rest));

    assertRejected(
        named.withMetadata("a", "x".repeat(rest + 1)),
        Rule.METADATA,
        "2049 bytes",
        "There is too much metadata");
  }

  @Test
  void rejectsMetadataOfAnotherForm() {
    for (String name : new String[] {"filename", "Album", "a b", "-a"}) {
      assertRejected(
          REQUEST.withMetadata(name, "x"),
          Rule.METADATA,
          "\"" + name + "\"",
          "A metadata name is malformed");
    }
    assertRejected(
        REQUEST.withMetadata("album", "a  b"),
        Rule.METADATA,
        "the value of album",
        "A metadata value is malformed");
  }
}
