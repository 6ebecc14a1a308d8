package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.DoctorEnvironment.bucket;
import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What the doctor finds about the bucket. */
class StorageChecksTest {
  private static Http.Response response(int status, String code, String message) {
    String body = "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message);
    return new Http.Response(
        status,
        HttpHeaders.of(Map.of("x-amz-request-id", List.of("AB12")), (name, value) -> true),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void provesABucketThatIsAllRightAndLeavesNothingInIt() {
    try (DoctorEnvironment environment = DoctorEnvironment.of(bucket().versioning())) {
      Report report = environment.report();

      assertThat(report.findings())
          .filteredOn(
              finding ->
                  finding.check().startsWith("storage.")
                      && !finding.check().equals("storage.plain-http"))
          .hasSize(11)
          .allSatisfy(finding -> assertPassed(finding, ""));
      assertThat(environment.s3().versionCount()).isZero();
    }
  }

  @Test
  void findsThatPagesMayNotUpload() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().with("APP_URL", "https://other.example.com")) {
      assertFailed(
          environment.finding("storage.cors"),
          "do not let pages of https://other.example.com upload",
          "upload_origins");
    }
  }

  @ParameterizedTest
  @CsvSource({"storage.put", "storage.post"})
  void findsThatTheKeyIsWrong(String check) {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment.credentials(
          StaticCredentialsProvider.create(
              AwsBasicCredentials.create(environment.s3().accessKeyId(), "wrong")));

      Finding finding = environment.finding(check);

      assertFailed(finding, "403 SignatureDoesNotMatch, request id", "Replace the credentials.");
      assertNotChecked(environment.finding("storage.tampered-url"), "see storage.put");
    }
  }

  @ParameterizedTest
  @CsvSource({"storage.put, PUT", "storage.post, POST"})
  void doesNotCallAMissingPermissionAFailure(String check, String method) {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment
          .s3()
          .failNext(S3Fault.refused(403, "AccessDenied", "Access Denied").onlyFor(method));

      assertNotChecked(environment.finding(check), "lack s3:PutObject");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken, Replace the credentials.",
    "404, NoSuchBucket, Correct S3_BUCKET_NAME.",
    "301, PermanentRedirect, Correct AWS_REGION",
    "400, SomethingNew, See the code"
  })
  void saysWhatToDoWhereS3AcceptsNoPicture(int status, String code, String advice) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(
                http ->
                    request ->
                        request.method().equals("PUT")
                            ? response(status, code, "A message.")
                            : http.send(request))) {
      assertFailed(environment.finding("storage.put"), status + " " + code, advice);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-3_600, 3_600})
  void findsThatTheClockIsWrong(int seconds) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .clock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)))) {
      assertFailed(
          environment.finding("clock"),
          seconds < 0 ? "s behind S3's" : "s ahead of S3's",
          "Synchronize it");
      assertFailed(environment.finding("storage.put"), "403 AccessDenied", "see clock");
    }
  }

  @Test
  void findsThatUploadsMayBeWrittenWherePicturesAreServedAndRemovesWhatWasWritten() {
    LocalS3.Builder open =
        LocalS3.builder()
            .allowedOrigin(DoctorEnvironment.APP)
            .versioning()
            .denySignaturesOlderThan(Duration.ofSeconds(900));
    try (DoctorEnvironment environment = DoctorEnvironment.of(open)) {
      assertFailed(
          environment.finding("storage.outside-pending"),
          "S3 accepted a presigned upload to a key from which pictures are served",
          "DenyPresignedWritesUnlessPending");
      assertThat(environment.s3().versionCount()).isZero();
    }
  }

  @Test
  void doesNotTakeAMissingPermissionForTheProtectionOfFinalKeys() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment.http(
          http ->
              request ->
                  request.method().equals("POST")
                          && DoctorEnvironment.isFor(request.uri(), environment.s3().endpoint())
                      ? response(403, "AccessDenied", "Access Denied")
                      : http.send(request));

      assertNotChecked(environment.finding("storage.outside-pending"), "see storage.publish");
    }
  }

  @Test
  void findsThatOldSignaturesAreAcceptedAndRemovesWhatWasWritten() {
    LocalS3.Builder open =
        LocalS3.builder()
            .allowedOrigin(DoctorEnvironment.APP)
            .denyPresignedUploadsOutside("pending/");
    try (DoctorEnvironment environment = DoctorEnvironment.of(open)) {
      assertFailed(
          environment.finding("storage.old-signature"),
          "S3 accepted a URL that is older than S3_MAX_PRESIGN_SECONDS",
          "DenyOldSignatures");
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void doesNotTakeExpiryForTheAgeLimit() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(
                http ->
                    request ->
                        request.uri().toString().contains("X-Amz-Expires=1500")
                            ? response(403, "AccessDenied", "Request has expired")
                            : http.send(request))) {
      assertNotChecked(
          environment.finding("storage.old-signature"), "for another reason (403 AccessDenied");
    }
  }

  @Test
  void doesNotTakeTheAgeLimitForExpiry() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(
                http ->
                    request ->
                        request.uri().toString().contains("X-Amz-Expires=1&")
                            ? response(403, "AccessDenied", "... with an explicit deny ...")
                            : http.send(request))) {
      assertNotChecked(environment.finding("storage.expired-url"), "which proves nothing");
    }
  }

  @Test
  void checksNoAgeLimitThatItDoesNotKnow() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().without("S3_MAX_PRESIGN_SECONDS")) {
      assertNotChecked(
          environment.finding("storage.old-signature"), "S3_MAX_PRESIGN_SECONDS is not set");
      environment.with("S3_MAX_PRESIGN_SECONDS", "604800");
      assertNotChecked(environment.finding("storage.old-signature"), "that of S3 itself");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage.tampered-url",
        "storage.expired-url",
        "storage.old-signature",
        "storage.outside-pending",
        "storage.wrong-type",
        "storage.wrong-size"
      })
  void findsAStoreThatAcceptsEverything(String check) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(
                http ->
                    request -> {
                      Http.Response real = http.send(request);
                      return real.status() >= 400 ? response(200, "", "") : real;
                    })) {
      Finding finding = environment.finding(check);

      assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.FAILED);
      assertThat(finding.details()).startsWith("S3 accepted");
      assertThat(finding.advice()).isNotEmpty();
    }
  }

  @Test
  void doesNotTakeAProxysPageForAResponseOfS3() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment
          .s3()
          .failNext(S3Fault.proxyPage(200, "<html>Sign in to the network</html>").onlyFor("PUT"));

      assertNotChecked(
          environment.finding("storage.put"), "A server that is not S3 responded with 200");
    }
  }

  @Test
  void doesNotCallAnErrorOfS3AFailure() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment.s3().failNext(S3Fault.slowDown().onlyFor("PUT"));

      assertNotChecked(environment.finding("storage.put"), "503 SlowDown");
    }
  }

  @Test
  void doesNotCallABrokenConnectionAFailureAndRemovesWhatWasWritten() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      environment.s3().failNext(S3Fault.acceptThenReset().onlyFor("PUT"));

      assertNotChecked(environment.finding("storage.put"), "broke the connection");
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void asksAHostThatHangsOnlyOnce() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(http -> new JdkHttp(Duration.ofSeconds(1), Duration.ofMinutes(5)))) {
      environment.s3().failNext(S3Fault.acceptThenHang().onlyFor("PUT"));

      Report report = environment.report();

      assertThat(report.findings())
          .filteredOn(finding -> finding.check().matches("storage\\.(put|post)"))
          .hasSize(2)
          .allSatisfy(finding -> assertNotChecked(finding, "did not respond within"));
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void asksNobodyOnceTheTimeIsUsedUp() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .http(http -> new JdkHttp(Duration.ofSeconds(20), Duration.ZERO))) {
      assertNotChecked(environment.finding("storage.put"), "took all the time");
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void endsThoughNothingIsThere() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")) {
      assertNotChecked(environment.finding("storage.put"), "http://127.0.0.1:1 cannot be reached");
      assertNotChecked(environment.finding("storage.delete"), "stay");
    }
  }

  @Test
  void namesWhatStaysWhereVersionsMayNotBeErased() {
    try (DoctorEnvironment environment = DoctorEnvironment.of(bucket().withoutListPermission())) {
      assertPassed(environment.finding("storage.delete"), "until the lifecycle rule");
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void namesTheOwnerWhoseObjectsMayNotBeDeleted() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.of(bucket().withoutListPermission().denyDelete(key -> true))) {
      assertThat(environment.finding("storage.delete"))
          .satisfies(finding -> assertNotChecked(finding, "The credentials lack s3:DeleteObject."))
          .extracting(Finding::details)
          .asString()
          .containsPattern("of the owner doctor-[0-9a-f]{16} stay")
          .doesNotContain("avatars/");
    }
  }

  /** A server that speaks TLS is not needed to see which URL is asked. */
  @Test
  void asksOverPlainHttp() throws NotCheckedException {
    URI[] asked = new URI[1];
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .without("AWS_ENDPOINT_URL_S3")
            .http(
                http ->
                    request -> {
                      if (request.uri().getScheme().equals("http")) {
                        asked[0] = request.uri();
                        return response(403, "AccessDenied", "... with an explicit deny ...");
                      }
                      return response(200, "", "");
                    })) {
      assertPassed(environment.storageFinding("storage.plain-http"), "S3 refuses plain HTTP.");
      assertThat(asked[0].getScheme()).isEqualTo("http");
      assertThat(asked[0].getHost())
          .startsWith(environment.s3().bucket() + ".s3.")
          .endsWith(".amazonaws.com");
    }
  }
}
