package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A request as it is written to a socket: clients refuse to send what is in it. */
final class WireRequest {
  private static final int MILLIS = 60_000;

  private final URI server;
  private final String method;
  private final String target;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte[] body = new byte[0];

  private WireRequest(URI server, String method, String target) {
    this.server = server;
    this.method = method;
    this.target = oneLine(target, true);
    headers.put("host", server.getAuthority());
    headers.put("connection", "close");
  }

  static WireRequest of(URI server, String method, String target) {
    return new WireRequest(server, method, target);
  }

  WireRequest header(String name, String value) {
    headers.put(name, oneLine(value, false));
    return this;
  }

  WireRequest body(byte[] bytes) {
    body = bytes;
    return this;
  }

  WireRequest body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A line break would end the header; what a target cannot have is percent-encoded. */
  private static String oneLine(String text, boolean encoded) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (encoded && (b <= ' ' || b == 0x7F)) {
        out.append(String.format("%%%02X", b & 0xFF));
      } else {
        out.append(b == '\r' || b == '\n' || b == 0 ? ' ' : (char) (b & 0xFF));
      }
    }
    return out.toString();
  }

  /** Signs the host, the date and the payload in the {@code Authorization} header. */
  WireRequest signed(String accessKeyId, String secret, String region, String service) {
    String now = SigV4.formatTimestamp(Instant.now());
    String hash = SigV4.sha256Hex(body);
    header("x-amz-date", now);
    header("x-amz-content-sha256", hash);
    CredentialScope scope = new CredentialScope(accessKeyId, now.substring(0, 8), region, service);
    SortedMap<String, String> signed = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          if (name.equals("host") || name.startsWith("x-amz-") || name.equals("content-md5")) {
            signed.put(name, value);
          }
        });
    int query = target.indexOf('?');
    String canonical =
        SigV4.canonicalRequest(
            method,
            signedPath(service, query < 0 ? target : target.substring(0, query)),
            query < 0 ? "" : Query.parse(target.substring(query + 1)).canonicalWithout(""),
            signed,
            hash);
    String signature = SigV4.signature(secret, scope, SigV4.stringToSign(now, scope, canonical));
    return header(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=%s/%s/%s/%s/aws4_request, SignedHeaders=%s, Signature=%s"
            .formatted(
                accessKeyId,
                now.substring(0, 8),
                region,
                service,
                String.join(";", signed.keySet()),
                signature));
  }

  /** Every service but S3 signs the path encoded once more. */
  private static String signedPath(String service, String path) {
    return service.equals("s3") ? path : Percent.encodePath(path);
  }

  /**
   * Sends the request.
   *
   * @throws IOException if there is no response, or it is of a server that failed
   */
  void send() throws IOException {
    if (!isUri(target)) {
      return; // The JDK's server refuses it, before it asks us.
    }
    String response = response();
    int status = response.startsWith("HTTP/1.1 ") ? Integer.parseInt(response.substring(9, 12)) : 0;
    if (status == 0 || status == 500) {
      throw new IOException(status + ": " + response.lines().toList());
    }
  }

  private static boolean isUri(String target) {
    try {
      new URI(target);
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private String response() throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("content-length: ").append(body.length).append("\r\n\r\n");
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      byte[] bytes = socket.getInputStream().readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
