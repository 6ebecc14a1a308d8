package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** A request presigned by the SDK's signer, and the same or another request sent with its URL. */
final class PresignedRequest {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final LocalS3 s3;
  private final SdkHttpRequest.Builder request;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String accessKeyId;
  private String secretAccessKey;
  private Optional<String> token;
  private String region;
  private String service = "s3";
  private Duration lifetime = Duration.ofMinutes(10);
  private Clock clock = Clock.systemUTC();

  private PresignedRequest(LocalS3 s3, SdkHttpMethod method, String key) {
    this.s3 = s3;
    this.request =
        SdkHttpRequest.builder()
            .method(method)
            .uri(s3.endpoint())
            .encodedPath("/" + s3.bucket() + "/" + Percent.encodePath(key));
    this.accessKeyId = s3.accessKeyId();
    this.secretAccessKey = s3.secretAccessKey();
    this.token = s3.sessionToken();
    this.region = s3.region();
  }

  static PresignedRequest put(LocalS3 s3, String key) {
    return new PresignedRequest(s3, SdkHttpMethod.PUT, key);
  }

  static PresignedRequest get(LocalS3 s3, String key) {
    return new PresignedRequest(s3, SdkHttpMethod.GET, key);
  }

  static PresignedRequest of(LocalS3 s3, String method, String key) {
    return new PresignedRequest(s3, SdkHttpMethod.fromValue(method), key);
  }

  PresignedRequest header(String name, String value) {
    headers.put(name, value);
    request.putHeader(name, value);
    return this;
  }

  PresignedRequest query(String name, String value) {
    request.putRawQueryParameter(name, value);
    return this;
  }

  PresignedRequest credentials(String accessKeyId, String secretAccessKey) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    return this;
  }

  PresignedRequest token(String token) {
    this.token = Optional.of(token);
    return this;
  }

  PresignedRequest withoutToken() {
    this.token = Optional.empty();
    return this;
  }

  PresignedRequest scope(String region, String service) {
    this.region = region;
    this.service = service;
    return this;
  }

  PresignedRequest lifetime(Duration lifetime) {
    this.lifetime = lifetime;
    return this;
  }

  PresignedRequest clock(Clock clock) {
    this.clock = clock;
    return this;
  }

  URI url() {
    AwsCredentialsIdentity identity =
        token.isPresent()
            ? AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, token.get())
            : AwsCredentialsIdentity.create(accessKeyId, secretAccessKey);
    SignRequest.Builder<AwsCredentialsIdentity> signing =
        SignRequest.builder(identity)
            .request(request.build())
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
            .putProperty(AwsV4HttpSigner.REGION_NAME, region)
            .putProperty(
                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, lifetime)
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock);
    // No payload is given: without TLS the signer would hash it.
    return AwsV4HttpSigner.create().sign(signing.build()).request().getUri();
  }

  /** Sends what was signed. */
  Answer send(String body) {
    return send(url(), headers, body);
  }

  /** Sends the signed headers, and this one more or with another value. */
  Answer sendWith(String name, String value, String body) {
    Map<String, String> sent = new LinkedHashMap<>(headers);
    sent.put(name, value);
    return send(url(), sent, body);
  }

  /** Sends the signed headers except one. */
  Answer sendWithout(String name, String body) {
    Map<String, String> sent = new LinkedHashMap<>(headers);
    sent.remove(name);
    return send(url(), sent, body);
  }

  /** Sends to a URL in which a piece was exchanged after signing. */
  Answer sendReplacing(String regex, String replacement) {
    String url = url().toString();
    String changed = url.replaceFirst(regex, replacement);
    if (changed.equals(url)) {
      throw new IllegalArgumentException(regex + " is not in the URL");
    }
    return send(URI.create(changed), headers, "body");
  }

  private Answer send(URI url, Map<String, String> sent, String body) {
    return send(request.method().name(), url, sent, body);
  }

  static Answer send(String method, URI url, Map<String, String> headers, String body) {
    boolean hasBody = method.equals("PUT") || method.equals("POST");
    return send(
        method, url, headers, hasBody ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
  }

  static Answer send(
      String method, URI url, Map<String, String> headers, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).method(method, body);
    // The client sets these itself and refuses to be told.
    headers.forEach(
        (name, value) -> {
          if (!name.equals("host") && !name.equals("content-length")) {
            request.header(name, value);
          }
        });
    try {
      return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An answer and what tests look at. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    /** Status and code, such as {@code 403 AccessDenied}. */
    String refusal() {
      return status() + " " + element("Code");
    }

    String element(String name) {
      String body = body();
      int start = body.indexOf("<" + name + ">");
      int end = body.indexOf("</" + name + ">");
      return start < 0 ? "" : body.substring(start + name.length() + 2, end);
    }
  }
}
