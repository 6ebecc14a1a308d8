package com.healthmetrics.aws.testkit.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What the library relies on in S3 and no documentation states; see {@code docs/not-verified.md}.
 */
@OnAws
class AwsS3FactsTest {
  private static final byte[] PICTURE = "bytes".getBytes(StandardCharsets.UTF_8);
  private static final int WRITERS = 10;

  private final String prefix = AwsAccount.newPrefix();
  private final Bucket bucket = AwsAccount.rawBucket();
  private final Browser browser = new Browser();
  private final UploadPolicy policy =
      UploadPolicy.builder()
          .keyPrefix(prefix)
          .types(ImageType.PNG)
          .maxBytes(10)
          .lifetime(Duration.ofMinutes(5))
          .build();
  private final UploadRequest request = UploadRequest.of("user-42", "image/png", PICTURE.length);

  @AutoClose private final S3Bucket s3 = AwsAccount.bucket().build();

  @AutoClose("shutdownNow")
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);

  @AfterEach
  void removeAllObjects() {
    AwsAccount.erase(prefix);
  }

  private String newKey() {
    return prefix + UUID.randomUUID() + ".png";
  }

  private static String refusal(HttpResponse<String> response) {
    return response.statusCode()
        + response.body().replaceFirst("(?s).*<Code>(\\w+)</Code>.*", " $1");
  }

  @Test
  void refusesAPutWithoutTheSignedIfNoneMatch() {
    PresignedUpload put = s3.uploads().presignPut(policy, request);

    assertThat(refusal(browser.send(put, PICTURE, Browser.without("if-none-match"))))
        .isEqualTo("403 SignatureDoesNotMatch");
  }

  @Test
  void refusesAFormWithoutItsPolicy() {
    PresignedUpload post = s3.uploads().presignPost(policy, request);

    assertThat(refusal(browser.send(post, PICTURE, Browser.without("policy"))))
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void storesHeadersThatThePresignedPutDidNotSign() {
    Map<String, String> unsigned =
        Map.of(
            "cache-control", "no-store",
            "content-disposition", "attachment",
            "content-encoding", "identity",
            "content-language", "de",
            "expires", "Thu, 01 Jan 2037 00:00:00 GMT");
    String key = "pending/" + newKey();

    Response put =
        SignedRequest.presigned(bucket, "PUT", key)
            .sendChanged(
                headers -> {
                  headers.putAll(unsigned);
                  return headers;
                },
                "bytes");

    assertThat(put.status()).as(put.body()).isEqualTo(200);
    Response head = SignedRequest.ofObject(bucket, "HEAD", key).send();
    assertThat(unsigned)
        .allSatisfy((name, value) -> assertThat(head.header(name)).as(name).contains(value));
  }

  @Test
  void refusesPresignedWritesOutsidePending() {
    String key = newKey();

    Response put = SignedRequest.presigned(bucket, "PUT", key).send("bytes");

    assertThat(refusal(put.http())).isEqualTo("403 AccessDenied");
    assertThat(s3.objects().list(prefix)).isEmpty();
  }

  @Test
  void reportsAMissingObjectOfItsPrefixesAsMissing() {
    assertThat(SignedRequest.ofObject(bucket, "HEAD", newKey()).send().status()).isEqualTo(404);
    assertThat(refusal(SignedRequest.ofObject(bucket, "GET", newKey()).send().http()))
        .isEqualTo("404 NoSuchKey");
  }

  /** Which of 412 and 409 the others get is what S3 may choose; the library retries a 409. */
  @Test
  void letsOneOfTenCreateOnlyPutsCreateTheObject() throws Exception {
    String key = newKey();
    CyclicBarrier together = new CyclicBarrier(WRITERS);
    Callable<Integer> writer =
        () -> {
          together.await();
          return SignedRequest.ofObject(bucket, "PUT", key)
              .header("if-none-match", "*")
              .body("bytes")
              .send()
              .status();
        };

    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> status : threads.invokeAll(Collections.nCopies(WRITERS, writer))) {
      statuses.add(status.get());
    }

    assertThat(statuses).containsOnlyOnce(200);
    assertThat(statuses).isSubsetOf(200, 409, 412);
  }
}
