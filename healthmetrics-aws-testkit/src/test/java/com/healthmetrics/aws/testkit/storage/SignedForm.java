package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A browser form with a policy, signed here by hand, with every way to get it wrong. */
final class SignedForm {
  private static final String DATE = "20261123T120000Z";
  private static final String BOUNDARY = "----WebKitFormBoundaryAbCdEfGh";

  private final LocalS3 s3;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<String> afterFile = new ArrayList<>();
  private String expiration = "2026-11-23T12:10:00.000Z";
  private String policy = "";
  private String secret;
  private String fileName = "me.png";
  private boolean signed = true;
  private boolean withFile = true;

  private SignedForm(LocalS3 s3) {
    this.s3 = s3;
    this.secret = s3.secretAccessKey();
  }

  /** A form without a key that is otherwise complete. */
  static SignedForm to(LocalS3 s3) {
    SignedForm form =
        new SignedForm(s3)
            .condition("{\"bucket\":\"" + s3.bucket() + "\"}")
            .signedField("x-amz-algorithm", "AWS4-HMAC-SHA256")
            .signedField(
                "x-amz-credential",
                s3.accessKeyId() + "/20261123/" + s3.region().id() + "/s3/aws4_request")
            .signedField("x-amz-date", DATE);
    s3.sessionToken().ifPresent(token -> form.signedField("x-amz-security-token", token));
    return form;
  }

  /** A field, and a condition for exactly its value. */
  SignedForm signedField(String name, String value) {
    condition("{\"" + name + "\":\"" + value + "\"}");
    return field(name, value);
  }

  /** A field, or another value for it; no condition. */
  SignedForm field(String name, String value) {
    fields.put(name, value);
    return this;
  }

  SignedForm without(String name) {
    fields.remove(name);
    return this;
  }

  SignedForm condition(String json) {
    conditions.add(json);
    return this;
  }

  SignedForm withoutCondition(String json) {
    conditions.remove(json);
    return this;
  }

  SignedForm expiration(String expiration) {
    this.expiration = expiration;
    return this;
  }

  /** A policy document instead of the one with the conditions. */
  SignedForm policy(String document) {
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

  SignedForm withoutFile() {
    this.withFile = false;
    return this;
  }

  SignedForm afterFile(String name, String value) {
    afterFile.add(part(name, value));
    return this;
  }

  Response send(String file) {
    return sendBody("multipart/form-data; boundary=" + BOUNDARY, body(file));
  }

  Response sendAs(String contentType, String file) {
    return sendBody(contentType, body(file));
  }

  private Response sendBody(String contentType, byte[] body) {
    return post(s3, contentType, body);
  }

  static Response post(LocalS3 s3, String contentType, byte[] body) {
    return SignedRequest.send(
        "POST",
        URI.create(s3.endpoint() + "/" + s3.bucket() + "/"),
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
    byte[] key = hmac(utf8("AWS4" + secret), DATE.substring(0, 8));
    key = hmac(hmac(hmac(key, s3.region().id()), "s3"), "aws4_request");
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
