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
import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Requests that the library signs, sent unchanged and in every way a user may tamper with them. */
final class WireCases {
  private static final byte[] PICTURE = {1, 2, 3, 4, 5};
  private static final String SHA256 = "dPgf4WfZm0y0HW0MzagieMrunz4vJdXlo5Nv89zsYNA=";
  private static final String OTHER_ORIGIN = "https://evil.example";
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG, ImageType.JPEG)
          .maxBytes(10)
          .lifetime(Duration.ofMinutes(5))
          .build();
  private static final UploadRequest REQUEST =
      UploadRequest.of("user-42", "image/png", PICTURE.length);

  private static final Browser BROWSER = new Browser();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private WireCases() {}

  /** All cases, in the order of the table. */
  static List<WireCase> all() {
    return List.of(
        new WireCase("PUT as signed", "200", bucket -> send(put(bucket))),
        new WireCase(
            "PUT with a changed signature",
            "403 SignatureDoesNotMatch",
            bucket -> sendTo(put(bucket), WireCases::withAnotherSignature)),
        new WireCase(
            "PUT to another key than signed",
            "403 SignatureDoesNotMatch",
            bucket -> sendTo(put(bucket), url -> url.replace("/user-42/", "/user-43/"))),
        new WireCase(
            "GET with the URL of a PUT",
            "403 SignatureDoesNotMatch",
            WireCases::getWithTheUrlOfAPut),
        new WireCase(
            "PUT without a signature",
            "403 AccessDenied",
            bucket -> sendTo(put(bucket), url -> url.substring(0, url.indexOf('?')))),
        new WireCase(
            "PUT signed with an unknown access key",
            "403 InvalidAccessKeyId",
            bucket -> send(put(withUnknownAccessKey(bucket)))),
        new WireCase(
            "PUT signed with a wrong secret",
            "403 SignatureDoesNotMatch",
            bucket -> send(put(withWrongSecret(bucket)))),
        new WireCase(
            "PUT after expiry",
            "403 AccessDenied",
            bucket -> send(signer(bucket, clockAnHourAgo()).presignPut(POLICY, REQUEST))),
        new WireCase(
            "PUT signed for eight days",
            "400 AuthorizationQueryParametersError",
            bucket -> http("PUT", signedForEightDays(bucket), Map.of(), picture())),
        new WireCase(
            "PUT with another content type",
            "403 SignatureDoesNotMatch",
            bucket -> send(put(bucket), Browser.replacing("content-type", "text/html"))),
        new WireCase(
            "PUT without the signed content type",
            "403 SignatureDoesNotMatch",
            bucket -> send(put(bucket), Browser.without("content-type"))),
        new WireCase(
            "PUT without the signed `If-None-Match`",
            "403 SignatureDoesNotMatch?",
            bucket -> send(put(bucket), Browser.without("if-none-match"))),
        new WireCase(
            "PUT of one byte more than signed",
            "403 SignatureDoesNotMatch",
            bucket -> BROWSER.send(put(bucket), new byte[PICTURE.length + 1])),
        new WireCase(
            "PUT of one byte less than signed",
            "403 SignatureDoesNotMatch",
            bucket -> BROWSER.send(put(bucket), new byte[PICTURE.length - 1])),
        new WireCase(
            "PUT of other bytes than the signed SHA-256",
            "400 BadDigest",
            bucket ->
                BROWSER.send(
                    signer(bucket).presignPut(POLICY, REQUEST.withSha256(SHA256)),
                    new byte[PICTURE.length])),
        new WireCase("PUT sent twice", "412 PreconditionFailed", bucket -> sendTwice(put(bucket))),
        new WireCase(
            "PUT with unsigned metadata",
            "403 AccessDenied",
            bucket -> send(put(bucket), Browser.replacing("x-amz-meta-more", "1"))),
        new WireCase(
            "PUT with an unsigned `x-amz-acl: public-read`",
            "403 AccessDenied",
            bucket -> send(put(bucket), Browser.replacing("x-amz-acl", "public-read"))),
        new WireCase(
            "PUT with an unsigned `x-amz-content-sha256: UNSIGNED-PAYLOAD`",
            "200",
            bucket ->
                send(put(bucket), Browser.replacing("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))),
        new WireCase(
            "PUT of other bytes than the CRC32 in the query",
            "200",
            bucket -> http("PUT", withChecksumOfNothingInTheQuery(bucket), Map.of(), picture())),
        new WireCase(
            "PUT with `Transfer-Encoding: chunked`",
            "501 NotImplemented",
            bucket -> http("PUT", withChecksumOfNothingInTheQuery(bucket), Map.of(), streamed())),
        new WireCase("PUT with signed tags", "200", WireCases::putWithTags)
            .whereLocalS3Responds("501 NotImplemented"),
        new WireCase("POST as signed", "204", bucket -> send(post(bucket))),
        new WireCase(
            "POST with a changed signature",
            "403 SignatureDoesNotMatch",
            bucket -> send(post(bucket), Browser.replacing("x-amz-signature", "0".repeat(64)))),
        new WireCase(
            "POST signed with an unknown access key",
            "403 InvalidAccessKeyId",
            bucket -> send(post(withUnknownAccessKey(bucket)))),
        new WireCase(
            "POST signed with a wrong secret",
            "403 SignatureDoesNotMatch",
            bucket -> send(post(withWrongSecret(bucket)))),
        new WireCase(
            "POST without a policy",
            "400 InvalidArgument?",
            bucket -> send(post(bucket), Browser.without("policy"))),
        new WireCase(
            "POST without the fields of a signature",
            "403 AccessDenied",
            bucket -> send(post(bucket), WireCases::withoutSignature)),
        new WireCase(
            "POST after expiry",
            "403 AccessDenied",
            bucket -> send(signer(bucket, clockAnHourAgo()).presignPost(POLICY, REQUEST))),
        new WireCase(
            "POST to another key than signed",
            "403 AccessDenied",
            bucket -> send(post(bucket), Browser.replacing("key", "pictures/user-1/x.png"))),
        new WireCase(
            "POST with another content type",
            "403 AccessDenied",
            bucket -> send(post(bucket), Browser.replacing("content-type", "text/html"))),
        new WireCase(
            "POST without the signed content type",
            "403 AccessDenied",
            bucket -> send(post(bucket), Browser.without("content-type"))),
        new WireCase(
            "POST with a field that the policy does not name",
            "403 AccessDenied",
            bucket -> send(post(bucket), Browser.replacing("x-amz-meta-more", "1"))),
        new WireCase(
            "POST of more bytes than the policy allows",
            "400 EntityTooLarge",
            bucket -> BROWSER.send(post(bucket), new byte[11])),
        new WireCase(
            "POST of an empty file",
            "400 EntityTooSmall",
            bucket -> BROWSER.send(post(bucket), new byte[0])),
        new WireCase(
            "POST of other bytes than the signed SHA-256",
            "400 BadDigest",
            bucket ->
                BROWSER.send(
                    signer(bucket).presignPost(POLICY, REQUEST.withSha256(SHA256)),
                    new byte[PICTURE.length])),
        new WireCase("POST sent twice", "204", bucket -> sendTwice(post(bucket))),
        new WireCase(
                "GET with a signed `response-content-disposition`",
                "`attachment`",
                WireCases::download)
            .showing("content-disposition"),
        new WireCase(
            "preflight from an allowed origin",
            "200",
            bucket -> preflight(bucket, S3Peer.ALLOWED_ORIGIN)),
        new WireCase(
            "preflight from another origin",
            "403 AccessForbidden",
            bucket -> preflight(bucket, OTHER_ORIGIN)),
        new WireCase(
                "`Access-Control-Allow-Origin` for an allowed origin",
                "`" + S3Peer.ALLOWED_ORIGIN + "`",
                bucket -> send(put(bucket), Browser.replacing("origin", S3Peer.ALLOWED_ORIGIN)))
            .showing("access-control-allow-origin"),
        new WireCase(
                "`Access-Control-Allow-Origin` for another origin",
                "none",
                bucket -> send(put(bucket), Browser.replacing("origin", OTHER_ORIGIN)))
            .showing("access-control-allow-origin"));
  }

  private static UploadUrlSigner signer(Bucket bucket) {
    return bucket.s3().build().uploads();
  }

  private static UploadUrlSigner signer(Bucket bucket, Clock clock) {
    return bucket.s3().clock(clock).build().uploads();
  }

  private static Clock clockAnHourAgo() {
    return Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
  }

  private static PresignedPut put(Bucket bucket) {
    return signer(bucket).presignPut(POLICY, REQUEST);
  }

  private static PresignedPost post(Bucket bucket) {
    return signer(bucket).presignPost(POLICY, REQUEST);
  }

  private static AwsCredentials credentials(Bucket bucket) {
    return bucket.credentials().resolveCredentials();
  }

  private static Bucket withCredentials(Bucket bucket, String accessKeyId, String secret) {
    return bucket.with(
        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)));
  }

  private static Bucket withUnknownAccessKey(Bucket bucket) {
    return withCredentials(bucket, "AKIDUNKNOWN", "secret");
  }

  private static Bucket withWrongSecret(Bucket bucket) {
    return withCredentials(bucket, credentials(bucket).accessKeyId(), "another secret");
  }

  private static HttpResponse<String> send(PresignedUpload upload) {
    return BROWSER.send(upload, PICTURE);
  }

  private static HttpResponse<String> send(
      PresignedUpload upload, UnaryOperator<Map<String, String>> tampering) {
    return BROWSER.send(upload, PICTURE, tampering);
  }

  private static HttpResponse<String> sendTwice(PresignedUpload upload) {
    send(upload);
    return send(upload);
  }

  private static HttpResponse<String> sendTo(PresignedPut put, UnaryOperator<String> change) {
    return http("PUT", URI.create(change.apply(put.url().toString())), put.headers(), picture());
  }

  private static HttpResponse<String> getWithTheUrlOfAPut(Bucket bucket) {
    PresignedPut put = put(bucket);
    send(put);
    return http("GET", put.url(), Map.of(), BodyPublishers.noBody());
  }

  private static String withAnotherSignature(String url) {
    int last = url.length() - 1;
    return url.substring(0, last) + (url.charAt(last) == '0' ? '1' : '0');
  }

  private static BodyPublisher picture() {
    return BodyPublishers.ofByteArray(PICTURE);
  }

  /** Neither the library nor the SDK signs for that long, so this is done by hand. */
  private static URI signedForEightDays(Bucket bucket) {
    String timestamp = SigV4.formatTimestamp(Instant.now());
    CredentialScope scope =
        new CredentialScope(
            credentials(bucket).accessKeyId(),
            timestamp.substring(0, 8),
            bucket.region().id(),
            "s3");
    String path = "/" + bucket.name() + "/pictures/eight-days.png";
    String query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + Percent.encode(
                String.join(
                    "/",
                    scope.accessKeyId(),
                    scope.date(),
                    scope.region(),
                    scope.service(),
                    "aws4_request"))
            + "&X-Amz-Date="
            + timestamp
            + "&X-Amz-Expires="
            + Duration.ofDays(8).toSeconds()
            + "&X-Amz-SignedHeaders=host";
    String canonicalRequest =
        SigV4.canonicalRequest(
            "PUT",
            path,
            query,
            new TreeMap<>(Map.of("host", bucket.endpoint().getAuthority())),
            "UNSIGNED-PAYLOAD");
    String signature =
        SigV4.signature(
            credentials(bucket).secretAccessKey(),
            scope,
            SigV4.stringToSign(timestamp, scope, canonicalRequest));
    return URI.create(bucket.endpoint() + path + "?" + query + "&X-Amz-Signature=" + signature);
  }

  private static S3Presigner presigner(Bucket bucket) {
    return S3Presigner.builder()
        .endpointOverride(bucket.endpoint())
        .region(bucket.region())
        .credentialsProvider(bucket.credentials())
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }

  private static BodyPublisher streamed() {
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(PICTURE));
  }

  private static Map<String, String> withoutSignature(Map<String, String> fields) {
    Map<String, String> fewer = new LinkedHashMap<>(fields);
    fewer.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("x-amz-"));
    return fewer;
  }

  /** As the SDK for JavaScript presigns. */
  private static URI withChecksumOfNothingInTheQuery(Bucket bucket) {
    try (S3Presigner presigner = presigner(bucket)) {
      return URI.create(
          presigner
              .presignPutObject(
                  signing ->
                      signing
                          .signatureDuration(Duration.ofMinutes(5))
                          .putObjectRequest(
                              put ->
                                  put.bucket(bucket.name())
                                      .key("pictures/checksum.png")
                                      .overrideConfiguration(
                                          configuration ->
                                              configuration.putRawQueryParameter(
                                                  "x-amz-checksum-crc32", "AAAAAA=="))))
              .url()
              .toString());
    }
  }

  private static HttpResponse<String> putWithTags(Bucket bucket) {
    try (S3Presigner presigner = presigner(bucket)) {
      URI url =
          URI.create(
              presigner
                  .presignPutObject(
                      signing ->
                          signing
                              .signatureDuration(Duration.ofMinutes(5))
                              .putObjectRequest(
                                  put ->
                                      put.bucket(bucket.name())
                                          .key("pictures/tagged.png")
                                          .tagging("kind=avatar")))
                  .url()
                  .toString());
      return http("PUT", url, Map.of("x-amz-tagging", "kind=avatar"), picture());
    }
  }

  private static HttpResponse<String> download(Bucket bucket) {
    PresignedPut put = put(bucket);
    send(put);
    try (S3Presigner presigner = presigner(bucket)) {
      URI url =
          URI.create(
              presigner
                  .presignGetObject(
                      signing ->
                          signing
                              .signatureDuration(Duration.ofMinutes(5))
                              .getObjectRequest(
                                  get ->
                                      get.bucket(bucket.name())
                                          .key(put.key().value())
                                          .responseContentDisposition("attachment")))
                  .url()
                  .toString());
      return http("GET", url, Map.of(), BodyPublishers.noBody());
    }
  }

  private static HttpResponse<String> preflight(Bucket bucket, String origin) {
    return http(
        "OPTIONS",
        put(bucket).url(),
        Map.of(
            "Origin", origin,
            "Access-Control-Request-Method", "PUT",
            "Access-Control-Request-Headers", "content-type"),
        BodyPublishers.noBody());
  }

  private static HttpResponse<String> http(
      String method, URI url, Map<String, String> headers, BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).method(method, body);
    headers.forEach(request::header);
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
