package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The vocabulary of the requests in the table. */
final class Wire {
  /** The file of every upload: five bytes. */
  static final String PICTURE = "bytes";

  static final String SHA256_OF_PICTURE = "J3CJ2RwL308uaGK6fkoHYFEZQx9dE/cm3TUrBvGyBqk=";
  static final String CRC32_OF_PICTURE = "sZlDzg==";
  static final String CRC32_OF_NOTHING = "AAAAAA==";
  static final String MD5_OF_NOTHING = "1B2M2Y8AsgTpgAmY7PhCfg==";

  static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG, ImageType.JPEG)
          .maxBytes(10)
          .lifetime(Duration.ofMinutes(5))
          .build();
  static final UploadRequest REQUEST = UploadRequest.of("user-42", "image/png", PICTURE.length());

  private static final Browser BROWSER = new Browser();

  private Wire() {}

  static UploadUrlSigner signer(Bucket bucket) {
    return bucket.s3().build().uploads();
  }

  static UploadUrlSigner signer(Bucket bucket, Clock clock) {
    return bucket.s3().clock(clock).build().uploads();
  }

  /** The system clock, this much later. */
  static Clock clock(Duration later) {
    return Clock.offset(Clock.systemUTC(), later);
  }

  static Clock clockAnHourAgo() {
    return clock(Duration.ofHours(-1));
  }

  static PresignedPut put(Bucket bucket) {
    return signer(bucket).presignPut(POLICY, REQUEST);
  }

  static PresignedPost post(Bucket bucket) {
    return signer(bucket).presignPost(POLICY, REQUEST);
  }

  static Bucket withUnknownAccessKey(Bucket bucket) {
    return withCredentials(bucket, "AKIDUNKNOWN", "secret");
  }

  static Bucket withWrongSecret(Bucket bucket) {
    return withCredentials(
        bucket, bucket.credentials().resolveCredentials().accessKeyId(), "another-secret");
  }

  private static Bucket withCredentials(Bucket bucket, String accessKeyId, String secret) {
    return bucket.with(
        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static HttpResponse<String> send(PresignedUpload upload) {
    return send(upload, PICTURE);
  }

  static HttpResponse<String> send(PresignedUpload upload, String file) {
    return BROWSER.send(upload, bytes(file));
  }

  static HttpResponse<String> send(
      PresignedUpload upload, UnaryOperator<Map<String, String>> tampering) {
    return BROWSER.send(upload, bytes(PICTURE), tampering);
  }

  static HttpResponse<String> sendTwice(PresignedUpload upload) {
    send(upload);
    return send(upload);
  }

  /** A key that no other request uses. */
  static String newKey() {
    return "pictures/" + UUID.randomUUID() + ".png";
  }

  /** An object that was just stored, as the server describes it. */
  record Stored(String key, String eTag, String lastModified) {}

  static Stored stored(Bucket bucket) {
    return stored(bucket, newKey());
  }

  static Stored stored(Bucket bucket, String key) {
    Response put = SignedRequest.ofObject(bucket, "PUT", key).body(PICTURE).send();
    Response head = SignedRequest.ofObject(bucket, "HEAD", key).send();
    if (put.status() != 200 || head.status() != 200) {
      throw new IllegalStateException("Not stored: " + put.status() + " " + put.body());
    }
    return new Stored(
        key, head.header("etag").orElseThrow(), head.header("last-modified").orElseThrow());
  }

  /** The time in so many minutes, as HTTP writes it. */
  static String httpDate(int minutes) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Instant.now().plus(Duration.ofMinutes(minutes)).atOffset(ZoneOffset.UTC));
  }

  /** A request signed in its header, about a new object. */
  static SignedRequest ofStored(Bucket bucket, String method) {
    return SignedRequest.ofObject(bucket, method, stored(bucket).key());
  }

  /** An upload signed in its header, to a free key. */
  static SignedRequest upload(Bucket bucket) {
    return SignedRequest.ofObject(bucket, "PUT", newKey()).body(PICTURE);
  }

  /** An upload with a presigned URL, to a free key. */
  static SignedRequest presignedUpload(Bucket bucket) {
    return SignedRequest.presigned(bucket, "PUT", newKey()).body(PICTURE);
  }

  /** A download of a new object with a presigned URL. */
  static SignedRequest presignedDownload(Bucket bucket) {
    return SignedRequest.presigned(bucket, "GET", stored(bucket).key());
  }

  /** Sends without a signature other than that in the URL. */
  static HttpResponse<String> http(
      String method, URI url, Map<String, String> headers, BodyPublisher body) {
    return SignedRequest.send(method, url, headers, body).http();
  }

  static HttpResponse<String> http(String method, URI url, Map<String, String> headers) {
    return http(method, url, headers, BodyPublishers.noBody());
  }

  static BodyPublisher picture() {
    return BodyPublishers.ofString(PICTURE);
  }

  /** A body of unknown length, which the client sends with {@code Transfer-Encoding: chunked}. */
  static BodyPublisher streamed() {
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(PICTURE)));
  }
}
