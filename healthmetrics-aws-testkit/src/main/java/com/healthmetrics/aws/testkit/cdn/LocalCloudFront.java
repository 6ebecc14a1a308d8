package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.Xml;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
 * <p>Objects under a private prefix are served to requests with a valid signature only, in the
 * query or in cookies: canned and custom policies, RSA and ECDSA, SHA-1 and SHA-256. Everything
 * else is refused with CloudFront's error codes ({@code MissingKey}, {@code InvalidKey}, {@code
 * MalformedPolicy}, {@code AccessDenied}) and a {@code <Reason>} in plain words, which CloudFront
 * itself does not give. When CloudFront answers which code is documented in part only; where it is
 * not, this answers {@code AccessDenied}.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.start();
 *     LocalCloudFront cloudFront =
 *         LocalCloudFront.builder(s3)
 *             .privatePrefix("progress-photos/")
 *             .trustedKey(signingKey.publicKeyId(), publicKey)
 *             .start()) {
 *   CloudFrontUrlSigner urlSigner =
 *       CloudFrontUrlSigner.builder()
 *           .baseUrl(cloudFront.baseUrl().toString())
 *           .signingKey(signingKey)
 *           .build();
 * }
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 only. Thread-safe. The AWS rules are those of the Amazon CloudFront
 * Developer Guide, "Create a signed URL using a canned policy", "Create a signed URL using a custom
 * policy" and "Use signed cookies".
 */
public final class LocalCloudFront implements AutoCloseable {
  private final LocalS3 origin;
  private final List<String> privatePrefixes;
  private final ViewerAccess access;
  private final LoopbackServer server;

  private LocalCloudFront(Builder builder) {
    this.origin = builder.origin;
    this.privatePrefixes = List.copyOf(builder.privatePrefixes);
    this.access = new ViewerAccess(builder.trustedKeys, builder.clock);
    this.server = LoopbackServer.start("local-cloudfront", builder.port, this::handle);
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
    return builder(origin).port(port).start();
  }

  /**
   * A builder of a distribution that serves everything to everybody, as {@link #inFrontOf(LocalS3)}
   * does, until it is told what is private.
   *
   * @param origin what is served; it stays the caller's and is not closed with the distribution
   * @return the builder
   * @throws NullPointerException if {@code origin} is null
   */
  public static Builder builder(LocalS3 origin) {
    return new Builder(Objects.requireNonNull(origin, "origin"));
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
    ServerResponse response =
        switch (request.method()) {
          case "GET", "HEAD" ->
              serve(request, exchange.getRemoteAddress().getAddress().getHostAddress());
          default -> denied();
        };
    response
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Content-Security-Policy", "default-src 'none'; sandbox")
        .withHeader("Cross-Origin-Resource-Policy", "cross-origin")
        .send(exchange);
  }

  private ServerResponse serve(RawRequest request, String viewer) {
    Optional<String> key = key(request);
    // The decoded key decides: no spelling of a private path makes it a public one.
    if (key.isPresent() && privatePrefixes.stream().anyMatch(key.get()::startsWith)) {
      try {
        access.check(request, "http://" + request.header("host").orElse(""), viewer);
      } catch (CloudFrontRefusal refusal) {
        return refusal.response();
      }
    }
    return key.flatMap(origin::find).map(LocalCloudFront::found).orElseGet(LocalCloudFront::denied);
  }

  private static Optional<String> key(RawRequest request) {
    try {
      return Optional.of(Percent.decode(request.rawPath()).substring(1));
    } catch (IllegalArgumentException e) {
      // A path that cannot be decoded names no object.
      return Optional.empty();
    }
  }

  private static ServerResponse found(StoredObject object) {
    ServerResponse response =
        ServerResponse.of(200)
            .withBody(object.contentType(), object.bytes())
            .withHeader("ETag", object.eTag())
            .withHeader("X-Cache", "Miss from cloudfront");
    response = with(response, "Cache-Control", object.cacheControl());
    response = with(response, "Content-Disposition", object.contentDisposition());
    return with(response, "Content-Encoding", object.contentEncoding());
  }

