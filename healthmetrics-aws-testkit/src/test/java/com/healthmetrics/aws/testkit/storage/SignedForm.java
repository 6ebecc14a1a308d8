package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** A browser form with a policy, signed here by hand, with every way to get it wrong. */
public final class SignedForm {
  private static final Instant DATE = Instant.parse("2026-11-23T12:00:00Z");
  private static final String BOUNDARY = "----WebKitFormBoundaryAbCdEfGh";

  private final Bucket bucket;
  private final AwsCredentials credentials;
  private final String date;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<String> afterFile = new ArrayList<>();
  private String expiration;
  private String policy = "";
  private String secret;
  private String fileName = "me.png";
  private boolean signed = true;
  private boolean withFile = true;

  private SignedForm(Bucket bucket, Instant date) {
    this.bucket = bucket;
    this.credentials = bucket.credentials().resolveCredentials();
    this.date = SigV4.formatTimestamp(date);
    this.expiration = date.plus(Duration.ofMinutes(10)).toString();
    this.secret = credentials.secretAccessKey();
  }

  /** A form without a key that is otherwise complete, signed at noon on 23 November 2026. */
  static SignedForm to(LocalS3 s3) {
    return to(Bucket.of(s3), DATE);
  }

  /** A form to any server without a key that is otherwise complete. */
  public static SignedForm to(Bucket bucket, Instant date) {
    SignedForm form = new SignedForm(bucket, date);
    form.condition("{\"bucket\":\"" + bucket.name() + "\"}")
        .signedField("x-amz-algorithm", "AWS4-HMAC-SHA256")
        .signedField(
            "x-amz-credential",
            String.join(
                "/",
                form.credentials.accessKeyId(),
                form.day(),
                bucket.region().id(),
                "s3",
                "aws4_request"))
        .signedField("x-amz-date", form.date);
    if (form.credentials instanceof AwsSessionCredentials session) {
      form.signedField("x-amz-security-token", session.sessionToken());
    }
    return form;
  }

  private String day() {
    return date.substring(0, 8);
  }

  /** A field, and a condition for exactly its value. */
  public SignedForm signedField(String name, String value) {
    condition("{\"" + name + "\":\"" + value + "\"}");
    return field(name, value);
  }

  /** A field, or another value for it; no condition. */
  public SignedForm field(String name, String value) {
    fields.put(name, value);
    return this;
  }

  public SignedForm without(String name) {
    fields.remove(name);
    return this;
  }

  public SignedForm condition(String json) {
    conditions.add(json);
    return this;
  }

  public SignedForm withoutCondition(String json) {
    conditions.remove(json);
    return this;
  }

  public SignedForm expiration(String expiration) {
    this.expiration = expiration;
    return this;
  }

  /** A policy document instead of the one with the conditions. */
  public SignedForm policy(String document) {
    this.policy = document;
    return this;
  }

  SignedForm secret(String secret) {
    this.secret = secret;
    return this;
  }

  SignedForm unsigned() {
    this.signed = false;
    return this;
  }

  SignedForm fileName(String fileName) {
    this.fileName = fileName;
    return this;
  }

  public SignedForm withoutFile() {
    this.withFile = false;
    return this;
  }

  SignedForm afterFile(String name, String value) {
    afterFile.add(part(name, value));
    return this;
  }

  public Response send(String file) {
    return sendBody("multipart/form-data; boundary=" + BOUNDARY, body(file));
  }

  public Response sendAs(String contentType, String file) {
    return sendBody(contentType, body(file));
  }

  private Response sendBody(String contentType, byte[] body) {
    return post(bucket, contentType, body);
  }

  static Response post(LocalS3 s3, String contentType, byte[] body) {
    return post(Bucket.of(s3), contentType, body);
  }

  private static Response post(Bucket bucket, String contentType, byte[] body) {
    return SignedRequest.send(
        "POST",
        URI.create(bucket.endpoint() + "/" + bucket.name() + "/"),
        Map.of("Content-Type", contentType),
        BodyPublishers.ofByteArray(body));
  }

  private byte[] body(String file) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    if (signed) {
      String document =
          policy.isEmpty()
              ? "{\"expiration\":\""
                  + expiration
                  + "\",\"conditions\":["
                  + String.join(",", conditions)
                  + "]}"
              : policy;
      String base64 = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
      all.putIfAbsent("policy", base64);
      all.putIfAbsent("x-amz-signature", signature(base64));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    all.forEach((name, value) -> body.writeBytes(utf8(part(name, value))));
    if (withFile) {
      body.writeBytes(
          utf8(
              "--"
                  + BOUNDARY
                  + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                  + fileName
                  + "\"\r\nContent-Type: image/png\r\n\r\n"
                  + file
                  + "\r\n"));
    }
    afterFile.forEach(part -> body.writeBytes(utf8(part)));
    body.writeBytes(utf8("--" + BOUNDARY + "--\r\n"));
    return body.toByteArray();
  }

  private static String part(String name, String value) {
    return "--"
        + BOUNDARY
        + "\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n\r\n"
        + value
        + "\r\n";
  }

  private String signature(String base64Policy) {
    byte[] key = hmac(utf8("AWS4" + secret), day());
    key = hmac(hmac(hmac(key, bucket.region().id()), "s3"), "aws4_request");
    return HexFormat.of().formatHex(hmac(key, base64Policy));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
