package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket policy that lets presigned uploads write below one prefix only. */
class PresignedUploadPolicyTest {
  private static final String FINAL = "avatars/7/a.png";
  private static final String PENDING = "pending/avatars/7/a.png";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));

  @AutoClose
  private final LocalS3 s3 =
      LocalS3.builder()
          .bucket("pictures")
          .clock(clock)
          .denyPresignedUploadsOutside("pending/")
          .start();

  private SignedRequest presignedPut(String key) {
    return SignedRequest.presignedPut(s3, key).clock(clock);
  }

  private void assertDenied(Response response) {
    assertThat(response.refusal()).as(response.body()).isEqualTo("403 AccessDenied");
    assertThat(response.message())
        .contains("s3:PutObject", "explicit deny in a resource-based policy");
    assertThat(response.element("Reason")).contains("denyPresignedUploadsOutside", "pending/");
  }

  @Test
  void acceptsPresignedUploadsBelowThePrefix() {
    assertThat(presignedPut(PENDING).send("x").status()).isEqualTo(200);
    assertThat(SignedForm.to(s3).signedField("key", PENDING + "2").send("x").status())
        .isEqualTo(204);

    assertThat(s3.keys()).containsExactly(PENDING, PENDING + "2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FINAL,
        "pending",
        "Pending/a",
        "PENDING/a",
        "/pending/a",
        "./pending/a",
        "pendings/a",
        "avatars/pending/a",
        "%70ending/a",
        "pending%2Fa"
      })
  void deniesPresignedUploadsOutsideThePrefix(String key) {
    assertDenied(presignedPut(key).send("x"));
    assertDenied(SignedForm.to(s3).signedField("key", key).send("x"));

    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void deniesAFormThatGetsItsKeyFromTheFileName() {
    SignedForm form =
        SignedForm.to(s3)
            .field("key", "${filename}/a.png")
            .condition("[\"starts-with\",\"$key\",\"\"]");

    assertDenied(form.fileName("avatars").send("x"));
    assertThat(form.fileName("pending").send("x").status()).isEqualTo(204);
  }

  @Test
  void deniesAPresignedCopy() {
    s3.put(PENDING, "text/html", new byte[1]);

    assertDenied(presignedPut(FINAL).header("x-amz-copy-source", "/pictures/" + PENDING).send(""));
    assertThat(s3.keys()).containsExactly(PENDING);
  }

  @Test
  void statesInTheMessageWhatIsDeniedAndWhy() {
    assertThat(presignedPut(FINAL).send("x").element("Message"))
        .isEqualTo(
            "User: arn:aws:iam::123456789012:user/LocalS3 is not authorized to perform:"
                + " s3:PutObject on resource: &quot;arn:aws:s3:::pictures/avatars/7/a.png&quot; with"
                + " an explicit deny in a resource-based policy (LocalS3: This LocalS3 was built"
                + " with denyPresignedUploadsOutside(&quot;pending/&quot;), as the bucket of the"
                + " Terraform module: presign a key below it, or sign the request in its header.)");
  }

  @Test
  void leavesRequestsAloneThatAreSignedInTheirHeader() {
    assertThat(SignedRequest.ofObject(s3, "PUT", FINAL).clock(clock).body("x").send().status())
        .isEqualTo(200);
    assertThat(
            SignedRequest.ofObject(s3, "PUT", "avatars/7/b.png")
                .clock(clock)
                .header("x-amz-copy-source", "/pictures/" + FINAL)
                .send()
                .status())
        .isEqualTo(200);
  }

  @Test
  void leavesPresignedReadsAndDeletionsAlone() {
    s3.put(FINAL, "image/png", "12345".getBytes(StandardCharsets.US_ASCII));

    assertThat(SignedRequest.presignedGet(s3, FINAL).clock(clock).send().body()).isEqualTo("12345");
    assertThat(SignedRequest.presigned(s3, "DELETE", FINAL).clock(clock).send().status())
        .isEqualTo(204);
  }

  @Test
  void authenticatesBeforeItDenies() {
    SignedRequest tampered = presignedPut(FINAL).credentials(s3.accessKeyId(), "wrong");
    assertThat(tampered.send("x").refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(SignedForm.to(s3).signedField("key", FINAL).secret("wrong").send("x").refusal())
        .isEqualTo("403 SignatureDoesNotMatch");

    SignedRequest expired = presignedPut(FINAL).lifetime(Duration.ofSeconds(1));
    expired.clock(TestClock.startingAt(clock.instant().minusSeconds(60)));
    assertThat(expired.send("x").message()).isEqualTo("Request has expired");
  }

  @Test
  void deniesBeforeItChecksConditionsAndTheBody() {
    s3.put(FINAL, "image/png", new byte[1]);

    assertDenied(presignedPut(FINAL).header("if-none-match", "*").send("x"));
    assertDenied(presignedPut(FINAL).header("content-md5", "ICy5YqxZB1uWSwcVLSNLcA==").send("x"));
    assertDenied(
        SignedForm.to(s3)
            .signedField("key", FINAL)
            .signedField("x-amz-checksum-crc32", "iEhj0g==")
            .send("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pending", "/pending/", "/"})
  void refusesAPrefixThatIsNone(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalS3.builder().denyPresignedUploadsOutside(prefix))
        .withMessageContaining("like pending/");
    assertThatNullPointerException()
        .isThrownBy(() -> LocalS3.builder().denyPresignedUploadsOutside(null));
  }
}
