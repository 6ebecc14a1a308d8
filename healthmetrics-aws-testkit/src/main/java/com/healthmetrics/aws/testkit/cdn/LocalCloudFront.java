package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.KeyPrefix;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.WebOrigin;
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
 * <p>{@code GET} and {@code HEAD} of {@code /<percent-encoded key>} serve the object, or one range
 * of it, with the headers that S3 serves it with, {@code x-amz-meta-*} included, and the response
 * headers of the Terraform module, which make an uploaded file harmless. A viewer that has the
 * object gets 304, and one whose condition is not met 412. A missing key is {@code AccessDenied},
 * as from an origin without permission to list. As on S3, a raw {@code +} in a path is a space: the
 * URL of the key {@code a+b} is {@code /a%2Bb}, and {@code /a+b} does not find it. Nothing is
 * cached, so tests always see the latest upload.
 *
 * <p>Pending uploads, the keys below {@code pending/}, are never served, with or without a valid
 * signature and however the path is encoded: S3 refuses them with {@code AccessDenied}, as no
 * statement of the Terraform module's bucket policy lets the distribution read them.
 *
 * <p>As with the cache policies of the Terraform module, S3 sees {@code Range} and the conditions
 * of a request, and no other header; and of the query string, for private prefixes alone, {@code
 * response-content-disposition}, with which it replaces that header. The usual headers of browsers,
 * HTTP clients, proxies and tracing are dropped, and so are parameters. Refused as not implemented
 * (501), because CloudFront would silently drop them or this class does not know them, are any
 * other header, other parameters that S3 would act on ({@code versionId}, {@code response-*},
 * {@code X-Amz-*} and the like), and several ranges.
 *
 * <p>Pages of the origins that {@link Builder#allowedOrigin} names may read what they load, with
 * cookies if a prefix is private. Every response has {@code Vary: Origin}, so that a browser does
 * not reuse the response to an {@code <img>} for a {@code fetch}. Preflight requests are refused:
 * neither a picture nor a range of one needs them.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.start();
 *     LocalCloudFront cloudFront = LocalCloudFront.inFrontOf(s3)) {
 *   CdnUrlResolver resolver = CdnUrlResolver.of(cloudFront.baseUrl());
 * }
 * }</pre>
 *
 * <p>Objects under a private prefix are served to requests with a valid signature only, in the
 * query or in cookies: canned and custom policies, RSA and ECDSA, SHA-1 and SHA-256. Other requests
 * are refused with CloudFront's error codes ({@code MissingKey}, {@code InvalidKey}, {@code
 * MalformedPolicy}, {@code AccessDenied}) and a {@code <Reason>}, which CloudFront does not send.
 * CloudFront documents only some of its codes; an undocumented case is {@code AccessDenied} here.
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
 *           .baseUrl(cloudFront.baseUrl())
 *           .signingKey(signingKey)
 *           .build();
 * }
 * }</pre>
 *
 * <p>The server listens on 127.0.0.1 only. The AWS rules are those of the Amazon CloudFront
 * Developer Guide, "Create a signed URL using a canned policy", "Create a signed URL using a custom
 * policy", "Use signed cookies", "Cache content based on query string parameters", "Understand
 * response headers policies" and "Request and response behavior for Amazon S3 origins".
 *
 * <p>Thread-safe.
 */
public final class LocalCloudFront implements AutoCloseable {
  /** Prefix of the keys of uploads that were not accepted yet. */
  private static final String PENDING = "pending/";

  private final LocalS3 origin;
  private final List<String> privatePrefixes;
  private final ViewerAccess access;
  private final CrossOriginReads reads;
  private final Clock clock;
  private final LoopbackServer server;

  private LocalCloudFront(Builder builder) {
    this.origin = builder.origin;
    this.privatePrefixes = List.copyOf(builder.privatePrefixes);
    this.access = new ViewerAccess(builder.trustedKeys, builder.clock);
    this.reads = new CrossOriginReads(builder.allowedOrigins, !builder.privatePrefixes.isEmpty());
    this.clock = builder.clock;
    this.server =
        LoopbackServer.start(
            "local-cloudfront",
            builder.port,
            builder.clock,
            new HostCheck(
                builder.allowedHosts,
                (request, refused) ->
                    identified(hardened(CloudFrontRefusal.of(refused).response()))),
            this::handle);
  }

  /**
   * Starts a distribution on a free port.
   *
   * @param origin the bucket; the caller closes it
   * @return the running distribution
   * @throws NullPointerException if {@code origin} is null
   */
  public static LocalCloudFront inFrontOf(LocalS3 origin) {
    return inFrontOf(origin, 0);
  }

