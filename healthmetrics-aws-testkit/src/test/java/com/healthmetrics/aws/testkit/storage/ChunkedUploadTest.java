package com.healthmetrics.aws.testkit.storage;

import static com.healthmetrics.aws.testkit.storage.ChunkedUpload.SIGNED;
import static com.healthmetrics.aws.testkit.storage.ChunkedUpload.SIGNED_TRAILER;
import static com.healthmetrics.aws.testkit.storage.ChunkedUpload.UNSIGNED_TRAILER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.ChunkedUpload.Part;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedUploadTest {
  private static final String A = "a".repeat(8192);
  private static final String B = "b".repeat(8192);
  private static final String CRC32 = "x-amz-checksum-crc32";
  private static final String CRC32_OF_ALL = "AVhLHA==";

  @AutoClose
  private final LocalS3 s3 =
      LocalS3.builder()
          .clock(TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z")))
          .maxObjectBytes(100_000)
          .start();

  /** Three chunks and, where the kind has one, a trailer; everything is right. */
  private ChunkedUpload upload(String kind) {
    ChunkedUpload upload = ChunkedUpload.of(s3, kind, A, B, "c");
    return kind.equals(SIGNED) ? upload : upload.trailer(CRC32, CRC32_OF_ALL);
  }

  private void assertRefused(Response response, String refusal) {
    assertThat(response.refusal()).as(response.body()).isEqualTo(refusal);
    assertThat(response.element("Reason")).isNotBlank();
    assertThat(s3.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER})
  void storesTheDecodedContent(String kind) {
    Response response = upload(kind).header("content-encoding", "aws-chunked, gzip").send();

    assertThat(response.status()).as(response.body()).isEqualTo(200);
    StoredObject stored = s3.find("key").orElseThrow();
    assertThat(stored.bytes()).asString().isEqualTo(A + B + "c");
    assertThat(stored.contentEncoding()).contains("gzip");
    if (!kind.equals(SIGNED)) {
      assertThat(response.header(CRC32)).contains(CRC32_OF_ALL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER})
  void storesAStreamWhoseEncodedLengthIsUnknown(String kind) {
    Response response = upload(kind).sendAsAStream();
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(s3.find("key").orElseThrow().sizeBytes()).isEqualTo(16_385);
  }

  @Test
  void storesNothingAsNothing() {
    assertThat(ChunkedUpload.of(s3, SIGNED).send().status()).isEqualTo(200);
    assertThat(s3.find("key").orElseThrow().sizeBytes()).isZero();
  }

  /** Each changes one thing after signing. */
  private static Map<String, UnaryOperator<List<Part>>> forgeries() {
    Map<String, UnaryOperator<List<Part>>> forgeries = new LinkedHashMap<>();
    for (int chunk = 0; chunk < 3; chunk++) {
      int at = chunk;
      forgeries.put(
          "a byte of chunk " + at,
          changing(at, part -> part.withData("x" + part.data().substring(1))));
      forgeries.put(
          "the signature of chunk " + at,
          changing(at, part -> part.with(withAnotherLastDigit(part.line()))));
    }
    forgeries.put(
        "the signature of the last chunk",
        changing(3, part -> part.with(withAnotherLastDigit(part.line()))));
    forgeries.put("two chunks swapped", swapping(0, 1));
    forgeries.put(
        "the bytes of two chunks swapped",
        parts -> {
          Part first = parts.get(0);
          parts.set(0, first.withData(parts.get(1).data()));
          parts.set(1, parts.get(1).withData(first.data()));
          return parts;
        });
    forgeries.put(
        "the first chunk in place of the second",
        parts -> {
          parts.set(1, parts.get(0));
          return parts;
        });
    forgeries.put(
        "the first chunk signed as the request",
        changing(0, part -> part.with("2000;chunk-signature=" + "0".repeat(64))));
    return forgeries;
  }

  private static UnaryOperator<List<Part>> changing(int at, UnaryOperator<Part> change) {
    return parts -> {
      parts.set(at, change.apply(parts.get(at)));
      return parts;
    };
  }

  private static UnaryOperator<List<Part>> swapping(int one, int other) {
    return parts -> {
      Collections.swap(parts, one, other);
      return parts;
    };
  }

  private static String withAnotherLastDigit(String line) {
    return line.substring(0, line.length() - 1) + (line.endsWith("0") ? "1" : "0");
  }

  @TestFactory
  Stream<DynamicTest> refusesEveryForgery() {
    return Stream.of(SIGNED, SIGNED_TRAILER)
        .flatMap(
            kind ->
                forgeries().entrySet().stream()
                    .map(
                        forgery ->
                            dynamicTest(
                                kind + ": " + forgery.getKey(),
                                () ->
                                    assertRefused(
                                        upload(kind)
                                            .sendChanged(
                                                parts ->
                                                    forgery
                                                        .getValue()
                                                        .apply(new ArrayList<>(parts))),
                                        "403 SignatureDoesNotMatch"))));
  }

  @Test
  void refusesChunksThatAreMissingOrRepeated() {
    assertRefused(
        upload(SIGNED).sendChanged(parts -> parts.subList(1, 4)), "403 SignatureDoesNotMatch");
    assertRefused(
        upload(SIGNED).sendChanged(parts -> List.of(parts.get(0), parts.get(1), parts.get(3))),
        "403 SignatureDoesNotMatch");
    assertRefused(
        upload(SIGNED)
            .sendChanged(parts -> List.of(parts.get(0), parts.get(0), parts.get(2), parts.get(3))),
        "403 SignatureDoesNotMatch");
  }

  @Test
  void refusesChunksWithoutTheirSignatureOrWithOneTooMany() {
    assertRefused(
        upload(SIGNED).sendChanged(changed(parts -> parts.set(1, parts.get(1).with("2000")))),
        "400 IncompleteBody");
    assertRefused(
        upload(UNSIGNED_TRAILER)
            .sendChanged(
                changed(
                    parts ->
                        parts.set(1, parts.get(1).with("2000;chunk-signature=" + "0".repeat(64))))),
        "400 IncompleteBody");
  }

  @Test
  void refusesChunksThatAnotherSecretSigned() {
    assertRefused(upload(SIGNED).secret("another").send(), "403 SignatureDoesNotMatch");
  }

  @Test
  void refusesAnotherKindThanTheRequestSigned() {
    // The kind is part of what the request signed.
    assertRefused(
        upload(UNSIGNED_TRAILER).header("x-amz-content-sha256", SIGNED_TRAILER).send(),
        "403 SignatureDoesNotMatch");
  }

  @Test
  void refusesATrailerThatWasChanged() {
    assertRefused(
        upload(SIGNED_TRAILER)
            .sendChanged(changed(parts -> parts.set(4, new Part(CRC32 + ":AAAAAA==", "")))),
        "403 SignatureDoesNotMatch");
    assertRefused(
        upload(SIGNED_TRAILER)
            .sendChanged(
                changed(
                    parts ->
                        parts.set(
                            5, parts.get(5).with(withAnotherLastDigit(parts.get(5).line()))))),
        "403 SignatureDoesNotMatch");
    assertRefused(
        upload(SIGNED_TRAILER).sendChanged(changed(parts -> parts.remove(5))),
        "400 MalformedTrailerError");
    assertRefused(
        upload(SIGNED_TRAILER).sendChanged(changed(parts -> parts.remove(4))),
        "403 SignatureDoesNotMatch");
  }

  private static UnaryOperator<List<Part>> changed(Consumer<List<Part>> change) {
    return parts -> {
      List<Part> copy = new ArrayList<>(parts);
      change.accept(copy);
      return copy;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGNED_TRAILER, UNSIGNED_TRAILER})
  void refusesAChecksumOfOtherContent(String kind) {
    ChunkedUpload upload = ChunkedUpload.of(s3, kind, "abc").trailer(CRC32, "AAAAAA==");
    assertRefused(upload.send(), "400 BadDigest");
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGNED_TRAILER, UNSIGNED_TRAILER})
  void refusesAMalformedChecksum(String kind) {
    assertRefused(
        ChunkedUpload.of(s3, kind, "abc").trailer(CRC32, "AAAA").send(), "400 InvalidRequest");
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGNED_TRAILER, UNSIGNED_TRAILER})
  void refusesATrailerThatIsNotTheAnnouncedOne(String kind) {
    assertRefused(
        upload(kind).header("x-amz-trailer", "x-amz-checksum-sha256").send(),
        "400 MalformedTrailerError");
    assertRefused(upload(kind).without("x-amz-trailer").send(), "400 MalformedTrailerError");
    assertRefused(
        ChunkedUpload.of(s3, kind, "abc").header("x-amz-trailer", CRC32).send(),
        "400 MalformedTrailerError");
    assertRefused(upload(kind).trailerLine("x-amz-meta-a:b").send(), "400 MalformedTrailerError");
    assertRefused(
        upload(kind).trailerLine(CRC32 + ":" + CRC32_OF_ALL).send(), "400 MalformedTrailerError");
    assertRefused(upload(kind).trailerLine("no colon").send(), "400 MalformedTrailerError");
  }

  @Test
  void refusesATrailerOfAnotherHeader() {
    assertRefused(
        upload(UNSIGNED_TRAILER).header("x-amz-trailer", "x-amz-meta-a").send(),
        "400 InvalidRequest");
  }

  @Test
  void refusesATrailerThatTheKindDoesNotHave() {
    assertRefused(upload(SIGNED).trailer(CRC32, CRC32_OF_ALL).send(), "400 MalformedTrailerError");
  }

  @ParameterizedTest
  @CsvSource({"16384, 16385", "16386, 16385", "3, 8192"})
  void refusesAnotherLengthThanAnnounced(String announced, String provided) {
    Response response = upload(SIGNED).header("x-amz-decoded-content-length", announced).send();
    assertRefused(response, "400 IncompleteBody");
    assertThat(response.element("NumberBytesExpected")).isEqualTo(announced);
    assertThat(response.element("NumberBytesProvided")).isEqualTo(provided);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+3", "3.0", "abc", "9999999999999999999999"})
  void refusesAnUnreadableLength(String length) {
    assertRefused(
        upload(SIGNED).header("x-amz-decoded-content-length", length).send(),
        "411 MissingContentLength");
  }

  @Test
  void refusesALargerObjectThanFits() {
    assertRefused(
        upload(SIGNED).header("x-amz-decoded-content-length", "100001").send(),
        "400 EntityTooLarge");
  }

  @Test
  void refusesSmallChunksBeforeTheLast() {
    Response response = ChunkedUpload.of(s3, UNSIGNED_TRAILER, A, "b", "c").send();
    assertRefused(response, "400 InvalidChunkSizeError");
    assertThat(response.element("Chunk")).isEqualTo("3");
    assertThat(response.element("BadChunkSize")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "3\r\n",
        "3\r\nab",
        "3\r\nabc",
        "3\r\nabc\r\n",
        "3\r\nabc\r\n0",
        "3\r\nabc\r\n0\r\n",
        "3\r\nabc\r\n0\r\n\r\nmore",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\nabc\n0\n\n",
        "3\rabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        "10000000000000003\r\nabc\r\n0\r\n\r\n",
        "fffffffff\r\nabc\r\n0\r\n\r\n",
        "80000000\r\nabc\r\n0\r\n\r\n",
        "\u00b3\r\nabc\r\n0\r\n\r\n",
        "3;name=value\r\nabc\r\n0\r\n\r\n",
        "3;chunk-signature=\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
      })
  void refusesAMalformedBody(String body) {
    ChunkedUpload upload =
        ChunkedUpload.of(s3, UNSIGNED_TRAILER, "abc").header("x-amz-decoded-content-length", "3");
    assertRefused(upload.sendBody(body), "400 IncompleteBody");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "x", ";", "\r", "a:b\r\n"})
  void refusesAnEndlessLineQuickly(String filling) {
    String endless = filling.repeat(5_000_000 / filling.length());
    ChunkedUpload upload = ChunkedUpload.of(s3, UNSIGNED_TRAILER, "abc");
    Response response =
        assertTimeoutPreemptively(
            Duration.ofMinutes(1), () -> upload.sendBody("3\r\nabc\r\n0\r\n" + endless));
    assertThat(response.status()).isEqualTo(400);
    response = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> upload.sendBody(endless));
    assertThat(response.refusal()).isEqualTo("400 IncompleteBody");
  }

  @Test
  void refusesHeadersOfAChunkedBodyWithoutOne() {
    Response response =
        SignedRequest.ofObject(s3, "PUT", "key")
            .clock(TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z")))
            .header("x-amz-trailer", CRC32)
            .send();
    assertRefused(response, "501 NotImplemented");
    assertThat(response.element("Header")).isEqualTo("x-amz-trailer");
  }
}
