package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.PresignedUpload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Sends presigned uploads as a browser does, unchanged or tampered with. */
public final class Browser {
  /** How long a test waits for a response. */
  public static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final String BOUNDARY = "----FormBoundary7MA4YWxkTrZu0gW";

  private final HttpClient http = HttpClient.newHttpClient();

  /** Sends the file with exactly the signed headers or fields. */
  public HttpResponse<String> send(PresignedUpload upload, byte[] file) {
    return send(upload, file, UnaryOperator.identity());
  }

  /** Sends the file with headers or fields that the user has changed. */
  public HttpResponse<String> send(
      PresignedUpload upload, byte[] file, UnaryOperator<Map<String, String>> tampering) {
    HttpRequest.Builder request = HttpRequest.newBuilder(upload.url()).timeout(TIMEOUT);
    if (upload instanceof PresignedPut put) {
      request.PUT(BodyPublishers.ofByteArray(file));
      tampering.apply(new LinkedHashMap<>(put.headers())).forEach(request::header);
    } else if (upload instanceof PresignedPost post) {
      Map<String, String> fields = tampering.apply(new LinkedHashMap<>(post.fields()));
      request
          .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
          .POST(BodyPublishers.ofByteArray(form(fields, file)));
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sets a header or field; its name matches in any case, because form fields are not lowercase.
   */
  public static UnaryOperator<Map<String, String>> replacing(String name, String value) {
    return sent -> {
      String known = sent.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
      sent.put(known, value);
      return sent;
    };
  }

  /** Removes a header or field; its name matches in any case. */
  public static UnaryOperator<Map<String, String>> without(String name) {
    return sent -> {
      if (!sent.keySet().removeIf(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException("No " + name + " in " + sent.keySet());
      }
      return sent;
    };
  }

  private static byte[] form(Map<String, String> fields, byte[] file) {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    fields.forEach((name, value) -> form.writeBytes(part("name=\"" + name + "\"", utf8(value))));
    form.writeBytes(part("name=\"file\"; filename=\"blob\"", file));
    form.writeBytes(utf8("--" + BOUNDARY + "--\r\n"));
    return form.toByteArray();
  }

  private static byte[] part(String disposition, byte[] content) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.writeBytes(utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; "));
    part.writeBytes(utf8(disposition + "\r\n\r\n"));
    part.writeBytes(content);
    part.writeBytes(utf8("\r\n"));
    return part.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
