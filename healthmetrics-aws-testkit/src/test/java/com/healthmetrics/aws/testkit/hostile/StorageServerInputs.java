package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.dev.DevServer;
import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The texts in requests to LocalS3, LocalCloudFront and the development server. */
final class StorageServerInputs {
  /** What S3 accepts before the file, less the other fields. */
  private static final int FIELD = 16_000;

  /** A policy, less base64. */
  private static final int POLICY = 11_000;

  private final LocalS3 s3;
  private final LocalCloudFront cloudFront;
  private final PrivateKey key;
  private final DevServer dev;

  StorageServerInputs(LocalS3 s3, LocalCloudFront cloudFront, PrivateKey key, DevServer dev) {
    this.s3 = s3;
    this.cloudFront = cloudFront;
    this.key = key;
    this.dev = dev;
    s3.put("a.png", "image/png", new byte[10]);
  }

  List<HostileInput> all() {
    return Stream.of(forms(), requests(), pictures(), development()).flatMap(List::stream).toList();
  }

  private List<HostileInput> forms() {
    return List.of(
        HostileInput.of(
            "LocalS3 form body", text -> form("b", text).send(), "\u2026", "--b\r\n\u2026"),
        HostileInput.of(
            "LocalS3 form boundary",
            text -> form(text, "--" + text + "\r\n").send(),
            "\u2026",
            "\"\u2026\"",
            "b;\u2026"),
        HostileInput.of(
            "LocalS3 form part header",
            text -> form("b", "--b\r\n" + text + "\r\n\r\na\r\n--b--").send(),
            "\u2026",
            "Content-Disposition: \u2026",
            "Content-Disposition: form-data; name=\u2026"),
        HostileInput.of(
            "LocalS3 form field name",
            text -> form("b", part("name=\"" + text + "\"", "a") + "--b--").send(),
            "\u2026",
            "a\\\"\u2026"),
        HostileInput.of("LocalS3 form field", text -> signed(Map.of("x-ignore-a", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form key",
                text -> signed(Map.of("key", text)).send(),
                "\u2026",
                "a/${filename}\u2026")
            .atMost(FIELD),
        HostileInput.of(
            "LocalS3 form file name", text -> signed(Map.of("key", "${filename}"), text).send()),
        HostileInput.of(
                "LocalS3 form Content-Type",
                text -> signed(Map.of("key", "a", "content-type", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form credential",
                text -> signed(Map.of("key", "a", "x-amz-credential", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form date", text -> signed(Map.of("key", "a", "x-amz-date", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form metadata",
                text -> signed(Map.of("key", "a", "x-amz-meta-a", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form checksum",
                text -> signed(Map.of("key", "a", "x-amz-checksum-sha256", text)).send())
            .atMost(FIELD),
        HostileInput.of(
                "LocalS3 form policy",
                text -> signed(Map.of("key", "a"), "a.png", text).send(),
                "\u2026",
                "{\"expiration\":\"\u2026\",\"conditions\":[]}",
                "{\"expiration\":\"2126-11-23T12:10:00Z\",\"conditions\":[\u2026",
                "{\"expiration\":\"2126-11-23T12:10:00Z\",\"conditions\":[{\"\u2026\":\"a\"}]}")
            .atMost(POLICY),
        HostileInput.of(
                "LocalS3 form policy in base64",
                text -> signed(Map.of("key", "a", "policy", text)).send())
            .atMost(FIELD));
  }

  private WireRequest form(String boundary, String body) {
    return WireRequest.of(s3.endpoint(), "POST", "/" + s3.bucket())
        .header("content-type", "multipart/form-data; boundary=" + boundary)
        .body(body);
  }

  private static String part(String parameters, String content) {
    return "--b\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + content + "\r\n";
  }

  private WireRequest signed(Map<String, String> fields) {
    return signed(fields, "a.png");
  }

  private WireRequest signed(Map<String, String> fields, String fileName) {
    StringBuilder conditions = new StringBuilder("{\"bucket\":\"" + s3.bucket() + "\"}");
    for (String name : List.of("key", "content-type", "x-amz-meta-a", "x-amz-checksum-sha256")) {
      conditions.append(",[\"starts-with\",\"$").append(name).append("\",\"\"]");
    }
    for (String name : List.of("x-amz-algorithm", "x-amz-credential", "x-amz-date")) {
      conditions.append(",[\"starts-with\",\"$").append(name).append("\",\"\"]");
    }
    return signed(
        fields,
        fileName,
        "{\"expiration\":\"2126-11-23T12:10:00.000Z\",\"conditions\":[" + conditions + "]}");
  }

  private WireRequest signed(Map<String, String> fields, String fileName, String policy) {
    String now = SigV4.formatTimestamp(Instant.now());
    CredentialScope scope =
        new CredentialScope(s3.accessKeyId(), now.substring(0, 8), s3.region().id(), "s3");
    String base64 = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
    Map<String, String> all = new LinkedHashMap<>();
    all.put("key", "a.png");
    all.put("content-type", "image/png");
    all.put("x-amz-algorithm", SigV4.ALGORITHM);
    all.put(
        "x-amz-credential",
        String.join("/", s3.accessKeyId(), scope.date(), scope.region(), "s3/aws4_request"));
    all.put("x-amz-date", now);
    all.put("policy", base64);
    all.put("x-amz-signature", SigV4.signature(s3.secretAccessKey(), scope, base64));
    all.putAll(fields);
    StringBuilder body = new StringBuilder();
    all.forEach((name, value) -> body.append(part("name=\"" + name + "\"", value)));
    body.append(part("name=\"file\"; filename=\"" + fileName + "\"", "picture"));
    return form("b", body + "--b--\r\n");
  }

  private List<HostileInput> requests() {
    return List.of(
        HostileInput.inTarget(
            "LocalS3 path",
            text -> WireRequest.of(s3.endpoint(), "GET", text).send(),
            "/\u2026",
            "/" + s3.bucket() + "/\u2026"),
        HostileInput.inTarget(
            "LocalS3 query",
            text -> WireRequest.of(s3.endpoint(), "PUT", object("?" + text)).send(),
            "\u2026",
            "X-Amz-Signature=\u2026",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261123T120000Z&X-Amz-Expires=\u2026",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\u2026",
            presigned("host;\u2026")),
        HostileInput.inTarget(
            "LocalS3 list query",
            text -> sign(WireRequest.of(s3.endpoint(), "GET", bucket("?" + text))).send(),
            "list-type=2&prefix=\u2026",
            "list-type=2&max-keys=\u2026",
            "list-type=2&continuation-token=\u2026",
            "list-type=2&delimiter=\u2026"),
        header("authorization", "\u2026", "AWS4-HMAC-SHA256 \u2026"),
        header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=\u2026",
            "AWS4-HMAC-SHA256 Credential=a/20261123/us-east-1/s3/aws4_request,"
                + " SignedHeaders=\u2026, Signature=a"),
        signedHeader("range", "\u2026", "bytes=\u2026", "bytes=0-\u2026"),
        signedHeader("if-match", "\u2026"),
        signedHeader("x-amz-copy-source", "\u2026"),
        signedHeader("x-amz-checksum-mode", "\u2026"),
        header("x-amz-security-token", "\u2026"),
        header("content-type", "\u2026", "multipart/form-data; \u2026"),
        header("origin", "\u2026", "https://\u2026"),
        HostileInput.of(
            "LocalS3 preflight",
            text ->
                WireRequest.of(s3.endpoint(), "OPTIONS", object(""))
                    .header("origin", "https://app.example.com")
                    .header("access-control-request-method", "PUT")
                    .header("access-control-request-headers", text)
                    .send()),
        HostileInput.of(
            "LocalS3 metadata",
            text ->
                sign(WireRequest.of(s3.endpoint(), "PUT", object(""))
                        .header("x-amz-meta-a", text)
                        .header("content-type", text)
                        .body("a"))
                    .send()),
        HostileInput.of(
            "LocalS3 DeleteObjects",
            text ->
                sign(WireRequest.of(s3.endpoint(), "POST", bucket("?delete="))
                        .header("content-md5", md5(text))
                        .body(text))
                    .send(),
            "\u2026",
            "<Delete><Object><Key>\u2026</Key></Object></Delete>",
            "<Delete><Object><Key>" + "<a>".repeat(40_000),
            "<!DOCTYPE a [<!ENTITY b \"\u2026\">]><Delete>&b;</Delete>"));
  }

  private String bucket(String query) {
    return "/" + s3.bucket() + query;
  }

  private String object(String query) {
    return "/" + s3.bucket() + "/a.png" + query;
  }

  private String presigned(String signedHeaders) {
    String now = SigV4.formatTimestamp(Instant.now());
    String credential =
        String.join(
            "%2F", s3.accessKeyId(), now.substring(0, 8), s3.region().id(), "s3", "aws4_request");
    return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
        + credential
        + "&X-Amz-Date="
        + now
        + "&X-Amz-Expires=600&X-Amz-Signature=00&X-Amz-SignedHeaders="
        + signedHeaders;
  }

  private WireRequest sign(WireRequest request) {
    return request.signed(s3.accessKeyId(), s3.secretAccessKey(), s3.region().id(), "s3");
  }

  private HostileInput header(String name, String... frames) {
    return HostileInput.of(
        "LocalS3 header " + name,
        text -> WireRequest.of(s3.endpoint(), "POST", bucket("")).header(name, text).send(),
        frames);
  }

  private HostileInput signedHeader(String name, String... frames) {
    return HostileInput.of(
        "LocalS3 header " + name,
        text -> sign(WireRequest.of(s3.endpoint(), "GET", object("")).header(name, text)).send(),
        frames);
  }

  private static String md5(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private List<HostileInput> pictures() {
    return List.of(
        HostileInput.inTarget(
            "LocalCloudFront path",
            text -> WireRequest.of(cloudFront.baseUrl(), "GET", text).send(),
            "/\u2026",
            "/private/\u2026"),
        HostileInput.inTarget(
            "LocalCloudFront query",
            text -> WireRequest.of(cloudFront.baseUrl(), "GET", "/private/a.png?" + text).send(),
            "\u2026",
            "Expires=\u2026&Signature=a&Key-Pair-Id=KEY",
            "Policy=\u2026&Signature=a&Key-Pair-Id=KEY",
            "Expires=2000000000&Signature=\u2026&Key-Pair-Id=KEY",
            "response-content-disposition=\u2026"),
        HostileInput.of(
            "LocalCloudFront cookie",
            text ->
                WireRequest.of(cloudFront.baseUrl(), "GET", "/private/a.png")
                    .header("cookie", text)
                    .send(),
            "\u2026",
            "CloudFront-Key-Pair-Id=\u2026"),
        HostileInput.of(
                "LocalCloudFront policy",
                text ->
                    WireRequest.of(cloudFront.baseUrl(), "GET", "/private/a.png?" + grant(text))
                        .send(),
                "\u2026",
                policy("*\u2026", "1.2.3.4"),
                policy("*", "\u2026"))
            .atMost(POLICY));
  }

  private static String policy(String resource, String viewer) {
    return "{\"Statement\":[{\"Resource\":\""
        + resource
        + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":2000000000},"
        + "\"IpAddress\":{\"AWS:SourceIp\":\""
        + viewer
        + "\"}}}]}";
  }

  private String grant(String policy) {
    try {
      Signature signature = Signature.getInstance("SHA1withRSA");
      signature.initSign(key);
      signature.update(policy.getBytes(StandardCharsets.UTF_8));
      return "Policy="
          + urlSafe(policy.getBytes(StandardCharsets.UTF_8))
          + "&Signature="
          + urlSafe(signature.sign())
          + "&Key-Pair-Id=KEY";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String urlSafe(byte[] bytes) {
    String base64 = Base64.getEncoder().encodeToString(bytes);
    return base64.replace('+', '-').replace('=', '_').replace('/', '~');
  }

  private List<HostileInput> development() {
    return List.of(
        HostileInput.inTarget(
            "DevServer path",
            text -> WireRequest.of(dev.pageUrl(), "GET", text).send(),
            "/\u2026",
            "/api/\u2026",
            "/api/mails/\u2026"),
        HostileInput.of(
            "DevServer uploads",
            text -> post("/api/uploads", text).send(),
            "\u2026",
            "{\"method\":\"PUT\",\"size\":1,\"contentType\":\"image/png\",\"fileName\":\u2026"),
        HostileInput.of(
            "DevServer file name",
            text ->
                post(
                        "/api/uploads",
                        Json.write(
                            Map.of(
                                "method",
                                "PUT",
                                "size",
                                1,
                                "contentType",
                                "image/png",
                                "fileName",
                                text)))
                    .send()),
        HostileInput.of(
            "DevServer key",
            text -> post("/api/pictures", Json.write(Map.of("key", text))).send(),
            "\u2026",
            "progress-photos/demo/\u2026"));
  }

  private WireRequest post(String path, String json) {
    return WireRequest.of(dev.pageUrl(), "POST", path)
        .header("content-type", "application/json")
        .body(json);
  }
}
