package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The requests with which a browser uploads, and some with which it must not. */
final class BrowserUpload {
  private BrowserUpload() {}

  static HttpRequest put(PresignedPut upload, byte[] body) {
    return put(upload.url(), upload.headers(), body);
  }

  static HttpRequest put(PresignedPut upload, String contentType, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>(upload.headers());
    headers.replaceAll(
        (name, value) -> name.equalsIgnoreCase("content-type") ? contentType : value);
    return put(upload.url(), headers, body);
  }

  static HttpRequest put(URI url, Map<String, String> headers, byte[] body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).PUT(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return request.build();
  }

  static HttpRequest post(PresignedPost upload, byte[] file) {
    return post(upload.url(), upload.fields(), file);
  }

  static HttpRequest post(PresignedPost upload, String contentType, byte[] file) {
    Map<String, String> fields = new LinkedHashMap<>(upload.fields());
    fields.replaceAll((name, value) -> name.equalsIgnoreCase("content-type") ? contentType : value);
    return post(upload.url(), fields, file);
  }

  private static HttpRequest post(URI url, Map<String, String> fields, byte[] file) {
    String boundary = "doctor-" + UUID.randomUUID();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    fields.forEach((name, value) -> add(body, part(boundary, name, "") + "\r\n" + value + "\r\n"));
    add(body, part(boundary, "file", "; filename=\"doctor.png\"") + "\r\n");
    body.writeBytes(file);
    add(body, "\r\n--" + boundary + "--\r\n");
    return HttpRequest.newBuilder(url)
        .header("content-type", "multipart/form-data; boundary=" + boundary)
        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
        .build();
  }

  private static String part(String boundary, String name, String more) {
    return "--%s\r\ncontent-disposition: form-data; name=\"%s\"%s\r\n"
        .formatted(boundary, name, more);
  }

  private static void add(ByteArrayOutputStream body, String text) {
    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a browser asks before it sends a PUT from a page of an origin. */
  static HttpRequest preflight(PresignedPut upload, String origin) {
    return HttpRequest.newBuilder(upload.url())
        .method("OPTIONS", BodyPublishers.noBody())
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", String.join(",", upload.headers().keySet()))
        .build();
  }
}
