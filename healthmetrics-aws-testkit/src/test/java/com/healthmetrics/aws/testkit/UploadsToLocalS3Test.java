package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * What the library signs is what a strict S3 takes, and nothing else: the signer and the server
 * share no code.
 */
class UploadsToLocalS3Test {
  private static final byte[] PICTURE = {1, 2, 3, 4, 5};
  private static final UploadPolicy SMALL =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG, ImageType.JPEG)
          .maxBytes(10)
          .lifetime(Duration.ofMinutes(5))
          .cacheControl("private, max-age=60")
          .build();
  private static final UploadRequest REQUEST =
      UploadRequest.of("user-42", "image/png", PICTURE.length);

  private enum Method {
    PUT,
    POST;

    PresignedUpload presign(UploadUrlSigner signer, UploadRequest request) {
      return this == PUT ? signer.presignPut(SMALL, request) : signer.presignPost(SMALL, request);
    }
  }

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 = LocalS3.builder().region("eu-central-1").clock(clock).start();
  private final Browser browser = new Browser();

  @AfterEach
  void stop() {
    s3.close();
  }

  private UploadUrlSigner signer(LocalS3 s3, AwsCredentialsProvider credentials, Clock clock) {
    return S3UploadUrlSigner.builder()
        .bucket(s3.bucket())
        .region(Region.of(s3.region()))
        .endpoint(s3.endpoint())
        .credentials(credentials)
        .clock(clock)
        .build();
  }

  private UploadUrlSigner signer() {
    return signer(s3, s3.credentials(), clock);
  }

  @ParameterizedTest
  @EnumSource
  void storesWhatWasSigned(Method method) {
    PresignedUpload upload = method.presign(signer(), REQUEST.withFileName("Übung +1 😀.png"));

    HttpResponse<String> answer = browser.send(upload, PICTURE);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(method == Method.PUT ? 200 : 204);
    StoredObject stored = s3.find(upload.key().value()).orElseThrow();
    assertThat(stored.bytes()).isEqualTo(PICTURE);
    assertThat(stored.contentType()).isEqualTo("image/png");
    assertThat(stored.cacheControl()).contains("private, max-age=60");
    String fileName = stored.metadata().get("filename");
    assertThat(URLDecoder.decode(fileName, StandardCharsets.UTF_8)).isEqualTo("Übung +1 😀.png");
  }

  @ParameterizedTest
  @EnumSource
  void acceptsTemporaryCredentials(Method method) {
    try (LocalS3 s3 = LocalS3.builder().sessionToken("token/with+signs==").clock(clock).start()) {
      PresignedUpload upload = method.presign(signer(s3, s3.credentials(), clock), REQUEST);
      assertThat(browser.send(upload, PICTURE).statusCode()).isBetween(200, 204);
    }
  }

  @Test
  void refusesABodyThatIsNotOfTheSignedLength() {
    PresignedUpload upload = signer().presignPut(SMALL, REQUEST);
    refused(browser.send(upload, new byte[PICTURE.length + 1]), 403, "SignatureDoesNotMatch");
    refused(browser.send(upload, new byte[PICTURE.length - 1]), 403, "SignatureDoesNotMatch");
  }

  @Test
  void keepsAPostBetweenOneByteAndThePolicysMaximum() {
    PresignedUpload upload = signer().presignPost(SMALL, REQUEST);
    refused(browser.send(upload, new byte[11]), 400, "EntityTooLarge");
    refused(browser.send(upload, new byte[0]), 400, "EntityTooSmall");
    assertThat(browser.send(upload, new byte[10]).statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnotherContentType(Method method) {
    PresignedUpload upload = method.presign(signer(), REQUEST);
    String code = method == Method.PUT ? "SignatureDoesNotMatch" : "AccessDenied";
    refused(browser.send(upload, PICTURE, replacing("content-type", "text/html")), 403, code);
    refused(browser.send(upload, PICTURE, without("content-type")), 403, code);
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnythingThatWasNotSigned(Method method) {
    PresignedUpload upload = method.presign(signer(), REQUEST);
    refused(browser.send(upload, PICTURE, replacing("x-amz-meta-more", "1")), 403, "AccessDenied");
  }

  @ParameterizedTest
  @EnumSource
  void takesOnlyTheBytesWhoseChecksumWasSigned(Method method) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PICTURE);
    UploadRequest request = REQUEST.withSha256(Base64.getEncoder().encodeToString(digest));
    PresignedUpload upload = method.presign(signer(), request);
    refused(browser.send(upload, new byte[PICTURE.length]), 400, "BadDigest");
    assertThat(browser.send(upload, PICTURE).statusCode()).isBetween(200, 204);
  }

  @ParameterizedTest
  @EnumSource
  void keepsMetadata(Method method) {
    PresignedUpload upload =
        method.presign(signer(), REQUEST.withMetadata("taken-on", "2026-03-01 10:15"));
    browser.send(upload, PICTURE);
    assertThat(s3.find(upload.key().value()).orElseThrow().metadata())
        .containsEntry("taken-on", "2026-03-01 10:15");
  }

  @Test
  void refusesAPutWithoutItsOverwriteProtection() {
    PresignedUpload upload = signer().presignPut(SMALL, REQUEST);
    refused(browser.send(upload, PICTURE, without("if-none-match")), 403, "SignatureDoesNotMatch");
  }

  @Test
  void refusesAFormForAnotherKey() {
    PresignedUpload upload = signer().presignPost(SMALL, REQUEST);
    refused(
        browser.send(upload, PICTURE, replacing("key", "pictures/user-1/x.png")),
        403,
        "AccessDenied");
  }

  @Test
  void neverOverwritesWithAPut() {
    PresignedUpload upload = signer().presignPut(SMALL, REQUEST);
    browser.send(upload, PICTURE);
    refused(browser.send(upload, new byte[PICTURE.length]), 412, "PreconditionFailed");
    assertThat(s3.find(upload.key().value()).orElseThrow().bytes()).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @EnumSource
  void refusesFromTheInstantTheResultNames(Method method) {
    PresignedUpload upload = method.presign(signer(), REQUEST);
    clock.advance(Duration.between(clock.instant(), upload.expiresAt()).minusMillis(1));
    assertThat(browser.send(upload, PICTURE).statusCode()).isBetween(200, 204);

    PresignedUpload late = method.presign(signer(), REQUEST);
    clock.advance(Duration.between(clock.instant(), late.expiresAt()));
    refused(browser.send(late, PICTURE), 403, "AccessDenied");
  }

  @ParameterizedTest
  @EnumSource
  void refusesUnknownCredentials(Method method) {
    UploadUrlSigner stranger =
        signer(
            s3,
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDSTRANGER", "secret")),
            clock);
    refused(browser.send(method.presign(stranger, REQUEST), PICTURE), 403, "InvalidAccessKeyId");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAWrongSecret(Method method) {
    UploadUrlSigner impostor =
        signer(
            s3,
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(s3.accessKeyId(), "another secret")),
            clock);
    refused(browser.send(method.presign(impostor, REQUEST), PICTURE), 403, "SignatureDoesNotMatch");
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("<Code>" + code + "</Code>").contains("<Reason>");
  }

  /** Header names are lower case, form fields are not; a user finds either. */
  private static UnaryOperator<Map<String, String>> replacing(String name, String value) {
    return sent -> {
      String known = sent.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
      sent.put(known, value);
      return sent;
    };
  }

  private static UnaryOperator<Map<String, String>> without(String name) {
    return sent -> {
      assertThat(sent.keySet().removeIf(name::equalsIgnoreCase)).isTrue();
      return sent;
    };
  }
}
