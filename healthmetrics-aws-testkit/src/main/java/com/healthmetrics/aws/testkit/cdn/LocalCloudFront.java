package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.Xml;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A CloudFront distribution on loopback in front of a {@link LocalS3}.
 *
 * <p>{@code GET} and {@code HEAD} of {@code /<percent-encoded key>} serve the object with the
 * response headers that make an uploaded file harmless. A key that is not there is {@code
 * AccessDenied}, which is what an origin without permission to list answers. As S3 does, it reads a
 * raw {@code +} in a path as a space: the URL of the key {@code a+b} is {@code /a%2Bb}, and {@code
 * /a+b} does not find it. Nothing is cached, so tests always see the latest upload.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.start();
 *     LocalCloudFront cloudFront = LocalCloudFront.inFrontOf(s3)) {
 *   CdnUrlResolver resolver = CloudFrontUrlResolver.of(cloudFront.baseUrl().toString());
 * }
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 only. Thread-safe.
 */
public final class LocalCloudFront implements AutoCloseable {
  private final LocalS3 origin;
  private final LoopbackServer server;

  private LocalCloudFront(LocalS3 origin, int port) {
    this.origin = origin;
    this.server = LoopbackServer.start("local-cloudfront", port, this::handle);
  }

  /**
   * Starts a distribution on a free port.
   *
   * @param origin what is served; it stays the caller's and is not closed with the distribution
   * @return the running distribution
   * @throws NullPointerException if {@code origin} is null
   */
  public static LocalCloudFront inFrontOf(LocalS3 origin) {
    return inFrontOf(origin, 0);
  }

  /**
   * Starts a distribution.
   *
   * @param origin what is served; it stays the caller's and is not closed with the distribution
   * @param port 0 to 65535; 0 takes a free one
   * @return the running distribution
   * @throws IllegalArgumentException if {@code port} is out of range
   * @throws NullPointerException if {@code origin} is null
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static LocalCloudFront inFrontOf(LocalS3 origin, int port) {
    return new LocalCloudFront(Objects.requireNonNull(origin, "origin"), port);
  }

  /**
   * Where the distribution listens: {@code http://127.0.0.1:PORT} without a trailing slash.
   *
   * @return the base of every URL
   */
  public URI baseUrl() {
    return server.uri();
  }

  /** Stops at once; the origin keeps running. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "LocalCloudFront[" + baseUrl() + ", in front of " + origin + "]";
  }

  private void handle(HttpExchange exchange) throws IOException {
    RawRequest request = RawRequest.of(exchange);
    HttpAnswer answer =
        switch (request.method()) {
          case "GET", "HEAD" ->
              key(request)
                  .flatMap(origin::find)
                  .map(LocalCloudFront::found)
                  .orElseGet(LocalCloudFront::denied);
          default -> denied();
        };
    answer
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Content-Security-Policy", "default-src 'none'; sandbox")
        .withHeader("Cross-Origin-Resource-Policy", "cross-origin")
        .send(exchange);
  }

  private static Optional<String> key(RawRequest request) {
    try {
      return Optional.of(Percent.decode(request.rawPath()).substring(1));
    } catch (IllegalArgumentException e) {
      // A path that cannot be decoded names no object.
      return Optional.empty();
    }
  }

  private static HttpAnswer found(StoredObject object) {
    HttpAnswer answer =
        HttpAnswer.of(200)
            .withBody(object.contentType(), object.bytes())
            .withHeader("ETag", object.eTag())
            .withHeader("X-Cache", "Miss from cloudfront");
    answer = with(answer, "Cache-Control", object.cacheControl());
    answer = with(answer, "Content-Disposition", object.contentDisposition());
    return with(answer, "Content-Encoding", object.contentEncoding());
  }

  private static HttpAnswer with(HttpAnswer answer, String name, Optional<String> value) {
    return value.isEmpty() ? answer : answer.withHeader(name, value.get());
  }

  private static HttpAnswer denied() {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put("Code", "AccessDenied");
    elements.put("Message", "Access Denied");
    elements.put("RequestId", UUID.randomUUID().toString());
    elements.put("HostId", "LocalCloudFront");
    return HttpAnswer.of(403)
        .withBody("application/xml", Xml.document("Error", elements))
        .withHeader("X-Cache", "Error from cloudfront");
  }
}
