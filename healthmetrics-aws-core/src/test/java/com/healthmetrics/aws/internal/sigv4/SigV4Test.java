package com.healthmetrics.aws.internal.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The examples that AWS publishes, with the keys and signatures printed there. */
class SigV4Test {
  private static final SigningCredentials EXAMPLE =
      new SigningCredentials(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);
  private final SigV4 s3InVirginia = new SigV4("us-east-1", "s3");

  /** Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters". */
  @Test
  void signsThePublishedQueryExample() {
    Instant at = Instant.parse("2013-05-24T00:00:00Z");
    String canonicalRequest =
        """
        GET
        /test.txt
        X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host
        host:examplebucket.s3.amazonaws.com

        host
        UNSIGNED-PAYLOAD""";

    DatedSigner signer = s3InVirginia.at(at, EXAMPLE);

    assertThat(signer.signCanonicalRequest(new SigningBuffer().add(canonicalRequest)))
        .isEqualTo("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    assertThat(signer.credential())
        .isEqualTo("AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request");
  }

  /** Amazon S3 API Reference, "Example: Browser-Based Upload using HTTP POST". */
  @Test
  void signsThePublishedPostPolicy() {
    String policy =
        String.join(
            "\r\n",
            "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",",
            "  \"conditions\": [",
            "    {\"bucket\": \"sigv4examplebucket\"},",
            "    [\"starts-with\", \"$key\", \"user/user1/\"],",
            "    {\"acl\": \"public-read\"},",
            "    {\"success_action_redirect\":"
                + " \"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},",
            "    [\"starts-with\", \"$Content-Type\", \"image/\"],",
            "    {\"x-amz-meta-uuid\": \"14365123651274\"},",
            "    {\"x-amz-server-side-encryption\": \"AES256\"},",
            "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],",
            "",
            "    {\"x-amz-credential\":"
                + " \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},",
            "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},",
            "    {\"x-amz-date\": \"20151229T000000Z\" }",
            "  ]",
            "}");
    String base64 = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.US_ASCII));

    assertThat(
            s3InVirginia
                .at(Instant.parse("2015-12-29T00:00:00Z"), EXAMPLE)
                .signPolicy(new SigningBuffer().add(base64)))
        .isEqualTo("8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
  }

  @Test
  void writesTheTimeOfDayInUtcWithoutFractions() {
    assertThat(s3InVirginia.at(Instant.parse("2024-02-29T23:05:09.987Z"), EXAMPLE).timestamp())
        .isEqualTo("20240229T230509Z");
  }

  @Test
  void neverPrintsCredentials() {
    SigningCredentials credentials = new SigningCredentials("the-id", "the-secret", "the-token");

    assertThat(credentials.toString())
        .contains("hidden")
        .doesNotContain("the-id", "the-secret", "the-token");
    assertThat(credentials.accessKeyId()).isEqualTo("the-id");
    assertThat(credentials.sessionToken()).isEqualTo("the-token");
    DatedSigner signer = s3InVirginia.at(Instant.EPOCH, credentials);
    assertThat(signer).hasToString("DatedSigner[hidden]");
    assertThat(signer.key()).hasToString("SigningKey[hidden]");
  }
}