  /**
   * Starts a distribution.
   *
   * @param origin the bucket; the caller closes it
   * @param port 0 to 65535; 0 selects a free port
   * @return the running distribution
   * @throws IllegalArgumentException if {@code port} is out of range
   * @throws NullPointerException if {@code origin} is null
   * @throws java.io.UncheckedIOException if the port is in use
   */
  public static LocalCloudFront inFrontOf(LocalS3 origin, int port) {
    return builder(origin).port(port).start();
  }

  /**
   * Returns a new builder; only the origin is required. Default: every object is public, as in
   * {@link #inFrontOf(LocalS3)}.
   *
   * @param origin the bucket; the caller closes it
   * @return the builder
   * @throws NullPointerException if {@code origin} is null
   */
  public static Builder builder(LocalS3 origin) {
    return new Builder(Objects.requireNonNull(origin, "origin"));
  }

  /** {@return the base of every URL: {@code http://127.0.0.1:PORT} without a trailing slash} */
  public URI baseUrl() {
    return server.uri();
  }

  /** Stops the distribution at once; the origin keeps running. A second call does nothing. */
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
    ServerResponse response;
    try {
      response =
          switch (request.method()) {
            case "GET", "HEAD" ->
                serve(request, exchange.getRemoteAddress().getAddress().getHostAddress());
            default ->
                throw CloudFrontRefusal.accessDenied("The distribution allows GET and HEAD only.");
          };
    } catch (CloudFrontRefusal refusal) {
      response = refusal.response();
    }
    identified(hardened(response)).send(exchange);
  }

  /** Every response of CloudFront has an id, by which it differs from that of a proxy. */
  private static ServerResponse identified(ServerResponse response) {
    return response.withHeader("X-Amz-Cf-Id", UUID.randomUUID().toString());
  }

  /** The response headers policy of the Terraform module. */
  private static ServerResponse hardened(ServerResponse response) {
    return response
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Content-Security-Policy", "default-src 'none'; sandbox")
        .withHeader("X-Frame-Options", "DENY")
        .withHeader("Referrer-Policy", "no-referrer")
        .withHeader("Strict-Transport-Security", "max-age=63072000")
        .withHeader("Cross-Origin-Resource-Policy", "cross-origin")
        // Without it, a browser that showed the picture would reuse that response for a page's
        // own read, to which it gives no permission.
        .withHeader("Vary", "Origin");
  }

  private ServerResponse serve(RawRequest request, String viewer) {
    Optional<String> key = key(request);
    boolean signed = key.isPresent() && privatePrefixes.stream().anyMatch(key.get()::startsWith);
    ViewerRequest.requireUnderstood(request, signed);
    // The decoded key decides: no encoding of a path makes a private or a pending object public.
    if (key.filter(it -> it.startsWith(PENDING)).isPresent()) {
      throw denied(
          "The bucket policy lets the distribution read no key below "
              + PENDING
              + ": an upload is served under its final key, once it was accepted.");
    }
    if (signed) {
      access.check(request, "http://" + request.header("host").orElse(""), viewer);
    }
    StoredObject object =
        key.flatMap(origin::find)
            .orElseThrow(
                () ->
                    denied(
                        "There is no such object. S3 returns 403 for it, as the distribution has no"
                            + " permission to list."));
    ServerResponse response =
        ObjectResponse.of(
            request,
            object,
            signed ? ViewerRequest.contentDisposition(request) : Optional.empty(),
            clock.instant());
    return reads.permit(request, response);
  }

  private static Optional<String> key(RawRequest request) {
    try {
      return Optional.of(Percent.decode(request.rawPath()).substring(1));
    } catch (IllegalArgumentException e) {
      // A path that cannot be decoded names no object.
      return Optional.empty();
    }
  }

  private static CloudFrontRefusal denied(String reason) {
    return CloudFrontRefusal.ofOrigin(403, "AccessDenied", "Access Denied", reason);
  }

  /** Builder for {@link LocalCloudFront}. Not thread-safe. */
  public static final class Builder {
    private static final int RSA_BITS = 2_048;
    private static final int EC_BITS = 256;

    private final LocalS3 origin;
    private final List<String> privatePrefixes = new ArrayList<>();
    private final Map<String, PublicKey> trustedKeys = new LinkedHashMap<>();
    private final List<String> allowedOrigins = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private Clock clock = Clock.systemUTC();
    private int port;

    private Builder(LocalS3 origin) {
      this.origin = origin;
    }

    /**
     * Makes one more key prefix private, as a behavior that restricts viewer access does. Default:
     * none.
     *
     * @param prefix prefix of the keys, ending in a slash, such as {@code progress-photos/}
     * @return this builder
     * @throws IllegalArgumentException if {@code prefix} starts with a slash, does not end in one
     *     or begins with {@code pending/}
     * @throws NullPointerException if {@code prefix} is null
     */
    public Builder privatePrefix(String prefix) {
      KeyPrefix.require(prefix, "progress-photos/");
      if (prefix.startsWith(PENDING)) {
        throw new IllegalArgumentException(
            "prefix must not begin with "
                + PENDING
                + ", which is never served: "
                + Quote.of(prefix));
      }
      privatePrefixes.add(prefix);
      return this;
    }

    /**
     * Trusts one more public key, as adding it to the key group does; a key rotation needs two.
     * Default: none.
     *
     * @param publicKeyId the id that signatures name, letters and digits
     * @param publicKey an RSA key of 2,048 bits or an elliptic-curve key on P-256
     * @return this builder
     * @throws IllegalArgumentException if CloudFront does not accept the id or key, or the id is
     *     already in use
     * @throws NullPointerException if an argument is null
     */
    public Builder trustedKey(String publicKeyId, PublicKey publicKey) {
      Objects.requireNonNull(publicKey, "publicKey");
      if (!publicKeyId.matches("[A-Za-z0-9]+")) {
        throw new IllegalArgumentException(
            "publicKeyId must be letters and digits: " + Quote.of(publicKeyId));
      }
      boolean known =
          (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == RSA_BITS)
              || (publicKey instanceof ECPublicKey ec
                  && ec.getParams().getOrder().bitLength() == EC_BITS);
      if (!known) {
        throw new IllegalArgumentException(
            "publicKey must be RSA with 2048 bits or on the curve P-256; CloudFront accepts no"
                + " other");
      }
      if (trustedKeys.putIfAbsent(publicKeyId, publicKey) != null) {
        throw new IllegalArgumentException(
            "publicKeyId is already in use: " + Quote.of(publicKeyId));
      }
      return this;
    }

    /**
     * Allows pages of one more origin to read what they load, for a canvas or with {@code fetch}.
     * Default: none; every page may show public pictures.
     *
     * @param origin an exact origin such as {@code http://127.0.0.1:8080}, or {@code
     *     capacitor://localhost} or {@code ionic://localhost} for the web view of an app
     * @return this builder
     * @throws IllegalArgumentException if {@code origin} is not an exact origin of these kinds, for
     *     example {@code *}
     * @throws NullPointerException if {@code origin} is null
     */
    public Builder allowedOrigin(String origin) {
      allowedOrigins.add(WebOrigin.require(origin));
      return this;
    }

    /**
     * Allows requests under one more host, for containers and emulators that reach this machine
     * under another name. Default: {@code localhost}, {@code *.localhost}, {@code 127.0.0.0/8} and
     * {@code [::1]} with the server's port; any other host is refused with 421, as it may be a web
     * page's own name that resolves to this machine (DNS rebinding).
     *
     * @param host a name or an address as clients send it, such as {@code minio} or {@code
     *     10.0.2.2:9000}; without a port, every port is allowed
     * @return this builder
     * @throws IllegalArgumentException if {@code host} is anything else, such as a URL
     * @throws NullPointerException if {@code host} is null
     */
    public Builder allowedHost(String host) {
      allowedHosts.add(HostCheck.requireHost(host));
      return this;
    }

    /**
     * Sets the clock that expiry is checked with and responses are dated by. Default: the system
     * clock.
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
     * Sets the port. Default: 0.
     *
     * @param port 0 to 65535; 0 selects a free port
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      this.port = LoopbackServer.requirePort(port);
      return this;
    }

    /**
     * Builds and starts the distribution.
     *
     * @return the running distribution
     * @throws IllegalStateException if a prefix is private and no key is trusted
     * @throws java.io.UncheckedIOException if the port is in use
     */
    public LocalCloudFront start() {
      if (!privatePrefixes.isEmpty() && trustedKeys.isEmpty()) {
        throw new IllegalStateException(
            "The private prefixes "
                + String.join(", ", privatePrefixes)
                + " need a trusted key. Missing: trustedKey.");
      }
      return new LocalCloudFront(this);
    }
  }
}
