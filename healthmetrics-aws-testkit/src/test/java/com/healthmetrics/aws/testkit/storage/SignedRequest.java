package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.storage.PresignedRequest.Answer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** A request that the SDK's signer signs in its {@code Authorization} header. */
final class SignedRequest {
  private final SdkHttpRequest.Builder request;
  private final String body;
  private String accessKeyId;
  private String secretAccessKey;
  private Optional<String> token;
  private String region;
  private String service = "s3";
  private boolean payloadSigned = true;
  private Clock clock = Clock.systemUTC();

  private SignedRequest(LocalS3 s3, String method, String path, String body) {
    this.request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .uri(s3.endpoint())
            .encodedPath("/" + s3.bucket() + path);
    this.body = body;
    this.accessKeyId = s3.accessKeyId();
    this.secretAccessKey = s3.secretAccessKey();
    this.token = s3.sessionToken();
    this.region = s3.region();
  }

  static SignedRequest ofObject(LocalS3 s3, String method, String key) {
    return new SignedRequest(s3, method, "/" + Percent.encodePath(key), "");
  }

  static SignedRequest ofBucket(LocalS3 s3) {
    return new SignedRequest(s3, "GET", "", "");
  }

  /** A DeleteObjects request with the digest it needs. */
  static SignedRequest delete(LocalS3 s3, String xml) {
    return new SignedRequest(s3, "POST", "", xml)
        .query("delete", "")
        .header("content-md5", md5(xml));
  }

  private static String md5(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  SignedRequest header(String name, String value) {
    request.putHeader(name, value);
    return this;
  }

  SignedRequest withoutHeader(String name) {
    request.removeHeader(name);
    return this;
  }

  SignedRequest query(String name, String value) {
    request.putRawQueryParameter(name, value);
    return this;
  }

  SignedRequest credentials(String accessKeyId, String secretAccessKey) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    return this;
  }

  SignedRequest token(String token) {
    this.token = Optional.of(token);
    return this;
  }

  SignedRequest scope(String region, String service) {
    this.region = region;
    this.service = service;
    return this;
  }

  SignedRequest unsignedPayload() {
    this.payloadSigned = false;
    return header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  }

  SignedRequest clock(Clock clock) {
    this.clock = clock;
    return this;
  }

  Answer send() {
    return sendChanged(headers -> headers, body);
  }

  Answer sendBody(String other) {
    return sendChanged(headers -> headers, other);
  }

  /** Signs, then changes headers and body, then sends. */
  Answer sendChanged(UnaryOperator<Map<String, String>> change, String sentBody) {
    AwsCredentialsIdentity identity =
        token.isPresent()
            ? AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, token.get())
            : AwsCredentialsIdentity.create(accessKeyId, secretAccessKey);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                signing ->
                    signing
                        .identity(identity)
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(bytes))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, payloadSigned)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
            .request();
    Map<String, String> headers = new LinkedHashMap<>();
    signed.forEachHeader((name, values) -> headers.put(name, String.join(",", values)));
    headers
        .keySet()
        .removeIf(n -> n.equalsIgnoreCase("host") || n.equalsIgnoreCase("content-length"));
    URI url = signed.getUri();
    String method = signed.method().name();
    return PresignedRequest.send(
        method,
        url,
        change.apply(headers),
        sentBody.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(sentBody));
  }
}
