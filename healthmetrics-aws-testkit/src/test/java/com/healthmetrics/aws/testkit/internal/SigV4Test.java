package com.healthmetrics.aws.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Vectors that AWS publishes, recomputed. */
class SigV4Test {
  private static final String S3_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String SUITE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  /** S3 API Reference, "Authenticating Requests: Using Query Parameters". */
  @Test
  void recomputesTheQueryExampleOfTheS3Reference() {
    Query query =
        Query.parse(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
                + "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature=whatever");
    CredentialScope scope =
        CredentialScope.parse(query.first("X-Amz-Credential").orElseThrow()).orElseThrow();
    String canonical =
        SigV4.canonicalRequest(
            "GET",
            "/test.txt",
            query.canonicalWithout("X-Amz-Signature"),
            headers(Map.of("host", "examplebucket.s3.amazonaws.com")),
            "UNSIGNED-PAYLOAD");
    String stringToSign = SigV4.stringToSign("20130524T000000Z", scope, canonical);

    assertThat(stringToSign)
        .isEqualTo(
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04\
            """);
    assertThat(SigV4.signature(S3_SECRET, scope, stringToSign))
        .isEqualTo("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  /** S3 API Reference, "Signature Calculations for the Authorization Header: Single Chunk". */
  @Test
  void recomputesThePutExampleOfTheS3Reference() {
    CredentialScope scope =
        new CredentialScope("AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3");
    String payloadHash =
        SigV4.sha256Hex("Welcome to Amazon S3.".getBytes(StandardCharsets.US_ASCII));
    String canonical =
        SigV4.canonicalRequest(
            "PUT",
            Percent.encodePath(Percent.decode("/test%24file.text")),
            "",
            headers(
                Map.of(
                    "date", "Fri, 24 May 2013 00:00:00 GMT",
                    "host", "examplebucket.s3.amazonaws.com",
                    "x-amz-content-sha256", payloadHash,
                    "x-amz-date", "20130524T000000Z",
                    "x-amz-storage-class", "REDUCED_REDUNDANCY")),
            payloadHash);
    assertThat(
            SigV4.signature(
                S3_SECRET, scope, SigV4.stringToSign("20130524T000000Z", scope, canonical)))
        .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }

  /** S3 API Reference, "List Objects" in the same chapter: a query without a value is signed. */
  @Test
  void recomputesTheListExampleOfTheS3Reference() {
    CredentialScope scope =
        new CredentialScope("AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3");
    String empty = SigV4.sha256Hex(new byte[0]);
    String canonical =
        SigV4.canonicalRequest(
            "GET",
            "/",
            Query.parse("prefix=J&max-keys=2").canonicalWithout(""),
            headers(
                Map.of(
                    "host", "examplebucket.s3.amazonaws.com",
                    "x-amz-content-sha256", empty,
                    "x-amz-date", "20130524T000000Z")),
            empty);
    assertThat(
            SigV4.signature(
                S3_SECRET, scope, SigV4.stringToSign("20130524T000000Z", scope, canonical)))
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  /** SigV4 test suite, get-vanilla. */
  @Test
  void recomputesGetVanillaOfTheTestSuite() {
    assertThat(suiteSignature("", Map.of()))
        .isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  }

  /** SigV4 test suite, get-vanilla-query-order-key-case. */
  @Test
  void recomputesQueryOrderOfTheTestSuite() {
    assertThat(suiteSignature("Param2=value2&Param1=value1", Map.of()))
        .isEqualTo("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  }

  /** SigV4 test suite, get-header-value-trim. */
  @Test
  void recomputesHeaderTrimmingOfTheTestSuite() {
    assertThat(suiteSignature("", Map.of("my-header1", " value1", "my-header2", " \"a   b   c\"")))
        .isEqualTo("acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  }

  @Test
  void comparesWholeSignatures() {
    assertThat(SigV4.same("abc", "abc")).isTrue();
    assertThat(SigV4.same("abc", "abd")).isFalse();
    assertThat(SigV4.same("abc", "ab")).isFalse();
  }

  @Test
  void readsTimestampsStrictly() {
    assertThat(SigV4.parseTimestamp("20130524T000000Z")).isPresent();
    assertThat(SigV4.parseTimestamp("20130230T000000Z")).isEmpty();
    assertThat(SigV4.parseTimestamp("2013-05-24T00:00:00Z")).isEmpty();
    assertThat(SigV4.parseTimestamp("20130524T000000")).isEmpty();
  }

  private static String suiteSignature(String query, Map<String, String> more) {
    CredentialScope scope = new CredentialScope("AKIDEXAMPLE", "20150830", "us-east-1", "service");
    SortedMap<String, String> headers = headers(more);
    headers.put("host", "example.amazonaws.com");
    headers.put("x-amz-date", "20150830T123600Z");
    String canonical =
        SigV4.canonicalRequest(
            "GET",
            "/",
            Query.parse(query).canonicalWithout(""),
            headers,
            SigV4.sha256Hex(new byte[0]));
    return SigV4.signature(
        SUITE_SECRET, scope, SigV4.stringToSign("20150830T123600Z", scope, canonical));
  }

  private static SortedMap<String, String> headers(Map<String, String> headers) {
    return new TreeMap<>(headers);
  }
}
