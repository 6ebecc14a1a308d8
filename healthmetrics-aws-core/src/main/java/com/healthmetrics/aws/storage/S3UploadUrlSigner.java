package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.sigv4.SigV4;
import com.healthmetrics.aws.internal.sigv4.SigningCredentials;
import com.healthmetrics.aws.storage.PresignedUpload.Expiry;
import com.healthmetrics.aws.storage.PresignedUpload.ExpiryLimit;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

/**
 * Signs uploads to an S3 bucket with AWS Signature Version 4.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Signing is computation: no network, no file, no lock. Only the credentials provider may
 *       reach out, when it has to fetch or refresh credentials.
 *   <li>A presigned PUT is byte for byte the URL that the SDK's {@code S3Presigner} makes of the
 *       same request at the same instant.
 *   <li>The fields of a presigned POST and the conditions of its policy are written from one list.
 *   <li>The expiry is never later than that of the credentials, and expired ones never sign. What
 *       happens when they end too soon can be chosen: shorten (and the result says so), refresh
 *       first, or refuse.
 * </ul>
 *
 * <pre>{@code
 * UploadUrlSigner signer =
 *     S3UploadUrlSigner.builder()
 *         .bucket("healthmetrics-uploads")
 *         .region(Region.EU_CENTRAL_1)
 *         .credentials(DefaultCredentialsProvider.builder().build())
 *         .build();
 * PresignedPut upload =
 *     signer.presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 48_213));
 * }</pre>
 *
 * <p>The clock is trusted and its skew is not corrected. S3 counts the lifetime from the instant
 * that was signed, by its own clock: a clock that is slow shortens what is left, one that is fast
 * prolongs it, and more than 15 minutes ahead S3 refuses the upload. Keep the machine's clock
 * synchronized, and lifetimes above 2 minutes.
 *
 * <p>Safe for use by several threads; make one and keep it. The credentials provider stays yours to
 * close.
 *
 * <p>Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters" and
 * "Authenticating Requests: Browser-Based Uploads Using POST".
 */
public final class S3UploadUrlSigner implements UploadUrlSigner {
  private final String bucket;
  private final BucketEndpoint endpoint;
  private final SigV4 sigV4;
  private final AwsCredentialsProvider credentials;
  private final Optional<Function<ObjectKey, URI>> publicUrls;
  private final Clock clock;
  private final SecureRandom random;
  private final Optional<Runnable> refresh;
  private final boolean refuseShortCredentials;

  private S3UploadUrlSigner(
      String bucket, Region region, AwsCredentialsProvider credentials, Builder builder) {
    this.bucket = bucket;
    this.endpoint =
        BucketEndpoint.of(bucket, region, builder.variant, builder.endpoint, builder.pathStyle);
    this.sigV4 = new SigV4(region.id(), "s3");
    this.credentials = credentials;
    this.publicUrls = Optional.ofNullable(builder.publicUrls);
    this.clock = builder.clock;
    this.random = builder.random;
    this.refresh = Optional.ofNullable(builder.refresh);
    this.refuseShortCredentials = builder.refuseShortCredentials;
  }