  private static ServerResponse with(ServerResponse response, String name, Optional<String> value) {
    return value.isEmpty() ? response : response.withHeader(name, value.get());
  }

  private static ServerResponse denied() {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put("Code", "AccessDenied");
    elements.put("Message", "Access Denied");
    elements.put("RequestId", UUID.randomUUID().toString());
    elements.put("HostId", "LocalCloudFront");
    return ServerResponse.of(403)
        .withBody("application/xml", Xml.document("Error", elements))
        .withHeader("X-Cache", "Error from cloudfront");
  }

  /**
   * Collects what is private and whose signatures are trusted.
   *
   * <p>Mutable and not thread-safe.
   */
  public static final class Builder {
    private static final int RSA_BITS = 2_048;
    private static final int EC_BITS = 256;

    private final LocalS3 origin;
    private final List<String> privatePrefixes = new ArrayList<>();
    private final Map<String, PublicKey> trustedKeys = new LinkedHashMap<>();
    private Clock clock = Clock.systemUTC();
    private int port;

    private Builder(LocalS3 origin) {
      this.origin = origin;
    }

    /**
     * Makes one more key prefix private, as a behavior that restricts viewer access does.
     *
     * @param prefix how the keys begin, ending in a slash, such as {@code progress-photos/}
     * @return this builder
     * @throws IllegalArgumentException if {@code prefix} does not end in a slash
     * @throws NullPointerException if {@code prefix} is null
     */
    public Builder privatePrefix(String prefix) {
      if (!prefix.endsWith("/") || prefix.startsWith("/")) {
        throw new IllegalArgumentException("prefix must be like progress-photos/: " + prefix);
      }
      privatePrefixes.add(prefix);
      return this;
    }

    /**
     * Trusts the signatures of one more key, as adding it to the key group does. Two at a time are
     * what a change of keys needs.
     *
     * @param publicKeyId the id that signatures name, letters and digits
     * @param publicKey an RSA key of 2,048 bits or an elliptic-curve key on P-256
     * @return this builder
     * @throws IllegalArgumentException if CloudFront would take no such id or key, or the id is
     *     taken
     * @throws NullPointerException if an argument is null
     */
    public Builder trustedKey(String publicKeyId, PublicKey publicKey) {
      Objects.requireNonNull(publicKey, "publicKey");
      if (!publicKeyId.matches("[A-Za-z0-9]+")) {
        throw new IllegalArgumentException(
            "publicKeyId must be letters and digits: " + publicKeyId);
      }
      boolean known =
          (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == RSA_BITS)
              || (publicKey instanceof ECPublicKey ec
                  && ec.getParams().getOrder().bitLength() == EC_BITS);
      if (!known) {
        throw new IllegalArgumentException(
            "publicKey must be RSA with 2048 bits or on the curve P-256, as CloudFront takes no"
                + " other");
      }
      if (trustedKeys.putIfAbsent(publicKeyId, publicKey) != null) {
        throw new IllegalArgumentException("publicKeyId is taken: " + publicKeyId);
      }
      return this;
    }

    /**
     * Sets the clock that expiry is judged by; the system clock when not called.
     *
     * @param clock for instance a {@link com.healthmetrics.aws.testkit.TestClock}
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the port; a free one when not called, which is what tests want.
     *
     * @param port 0 to 65535; 0 takes a free one
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be 0 to 65535: " + port);
      }
      this.port = port;
      return this;
    }

    /**
     * Starts the distribution.
     *
     * @return the running distribution
     * @throws IllegalStateException if something is private and no key is trusted
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public LocalCloudFront start() {
      if (!privatePrefixes.isEmpty() && trustedKeys.isEmpty()) {
        throw new IllegalStateException(
            "A private prefix needs a trusted key: nobody could load "
                + String.join(", ", privatePrefixes)
                + " otherwise. Missing: trustedKey.");
      }
      return new LocalCloudFront(this);
    }
  }
}
