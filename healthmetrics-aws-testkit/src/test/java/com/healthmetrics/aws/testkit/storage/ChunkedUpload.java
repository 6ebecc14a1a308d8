package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** An {@code aws-chunked} upload, signed here by hand, with every way to get it wrong. */
public final class ChunkedUpload {
  public static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  public static final String SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  public static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  /** The key of every upload. */
  public static final String KEY = "key";

  private static final Instant DATE = Instant.parse("2026-11-23T12:00:00Z");

  private final Bucket bucket;
  private final AwsCredentials credentials;
  private final String date;
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
  public record Part(String line, String data) {
    public Part with(String otherLine) {
      return new Part(otherLine, data);
    }

    public Part withData(String otherData) {
      return new Part(line, otherData);
    }

    String text() {
      return line + "\r\n" + (data.isEmpty() ? "" : data + "\r\n");
    }
  }

  private ChunkedUpload(Bucket bucket, Instant date, String kind) {
    this.bucket = bucket;
    this.credentials = bucket.credentials().resolveCredentials();
    this.date = SigV4.formatTimestamp(date);
    this.kind = kind;
    this.secret = credentials.secretAccessKey();
    header("host", bucket.endpoint().getAuthority());
    header("x-amz-content-sha256", kind);
    header("x-amz-date", this.date);
  }

  /** An upload of these chunks, signed at noon on 23 November 2026. */
  static ChunkedUpload of(LocalS3 s3, String kind, String... chunks) {
    return to(Bucket.of(s3), DATE, kind, chunks);
  }

  /** An upload of these chunks to any server. */
  public static ChunkedUpload to(Bucket bucket, Instant date, String kind, String... chunks) {
    ChunkedUpload upload = new ChunkedUpload(bucket, date, kind);
    upload.chunks.addAll(List.of(chunks));
    return upload.header("x-amz-decoded-content-length", "" + String.join("", chunks).length());
  }

  public ChunkedUpload header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public ChunkedUpload without(String name) {
    headers.remove(name);
    return this;
  }

  /** A trailer with the checksum that its header announces. */
  public ChunkedUpload trailer(String name, String value) {
    return header("x-amz-trailer", name).trailerLine(name + ":" + value);
  }

  public ChunkedUpload trailerLine(String line) {
    trailer.add(line);
    return this;
  }

  public ChunkedUpload secret(String secret) {
    this.secret = secret;
    return this;
  }

  public Response send() {
    return sendChanged(parts -> parts);
  }

  /** Signs, then changes the parts of the body, then sends them. */
  public Response sendChanged(Function<List<Part>, List<Part>> change) {
    String seed = seed();
    List<Part> parts = change.apply(parts(seed));
    return send(seed, parts.stream().map(Part::text).collect(Collectors.joining()) + "\r\n");
  }

  /** Sends a body that has nothing to do with what was signed. */
  public Response sendBody(String body) {
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
            + credentials.accessKeyId()
            + "/"
            + scope()
            + ",SignedHeaders="
            + String.join(";", headers.keySet())
            + ",Signature="
            + seed);
    sent.putIfAbsent("content-encoding", "aws-chunked");
    return SignedRequest.send("PUT", URI.create(bucket.endpoint() + path()), sent, body);
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
    return "/" + bucket.name() + "/" + KEY;
  }

  private String scope() {
    return date.substring(0, 8) + "/" + bucket.region().id() + "/s3/aws4_request";
  }

  private String seed() {
    StringBuilder canonical = new StringBuilder("PUT\n" + path() + "\n\n");
    headers.forEach((name, value) -> canonical.append(name + ":" + value + "\n"));
    canonical.append("\n" + String.join(";", headers.keySet()) + "\n" + kind);
    return sign("", sha256(canonical.toString()));
  }

  private String sign(String part, String rest) {
    String algorithm = "AWS4-HMAC-SHA256" + (part.isEmpty() ? "" : "-" + part);
    byte[] key = hmac(bytes("AWS4" + secret), date.substring(0, 8));
    key = hmac(hmac(hmac(key, bucket.region().id()), "s3"), "aws4_request");
    return HexFormat.of()
        .formatHex(hmac(key, algorithm + "\n" + date + "\n" + scope() + "\n" + rest));
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
