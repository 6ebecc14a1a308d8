package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An {@code aws-chunked} upload, signed here by hand, with every way to get it wrong. */
final class ChunkedUpload {
  static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  static final String SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  private static final String DATE = "20261123T120000Z";

  private final LocalS3 s3;
  private final String kind;
  private final TreeMap<String, String> headers = new TreeMap<>();
  private final List<String> chunks = new ArrayList<>();
  private final List<String> trailer = new ArrayList<>();
  private String secret;

  /**
   * One part of the body as it is sent.
   *
   * @param line the size in hex, and the signature
   * @param data the bytes after the line; empty for the last chunk and the trailer
   */
  record Part(String line, String data) {
    Part with(String otherLine) {
      return new Part(otherLine, data);
    }

    Part withData(String otherData) {
      return new Part(line, otherData);
    }

    String text() {
      return line + "\r\n" + (data.isEmpty() ? "" : data + "\r\n");
    }
  }

  private ChunkedUpload(LocalS3 s3, String kind) {
    this.s3 = s3;
    this.kind = kind;
    this.secret = s3.secretAccessKey();
    header("host", s3.endpoint().getAuthority());
    header("x-amz-content-sha256", kind);
    header("x-amz-date", DATE);
  }

  /** An upload of these chunks. */
  static ChunkedUpload of(LocalS3 s3, String kind, String... chunks) {
    ChunkedUpload upload = new ChunkedUpload(s3, kind);
    upload.chunks.addAll(List.of(chunks));
    return upload.header("x-amz-decoded-content-length", "" + String.join("", chunks).length());
  }

  ChunkedUpload header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  ChunkedUpload without(String name) {
    headers.remove(name);
    return this;
  }

  /** A trailer with the checksum that its header announces. */
  ChunkedUpload trailer(String name, String value) {
    return header("x-amz-trailer", name).trailerLine(name + ":" + value);
  }

  ChunkedUpload trailerLine(String line) {
    trailer.add(line);
    return this;
  }

  ChunkedUpload secret(String secret) {
    this.secret = secret;
    return this;
  }

  Response send() {
    return sendChanged(parts -> parts);
  }

  /** Signs, then changes the parts of the body, then sends them. */
  Response sendChanged(Function<List<Part>, List<Part>> change) {
    String seed = seed();
    List<Part> parts = change.apply(parts(seed));
    return send(seed, parts.stream().map(Part::text).collect(Collectors.joining()) + "\r\n");
  }

  /** Sends a body that has nothing to do with what was signed. */
  Response sendBody(String body) {
    return send(seed(), body);
  }

  /** Sends the body without its length. */
  Response sendAsAStream() {
    String seed = seed();
    byte[] body =
        bytes(parts(seed).stream().map(Part::text).collect(Collectors.joining()) + "\r\n");
    return send(seed, BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(List.of(body))));
  }

  private Response send(String seed, String body) {
    return send(seed, BodyPublishers.ofByteArray(bytes(body)));
  }

  private Response send(String seed, BodyPublisher body) {
    Map<String, String> sent = new TreeMap<>(headers);
    sent.put(
        "authorization",
        "AWS4-HMAC-SHA256 Credential="
            + s3.accessKeyId()
            + "/"
            + scope()
            + ",SignedHeaders="
            + String.join(";", headers.keySet())
            + ",Signature="
            + seed);
    sent.putIfAbsent("content-encoding", "aws-chunked");
    return SignedRequest.send("PUT", URI.create(s3.endpoint() + path()), sent, body);
  }

  private List<Part> parts(String seed) {
    List<Part> parts = new ArrayList<>();
    List<String> all = new ArrayList<>(chunks);
    all.add("");
    String previous = seed;
    for (String chunk : all) {
      String size = Integer.toHexString(chunk.length());
      if (kind.equals(UNSIGNED_TRAILER)) {
        parts.add(new Part(size, chunk));
      } else {
        previous = sign("PAYLOAD", previous + "\n" + sha256("") + "\n" + sha256(chunk));
        parts.add(new Part(size + ";chunk-signature=" + previous, chunk));
      }
    }
    trailer.forEach(line -> parts.add(new Part(line, "")));
    if (kind.equals(SIGNED_TRAILER)) {
      String lines = trailer.stream().map(line -> line + "\n").collect(Collectors.joining());
      parts.add(
          new Part(
              "x-amz-trailer-signature:" + sign("TRAILER", previous + "\n" + sha256(lines)), ""));
    }
    return parts;
  }

  private String path() {
    return "/" + s3.bucket() + "/key";
  }

  private String scope() {
    return DATE.substring(0, 8) + "/" + s3.region().id() + "/s3/aws4_request";
  }

  private String seed() {
    StringBuilder canonical = new StringBuilder("PUT\n" + path() + "\n\n");
    headers.forEach((name, value) -> canonical.append(name + ":" + value + "\n"));
    canonical.append("\n" + String.join(";", headers.keySet()) + "\n" + kind);
    return sign("", sha256(canonical.toString()));
  }

  private String sign(String part, String rest) {
    String algorithm = "AWS4-HMAC-SHA256" + (part.isEmpty() ? "" : "-" + part);
    byte[] key = hmac(bytes("AWS4" + secret), DATE.substring(0, 8));
    key = hmac(hmac(hmac(key, s3.region().id()), "s3"), "aws4_request");
    return HexFormat.of()
        .formatHex(hmac(key, algorithm + "\n" + DATE + "\n" + scope() + "\n" + rest));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
