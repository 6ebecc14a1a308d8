package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * A request that the SDK's signer signs, in its URL or in its {@code Authorization} header, and
 * what a client does with it: send it, or send something else.
 */
final class SignedRequest {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final AuthLocation location;
  private final SdkHttpRequest.Builder request;
  private String body;
  private String accessKeyId;
  private String secretAccessKey;
  private Optional<String> token;
  private String region;
  private String service = "s3";
  private Duration lifetime = Duration.ofMinutes(10);
  private boolean payloadSigned;
  private Clock clock = Clock.systemUTC();

  private SignedRequest(
      AuthLocation location, LocalS3 s3, String method, String path, String body) {
    this.location = location;
    this.request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .uri(s3.endpoint())
            .encodedPath("/" + s3.bucket() + path);
    this.body = body;
    this.accessKeyId = s3.accessKeyId();
    this.secretAccessKey = s3.secretAccessKey();
    this.token = s3.sessionToken();
    this.region = s3.region().id();
    this.payloadSigned = location == AuthLocation.HEADER;
  }

  /** A request with a presigned URL; its payload is not signed. */
  static SignedRequest presigned(LocalS3 s3, String method, String key) {
    return new SignedRequest(
        AuthLocation.QUERY_STRING, s3, method, "/" + Percent.encodePath(key), "");
  }

  static SignedRequest presignedPut(LocalS3 s3, String key) {
    return presigned(s3, "PUT", key);
  }

  static SignedRequest presignedGet(LocalS3 s3, String key) {
    return presigned(s3, "GET", key);
  }

  /** A request signed in its header, without a body. */
  static SignedRequest ofObject(LocalS3 s3, String method, String key) {
    return new SignedRequest(AuthLocation.HEADER, s3, method, "/" + Percent.encodePath(key), "");
  }

  /** A GET of the bucket, signed in its header. */
  static SignedRequest ofBucket(LocalS3 s3) {
    return ofBucket(s3, "GET");
  }

  /** A request about the bucket, signed in its header. */
  static SignedRequest ofBucket(LocalS3 s3, String method) {
    return new SignedRequest(AuthLocation.HEADER, s3, method, "", "");
  }

  /** A DeleteObjects request with the digest it needs, signed in its header. */
  static SignedRequest delete(LocalS3 s3, String xml) {
    return new SignedRequest(AuthLocation.HEADER, s3, "POST", "", xml)
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

  /** Moves the bucket from the path to the host. */
  SignedRequest virtualHost(String authority) {
    String path = request.encodedPath();
    request.uri(URI.create("http://" + authority));
    request.encodedPath(path.substring(path.indexOf('/', 1)));
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

  SignedRequest withoutToken() {
    this.token = Optional.empty();
    return this;
  }

  SignedRequest scope(String region, String service) {
    this.region = region;
    this.service = service;
    return this;
  }

  /** How long the presigned URL is valid. */
  SignedRequest lifetime(Duration lifetime) {
    this.lifetime = lifetime;
    return this;
  }

  SignedRequest unsignedPayload() {
    this.payloadSigned = false;
    return header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  }

  /** The body that is signed. */
  SignedRequest body(String body) {
    this.body = body;
    return this;
  }

  SignedRequest clock(Clock clock) {
    this.clock = clock;
    return this;
  }

  private SdkHttpRequest sign() {
    AwsCredentialsIdentity identity =
        token.isPresent()
            ? AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, token.get())
            : AwsCredentialsIdentity.create(accessKeyId, secretAccessKey);
    SignRequest.Builder<AwsCredentialsIdentity> signing =
        SignRequest.builder(identity)
            .request(request.build())
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
            .putProperty(AwsV4HttpSigner.REGION_NAME, region)
            .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, location)
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, payloadSigned)
            .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock);
    if (location == AuthLocation.QUERY_STRING) {
      // No payload is given: without TLS the signer would hash it.
      signing.putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, lifetime);
    } else {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      signing.payload(() -> new ByteArrayInputStream(bytes));
    }
    return AwsV4HttpSigner.create().sign(signing.build()).request();
  }

  /** The URL as it was signed. */
  URI url() {
    return sign().getUri();
  }

  /** What follows the host in the URL as it was signed. */
  String pathAndQuery() {
    return url().getRawPath() + "?" + url().getRawQuery();
  }

  /** Sends what was signed. */
  Response send() {
    return send(body);
  }

  /** Sends what was signed with this body. */
  Response send(String sent) {
    return sendChanged(UnaryOperator.identity(), sent);
  }

  /** Sends the signed headers, and this one more or with another value. */
  Response sendWith(String name, String value, String sent) {
    return sendChanged(
        headers -> {
          headers.put(name, value);
          return headers;
        },
        sent);
  }

  /** Sends the signed headers except one. */
  Response sendWithout(String name, String sent) {
    return sendChanged(
        headers -> {
          headers.remove(name);
          return headers;
        },
        sent);
  }

  /** Signs, then changes the headers, then sends them with this body. */
  Response sendChanged(UnaryOperator<Map<String, String>> change, String sent) {
    SdkHttpRequest signed = sign();
    return send(signed.method().name(), signed.getUri(), change.apply(headers(signed)), sent);
  }

  /** Sends to a URL in which a part was replaced after signing. */
  Response sendReplacing(String regex, String replacement) {
    SdkHttpRequest signed = sign();
    String url = signed.getUri().toString();
    String changed = url.replaceFirst(regex, replacement);
    if (changed.equals(url)) {
      throw new IllegalArgumentException(regex + " is not in the URL");
    }
    return send(signed.method().name(), URI.create(changed), headers(signed), "body");
  }

  private static Map<String, String> headers(SdkHttpRequest signed) {
    Map<String, String> headers = new LinkedHashMap<>();
    signed.forEachHeader((name, values) -> headers.put(name, String.join(",", values)));
    return headers;
  }

  static Response send(String method, URI url, Map<String, String> headers, String body) {
    boolean hasBody = method.equals("PUT") || method.equals("POST");
    return send(
        method, url, headers, hasBody ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
  }

  static Response send(
      String method, URI url, Map<String, String> headers, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).method(method, body);
    // The client sets these itself and refuses to be told.
    headers.forEach(
        (name, value) -> {
          if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
            request.header(name, value);
          }
        });
    try {
      return new Response(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A response and what tests read from it. */
  record Response(HttpResponse<byte[]> http) {
    int status() {
      return http.statusCode();
    }

    String body() {
      return new String(http.body(), StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
      return http.headers().firstValue(name);
    }

    /** Status and code, such as {@code 403 AccessDenied}. */
    String refusal() {
      return status() + " " + element("Code");
    }

    /** S3's own text, without the reason that LocalS3 adds. */
    String message() {
      return element("Message").replaceFirst(" \\(LocalS3: (?s:.*)\\)$", "");
    }

    String element(String name) {
      String body = body();
      int start = body.indexOf("<" + name + ">");
      int end = body.indexOf("</" + name + ">");
      return start < 0 ? "" : body.substring(start + name.length() + 2, end);
    }
  }
}
