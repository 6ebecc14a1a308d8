package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyObjectTest {
  private static final String SOURCE = "x-amz-copy-source";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));

  @AutoClose private final LocalS3 s3 = LocalS3.builder().clock(clock).versioning().start();

  @BeforeEach
  void upload() {
    Response stored =
        SignedRequest.presignedPut(s3, "a b+c")
            .clock(clock)
            .header("content-type", "text/plain")
            .header("x-amz-meta-owner", "7")
            .header("x-amz-checksum-crc32", "iEhj0g==")
            .header("x-amz-storage-class", "STANDARD_IA")
            .send("123");
    assertThat(stored.status()).as(stored.body()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(1));
  }

  private SignedRequest copy(String key) {
    return SignedRequest.ofObject(s3, "PUT", key)
        .clock(clock)
        .header(SOURCE, "/" + s3.bucket() + "/a%20b%2Bc");
  }

  private String eTag() {
    return s3.find("a b+c").orElseThrow().eTag();
  }

  @Test
  void copiesContentAndDescription() {
    Response response = copy("copy").send();

    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.element("ETag").replace("&quot;", "\"")).isEqualTo(eTag());
    assertThat(response.element("LastModified")).isEqualTo("2026-11-23T12:01:00Z");
    assertThat(response.element("ChecksumCRC32")).isEqualTo("iEhj0g==");
    assertThat(response.header("x-amz-copy-source-version-id"))
        .isEqualTo(s3.find("a b+c").orElseThrow().versionId());
    StoredObject copy = s3.find("copy").orElseThrow();
    assertThat(copy.bytes()).asString().isEqualTo("123");
    assertThat(copy.contentType()).isEqualTo("text/plain");
    assertThat(copy.metadata()).containsExactly(Map.entry("owner", "7"));
    assertThat(copy.lastModified()).isEqualTo(clock.instant());
    // Unlike the rest of the description, the class is not copied.
    assertThat(copy.headers().storageClass()).isEqualTo("STANDARD");
  }

  @Test
  void replacesTheDescription() {
    copy("copy")
        .header("x-amz-metadata-directive", "REPLACE")
        .header("content-type", "image/png")
        .header("x-amz-checksum-algorithm", "SHA1")
        .send();
    StoredObject copy = s3.find("copy").orElseThrow();
    assertThat(copy.contentType()).isEqualTo("image/png");
    assertThat(copy.metadata()).isEmpty();
    assertThat(copy.headers().checksums())
        .containsExactly(Map.entry("x-amz-checksum-sha1", "QL0AFWMIX8NRZTKeof9cXsvbvu8="));
  }

  @Test
  void copiesAFormerVersion() {
    String former = s3.find("a b+c").orElseThrow().versionId().orElseThrow();
    s3.put("a b+c", "text/plain", "new".getBytes(StandardCharsets.US_ASCII));
    String source = s3.bucket() + "/a%20b%2Bc?versionId=" + former;
    assertThat(copy("a b+c").header(SOURCE, source).send().status()).isEqualTo(200);
    assertThat(s3.find("a b+c").orElseThrow().bytes()).asString().isEqualTo("123");
  }

  @Test
  void copiesAnObjectToItselfOnlyToChangeIt() {
    assertThat(copy("a b+c").send().refusal()).isEqualTo("400 InvalidRequest");
    assertThat(copy("a b+c").header("x-amz-metadata-directive", "REPLACE").send().status())
        .isEqualTo(200);
    assertThat(copy("a b+c").header("x-amz-storage-class", "GLACIER_IR").send().status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-copy-source-if-match, \"x\", If-Match",
    "x-amz-copy-source-if-none-match, ETAG, If-None-Match",
    "x-amz-copy-source-if-none-match, *, If-None-Match",
    "x-amz-copy-source-if-unmodified-since, 'Mon, 23 Nov 2026 11:59:59 GMT', If-Unmodified-Since",
    "x-amz-copy-source-if-modified-since, 'Mon, 23 Nov 2026 12:00:00 GMT', If-Modified-Since"
  })
  void refusesASourceThatFailsACondition(String header, String value, String condition) {
    Response response = copy("copy").header(header, value.replace("ETAG", eTag())).send();
    assertThat(response.refusal()).isEqualTo("412 PreconditionFailed");
    assertThat(response.element("Condition")).isEqualTo("x-amz-copy-source-" + condition);
    assertThat(s3.find("copy")).isEmpty();
  }

  @Test
  void copiesUnderConditionsThatHold() {
    Response response =
        copy("copy")
            .header("x-amz-copy-source-if-match", eTag().replace("\"", ""))
            .header("x-amz-copy-source-if-none-match", "\"x\"")
            // Decided by the two above; a date in the future is ignored.
            .header("x-amz-copy-source-if-unmodified-since", "Mon, 23 Nov 2026 11:00:00 GMT")
            .header("x-amz-copy-source-if-modified-since", "Mon, 23 Nov 2026 13:00:00 GMT")
            .send();
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(
            copy("copy")
                .header("x-amz-copy-source-if-modified-since", "Mon, 23 Nov 2026 13:00:00 GMT")
                .send()
                .status())
        .isEqualTo(200);
  }

  @Test
  void createsTheTargetOnce() {
    SignedRequest create = copy("copy").header("if-none-match", "*");
    assertThat(create.send().status()).isEqualTo(200);
    assertThat(create.send().refusal()).isEqualTo("412 PreconditionFailed");
    SignedRequest.ofObject(s3, "DELETE", "copy").clock(clock).send();
    assertThat(create.send().status()).isEqualTo(200);
  }

  @Test
  void letsExactlyOneOfManyConcurrentCopiesSucceed() {
    List<Integer> statuses =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> copy("copy").header("if-none-match", "*").send().status())
            .toList();
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
  }

  @Test
  void replacesTheTargetThatTheClientKnows() {
    assertThat(copy("copy").header("if-match", eTag()).send().refusal()).isEqualTo("404 NoSuchKey");
    s3.put("copy", "text/plain", new byte[1]);
    assertThat(copy("copy").header("if-match", eTag()).send().refusal())
        .isEqualTo("412 PreconditionFailed");
    String known = s3.find("copy").orElseThrow().eTag();
    assertThat(copy("copy").header("if-match", known).send().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"if-none-match, \"x\"", "if-match, *"})
  void refusesConditionsThatS3DoesNotImplement(String name, String value) {
    assertThat(copy("copy").header(name, value).send().refusal()).isEqualTo("501 NotImplemented");
  }

  @ParameterizedTest
  @CsvSource({
    "/BUCKET/missing, 404 NoSuchKey",
    "/others/a, 404 NoSuchBucket",
    "a, 400 InvalidArgument",
    "/BUCKET, 400 InvalidArgument",
    "/BUCKET/, 400 InvalidArgument",
    "/BUCKET/%zz, 400 InvalidArgument",
    "/BUCKET/a?versionId=, 400 InvalidArgument",
    "/BUCKET/a?versionId=x, 400 InvalidArgument",
    "/BUCKET/a?versionId=00000000000000000000000000000000, 404 NoSuchVersion"
  })
  void refusesASourceThatIsNotThere(String source, String refusal) {
    Response response = copy("copy").header(SOURCE, source.replace("BUCKET", s3.bucket())).send();
    assertThat(response.refusal()).as(response.body()).isEqualTo(refusal);
    assertThat(s3.find("copy")).isEmpty();
  }

  @Test
  void refusesADeleteMarkerAsASource() {
    String marker =
        SignedRequest.ofObject(s3, "DELETE", "a b+c")
            .clock(clock)
            .send()
            .header("x-amz-version-id")
            .orElseThrow();
    String source = s3.bucket() + "/a%20b%2Bc?versionId=" + marker;
    assertThat(copy("copy").header(SOURCE, source).send().refusal())
        .isEqualTo("400 InvalidRequest");
    assertThat(copy("copy").send().refusal()).isEqualTo("404 NoSuchKey");
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-metadata-directive, MOVE, 400 InvalidArgument",
    "x-amz-checksum-algorithm, XXHASH64, 400 InvalidRequest",
    "x-amz-tagging-directive, REPLACE, 501 NotImplemented",
    "x-amz-source-expected-bucket-owner, 123456789012, 501 NotImplemented"
  })
  void refusesWhatItDoesNotUnderstand(String name, String value, String refusal) {
    assertThat(copy("copy").header(name, value).send().refusal()).isEqualTo(refusal);
  }

  /** The source and its conditions decide what is copied: none may be added to a signature. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-copy-source",
        "x-amz-copy-source-if-match",
        "x-amz-metadata-directive",
        "x-amz-storage-class"
      })
  void refusesAHeaderThatWasAddedAfterSigning(String name) {
    for (Response response :
        List.of(
            SignedRequest.ofObject(s3, "PUT", "copy")
                .clock(clock)
                .sendWith(name, "/" + s3.bucket() + "/a%20b%2Bc", ""),
            SignedRequest.presignedPut(s3, "copy")
                .clock(clock)
                .sendWith(name, "/" + s3.bucket() + "/a%20b%2Bc", ""))) {
      assertThat(response.refusal()).isEqualTo("403 AccessDenied");
      assertThat(response.element("HeadersNotSigned")).isEqualTo(name);
    }
    assertThat(s3.find("copy")).isEmpty();
  }

  @Test
  void refusesAnotherSourceThanSigned() {
    s3.put("secret", "text/plain", new byte[1]);
    assertThat(
            copy("copy")
                .sendChanged(
                    headers -> {
                      headers.keySet().removeIf(SOURCE::equalsIgnoreCase);
                      headers.put(SOURCE, "/" + s3.bucket() + "/secret");
                      return headers;
                    },
                    "")
                .refusal())
        .isEqualTo("403 SignatureDoesNotMatch");
    assertThat(
            copy("copy")
                .sendChanged(
                    headers -> {
                      headers.keySet().removeIf(SOURCE::equalsIgnoreCase);
                      return headers;
                    },
                    "")
                .refusal())
        .isEqualTo("403 SignatureDoesNotMatch");
    assertThat(s3.find("copy")).isEmpty();
  }
}
