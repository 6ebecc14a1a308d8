package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.healthmetrics.aws.internal.sigv4.SigV4;
import com.healthmetrics.aws.internal.sigv4.SigningBuffer;
import com.healthmetrics.aws.internal.sigv4.SigningCredentials;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Requests that the library itself never makes, signed by its own signature version 4.
 *
 * <p>Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
 */
final class SignedRequest {
  private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

  private SignedRequest() {}

  /** A form of the query protocol, signed in its header. */
  static HttpRequest form(
      URI url, String form, String region, String service, AwsCredentials by, Instant at) {
    SigningCredentials credentials = credentials(by);
    DatedSigner signer = new SigV4(region, service).at(at, credentials);
    Optional<String> token = Optional.ofNullable(credentials.sessionToken());
    String names =
        "content-type;host;x-amz-date" + token.map(value -> ";x-amz-security-token").orElse("");
    SigningBuffer canonical =
        new SigningBuffer()
            .add("POST\n" + path(url) + "\n\n")
            .add("content-type:" + FORM + "\nhost:" + url.getRawAuthority())
            .add("\nx-amz-date:" + signer.timestamp() + "\n")
            .add(token.map(value -> "x-amz-security-token:" + value + "\n").orElse(""))
            .add("\n" + names + "\n" + sha256(form));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .POST(BodyPublishers.ofString(form))
            .header("content-type", FORM)
            .header("x-amz-date", signer.timestamp())
            .header(
                "authorization",
                "%s Credential=%s, SignedHeaders=%s, Signature=%s"
                    .formatted(
                        SigV4.ALGORITHM,
                        signer.credential(),
                        names,
                        signer.signCanonicalRequest(canonical)));
    token.ifPresent(value -> request.header("x-amz-security-token", value));
    return request.build();
  }

  /** The URL of a presigned PUT of any object. */
  static URI put(URI object, Duration lifetime, String region, AwsCredentials by, Instant at) {
    SigningCredentials credentials = credentials(by);
    DatedSigner signer = new SigV4(region, "s3").at(at, credentials);
    String token = credentials.sessionToken();
    String query =
        "X-Amz-Algorithm=%s&X-Amz-Credential=%s&X-Amz-Date=%s&X-Amz-Expires=%s%s&X-Amz-SignedHeaders=host"
            .formatted(
                SigV4.ALGORITHM,
                signer.encodedCredential(),
                signer.timestamp(),
                lifetime.toSeconds(),
                token == null ? "" : "&X-Amz-Security-Token=" + PercentEncoding.encode(token));
    SigningBuffer canonical =
        new SigningBuffer()
            .add("PUT\n" + path(object) + "\n" + query + "\n")
            .add("host:" + object.getRawAuthority() + "\n\nhost\nUNSIGNED-PAYLOAD");
    return URI.create(
        object + "?" + query + "&X-Amz-Signature=" + signer.signCanonicalRequest(canonical));
  }

  private static String path(URI url) {
    return url.getRawPath().isEmpty() ? "/" : url.getRawPath();
  }

  private static SigningCredentials credentials(AwsCredentials by) {
    return new SigningCredentials(
        by.accessKeyId(),
        by.secretAccessKey(),
        by instanceof AwsSessionCredentials session ? session.sessionToken() : null);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
