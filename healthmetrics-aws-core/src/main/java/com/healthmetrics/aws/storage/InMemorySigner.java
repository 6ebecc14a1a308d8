package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.PresignedUpload.Expiry;
import com.healthmetrics.aws.storage.PresignedUpload.ExpiryLimit;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Signs uploads to an {@link InMemoryBucket}: remembers them instead of computing a signature.
 *
 * <p>Thread-safe.
 */
final class InMemorySigner implements UploadUrlSigner {
  private static final String BASE = "https://uploads.in-memory.invalid/";

  private final Clock clock;
  private final Optional<Function<ObjectKey, URI>> publicUrls;
  private final KeyRandom random;
  private final Map<ObjectKey, PresignedUpload> signed = new ConcurrentHashMap<>();

  InMemorySigner(Clock clock, Optional<Function<ObjectKey, URI>> publicUrls) {
    this.clock = clock;
    this.publicUrls = publicUrls;
    this.random = new KeyRandom(new SecureRandom(), Clock.systemUTC());
  }

  @Override
  public PresignedPut presignPut(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random, publicUrls);
    String url = BASE + PercentEncoding.encodePath(plan.pendingKey().value());
    return remember(new PresignedPut(url, plan, plan.putHeaders(), expiry(policy)));
  }

  @Override
  public PresignedPost presignPost(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random, publicUrls);
    Fields fields =
        new Fields(8).add("key", plan.pendingKey().value()).addAll(plan.objectHeaders());
    return remember(new PresignedPost(BASE, plan, fields, expiry(policy)));
  }

  private <U extends PresignedUpload> U remember(U upload) {
    signed.put(upload.key(), upload);
    return upload;
  }

  /** Whether an upload was made by this signer. */
  boolean signed(PresignedUpload upload) {
    return signed.get(upload.key()) == upload;
  }

  private Expiry expiry(UploadPolicy policy) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new Expiry(now.plus(policy.lifetime()), ExpiryLimit.POLICY);
  }
}