  /**
   * A builder that needs at least bucket, region and credentials.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public PresignedPut presignPut(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random);
    Signing signing = beginSigning(policy);
    Map<String, String> headers = plan.putHeaders();
    URI url = URI.create(presign(plan, headers, signing));
    return new PresignedPut(url, plan, headers, plan.publicUrl(publicUrls), signing.expiry());
  }

  private String presign(UploadPlan plan, Map<String, String> headers, Signing signing) {
    Map<String, String> signed = new TreeMap<>(headers);
    signed.put("content-length", Long.toString(plan.sizeBytes()));
    signed.put("host", endpoint.host());
    String signedNames = String.join(";", signed.keySet());

    // The order in which the SDK writes them; the canonical request sorts them.
    Map<String, String> query = new LinkedHashMap<>();
    String token = signing.credentials().sessionToken();
    if (token != null) {
      query.put("X-Amz-Security-Token", token);
    }
    query.put("X-Amz-Algorithm", SigV4.ALGORITHM);
    query.put("X-Amz-Date", SigV4.timestamp(signing.at()));
    query.put("X-Amz-SignedHeaders", signedNames);
    query.put("X-Amz-Credential", sigV4.credential(signing.credentials(), signing.at()));
    query.put("X-Amz-Expires", Long.toString(signing.lifetimeSeconds()));

    String path = endpoint.path() + "/" + PercentEncoding.encodePath(plan.key().value());
    StringBuilder canonicalHeaders = new StringBuilder();
    signed.forEach(
        (name, value) -> canonicalHeaders.append(name).append(':').append(value).append('\n'));
    String canonicalRequest =
        String.join(
            "\n",
            "PUT",
            path,
            queryString(new TreeMap<>(query)),
            canonicalHeaders,
            signedNames,
            "UNSIGNED-PAYLOAD");
    String toSign = sigV4.stringToSign(canonicalRequest, signing.at());
    query.put("X-Amz-Signature", sigV4.sign(toSign, signing.credentials(), signing.at()));
    return endpoint.origin() + path + "?" + queryString(query);
  }

  private static String queryString(Map<String, String> parameters) {
    List<String> pairs = new ArrayList<>(parameters.size());
    parameters.forEach((name, value) -> pairs.add(name + "=" + PercentEncoding.encode(value)));
    return String.join("&", pairs);
  }

  @Override
  public PresignedPost presignPost(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random);
    Signing signing = beginSigning(policy);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", plan.key().value());
    fields.putAll(plan.objectHeaders());
    fields.put("x-amz-algorithm", SigV4.ALGORITHM);
    fields.put("x-amz-credential", sigV4.credential(signing.credentials(), signing.at()));
    fields.put("x-amz-date", SigV4.timestamp(signing.at()));
    String token = signing.credentials().sessionToken();
    if (token != null) {
      fields.put("x-amz-security-token", token);
    }
    String policyDocument = policyDocument(fields, plan, signing);
    fields.put("policy", policyDocument);
    fields.put("x-amz-signature", sigV4.sign(policyDocument, signing.credentials(), signing.at()));
    return new PresignedPost(
        endpoint.postUrl(),
        plan,
        Collections.unmodifiableMap(fields),
        plan.publicUrl(publicUrls),
        signing.expiry());
  }

  private String policyDocument(Map<String, String> fields, UploadPlan plan, Signing signing) {
    List<Object> conditions = new ArrayList<>();
    conditions.add(Map.of("bucket", bucket));
    fields.forEach((name, value) -> conditions.add(Map.of(name, value)));
    conditions.add(List.of("content-length-range", 1, plan.maxBytes()));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("expiration", signing.expiry().at().toString());
    document.put("conditions", conditions);
    byte[] json = Json.write(document).getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(json);
  }

  /** Who signs, when, and until when it holds. */
  private record Signing(SigningCredentials credentials, Instant at, Expiry expiry) {
    long lifetimeSeconds() {
      return at.until(expiry.at(), ChronoUnit.SECONDS);
    }
  }

