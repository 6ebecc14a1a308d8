package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
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
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
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
public final class SignedRequest {
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
      AuthLocation location, Bucket bucket, String method, String path, String body) {
    AwsCredentials credentials = bucket.credentials().resolveCredentials();
    this.location = location;
    this.request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .uri(bucket.endpoint())
            .encodedPath("/" + bucket.name() + path);
    this.body = body;
    this.accessKeyId = credentials.accessKeyId();
    this.secretAccessKey = credentials.secretAccessKey();
    this.token =
        credentials instanceof AwsSessionCredentials session
            ? Optional.of(session.sessionToken())
            : Optional.empty();
    this.region = bucket.region().id();
    this.payloadSigned = location == AuthLocation.HEADER;
  }

  /** A request with a presigned URL; its payload is not signed. */
  static SignedRequest presigned(LocalS3 s3, String method, String key) {
    return presigned(Bucket.of(s3), method, key);
  }

  /** A request to any server with a presigned URL; its payload is not signed. */
  public static SignedRequest presigned(Bucket bucket, String method, String key) {
    return new SignedRequest(
        AuthLocation.QUERY_STRING, bucket, method, "/" + Percent.encodePath(key), "");
  }

  static SignedRequest presignedPut(LocalS3 s3, String key) {
    return presigned(s3, "PUT", key);
  }

  static SignedRequest presignedGet(LocalS3 s3, String key) {
    return presigned(s3, "GET", key);
  }

  /** A request signed in its header, without a body. */
  static SignedRequest ofObject(LocalS3 s3, String method, String key) {
    return ofObject(Bucket.of(s3), method, key);
  }

  /** A request to any server, signed in its header, without a body. */
  public static SignedRequest ofObject(Bucket bucket, String method, String key) {
    return new SignedRequest(
        AuthLocation.HEADER, bucket, method, "/" + Percent.encodePath(key), "");
  }

  /** A GET of the bucket, signed in its header. */
  static SignedRequest ofBucket(LocalS3 s3) {
    return ofBucket(s3, "GET");
  }

  /** A request about the bucket, signed in its header. */
  static SignedRequest ofBucket(LocalS3 s3, String method) {
    return ofBucket(Bucket.of(s3), method);
  }

  /** A request about a bucket of any server, signed in its header. */
  public static SignedRequest ofBucket(Bucket bucket, String method) {
    return new SignedRequest(AuthLocation.HEADER, bucket, method, "", "");
  }

  /** A DeleteObjects request with the digest it needs, signed in its header. */
  static SignedRequest delete(LocalS3 s3, String xml) {
    return delete(Bucket.of(s3), xml);
  }

  /** A DeleteObjects request to any server with the digest it needs, signed in its header. */
  public static SignedRequest delete(Bucket bucket, String xml) {
    return new SignedRequest(AuthLocation.HEADER, bucket, "POST", "", xml)
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

  public SignedRequest header(String name, String value) {
    request.putHeader(name, value);
    return this;
  }

  public SignedRequest withoutHeader(String name) {
    request.removeHeader(name);
    return this;
  }

  public SignedRequest query(String name, String value) {
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

  public SignedRequest credentials(String accessKeyId, String secretAccessKey) {
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

  public SignedRequest scope(String region, String service) {
    this.region = region;
    this.service = service;
    return this;
  }

  /** How long the presigned URL is valid. */
  public SignedRequest lifetime(Duration lifetime) {
    this.lifetime = lifetime;
    return this;
  }

  public SignedRequest unsignedPayload() {
    this.payloadSigned = false;
    return header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  }

  /** The body that is signed. */
  public SignedRequest body(String body) {
    this.body = body;
    return this;
  }

  public SignedRequest clock(Clock clock) {
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
  public URI url() {
    return sign().getUri();
  }

  /** What follows the host in the URL as it was signed. */
  String pathAndQuery() {
    return url().getRawPath() + "?" + url().getRawQuery();
  }

  /** Sends what was signed. */
  public Response send() {
    return send(body);
  }

  /** Sends what was signed with this body. */
  public Response send(String sent) {
    return sendChanged(UnaryOperator.identity(), sent);
  }

  /** Sends the signed headers, and this one more or with another value. */
  public Response sendWith(String name, String value, String sent) {
    return sendChanged(
        headers -> {
          headers.put(name, value);
          return headers;
        },
        sent);
  }

  /** Sends the signed headers except one. */
  public Response sendWithout(String name, String sent) {
    return sendChanged(
        headers -> {
          headers.remove(name);
          return headers;
        },
        sent);
  }

  /** Signs, then changes the headers, then sends them with this body. */
  public Response sendChanged(UnaryOperator<Map<String, String>> change, String sent) {
    SdkHttpRequest signed = sign();
    return send(signed.method().name(), signed.getUri(), change.apply(headers(signed)), sent);
  }

  /** Sends to a URL in which a part was replaced after signing. */
  public Response sendReplacing(String regex, String replacement) {
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

  /** Sends a request that was signed elsewhere, or not at all. */
  public static Response send(
      String method, URI url, Map<String, String> headers, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).method(method, body).timeout(Browser.TIMEOUT);
    // The client sets these itself and refuses to be told.
    headers.forEach(
        (name, value) -> {
          if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
            request.header(name, value);
          }
        });
    try {
      return new Response(
          CLIENT.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A response and what tests read from it. */
  public record Response(HttpResponse<String> http) {
    public int status() {
      return http.statusCode();
    }

    public String body() {
      return http.body();
    }

    public Optional<String> header(String name) {
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