  private Signing beginSigning(UploadPolicy policy) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant wished = now.plus(policy.lifetime());
    AwsCredentials resolved = resolve(now);
    if (refresh.isPresent() && endsBefore(resolved, wished)) {
      refresh.get().run();
      resolved = resolve(now);
    }
    if (endsBefore(resolved, wished) && refuseShortCredentials) {
      throw new CredentialsUnavailableException(
          "The AWS credentials end at "
              + end(resolved).orElse(wished)
              + ", before the "
              + policy.lifetime()
              + " that the policy promises. Nothing was signed; refresh them or shorten the"
              + " policy's lifetime.");
    }
    return new Signing(signingCredentials(resolved), now, expiry(resolved, wished));
  }

  private static Expiry expiry(AwsCredentials credentials, Instant wished) {
    return end(credentials)
        .filter(end -> end.isBefore(wished))
        .map(end -> new Expiry(end, ExpiryLimit.CREDENTIALS))
        .orElse(new Expiry(wished, ExpiryLimit.POLICY));
  }

  private static boolean endsBefore(AwsCredentials credentials, Instant wished) {
    return end(credentials).filter(end -> end.isBefore(wished)).isPresent();
  }

  private static Optional<Instant> end(AwsCredentials credentials) {
    return credentials.expirationTime().map(end -> end.truncatedTo(ChronoUnit.SECONDS));
  }

  private static SigningCredentials signingCredentials(AwsCredentials resolved) {
    // Stripped as the SDK does: secrets that come from files like to end in a line break.
    String token =
        resolved instanceof AwsSessionCredentialsIdentity session
            ? session.sessionToken().strip()
            : null;
    return new SigningCredentials(
        resolved.accessKeyId().strip(), resolved.secretAccessKey().strip(), token);
  }

  private AwsCredentials resolve(Instant now) {
    try {
      return CurrentCredentials.resolve(credentials, now);
    } catch (CurrentCredentials.Unavailable e) {
      throw new CredentialsUnavailableException(e.getMessage() + " Nothing was signed.", e);
    }
  }

  /** Bucket and host; no credentials. */
  @Override
  public String toString() {
    return "S3UploadUrlSigner[" + endpoint.origin() + endpoint.path() + "]";
  }

  /**
   * Collects what signing needs; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder extends BucketBuilder<Builder> {
    private @Nullable Function<ObjectKey, URI> publicUrls;
    private SecureRandom random = new SecureRandom();
    private @Nullable Runnable refresh;
    private boolean refuseShortCredentials;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Refreshes credentials that would end before an upload does, once before each such signature.
     *
     * <p>The SDK has no common way to do so; hand in what your provider offers. Without it, or when
     * the fresh ones end too soon as well, the upload is shortened or refused.
     *
     * @param refresh makes the provider fetch new credentials; it may block
     * @return this builder
     * @throws NullPointerException if {@code refresh} is null
     */
    public Builder refreshingCredentials(Runnable refresh) {
      this.refresh = Objects.requireNonNull(refresh, "refresh");
      return this;
    }

    /**
     * Refuses to sign an upload that would end before its policy's lifetime, instead of shortening
     * it to what the credentials allow.
     *
     * @return this builder
     */
    public Builder refusingShortCredentials() {
      refuseShortCredentials = true;
      return this;
    }

    /**
     * Sets how a key becomes the URL that {@link PresignedUpload#publicUrl()} gives.
     *
     * @param urls usually {@code cdn::resolve}
     * @return this builder
     * @throws NullPointerException if {@code urls} is null
     */
    public Builder publicUrls(Function<ObjectKey, URI> urls) {
      publicUrls = Objects.requireNonNull(urls, "urls");
      return this;
    }

    /**
     * Sets where the 128 random bits of a key come from; a new {@link SecureRandom} is the default.
     *
     * @param random a cryptographically strong source
     * @return this builder
     * @throws NullPointerException if {@code random} is null
     */
    public Builder random(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * The signer.
     *
     * @return an immutable signer
     * @throws IllegalStateException if bucket, region or credentials were not said; all that are
     *     missing are named
     * @throws IllegalArgumentException if dual stack or FIPS was asked for together with an
     *     endpoint of one's own, or FIPS in a partition that has none
     */
    public S3UploadUrlSigner build() {
      check("The signer");
      return new S3UploadUrlSigner(
          Objects.requireNonNull(bucket),
          Objects.requireNonNull(region),
          Objects.requireNonNull(credentials),
          this);
    }
  }
}
