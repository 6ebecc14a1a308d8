package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.PresignedUpload.Expiry;
import com.healthmetrics.aws.storage.PresignedUpload.ExpiryLimit;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Signs uploads to an {@link InMemoryObjectStore}, for tests.
 *
 * <p>It needs no credentials. Keys, headers, fields and expiry are those that {@link
 * S3UploadUrlSigner} gives, but for the signature; the URL's host ends in {@code .invalid}, so
 * nothing can be sent to it by mistake.
 *
 * <pre>{@code
 * InMemoryObjectStore store = new InMemoryObjectStore(Clock.systemUTC());
 * UploadUrlSigner signer = new InMemoryUploadUrlSigner(store, cdn::resolve);
 * PresignedPost upload =
 *     signer.presignPost(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 3));
 * store.upload(upload, "image/png", new byte[] {1, 2, 3});
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class InMemoryUploadUrlSigner implements UploadUrlSigner {
  private static final URI BASE = URI.create("https://uploads.in-memory.invalid/");

  private final InMemoryObjectStore store;
  private final Function<ObjectKey, URI> publicUrls;
  private final SecureRandom random = new SecureRandom();

  /**
   * A signer for a store.
   *
   * @param store the store that will take the uploads
   * @param publicUrls how a key becomes a public URL, usually {@code cdn::resolve}
   * @throws NullPointerException if an argument is null
   */
  public InMemoryUploadUrlSigner(InMemoryObjectStore store, Function<ObjectKey, URI> publicUrls) {
    this.store = Objects.requireNonNull(store, "store");
    this.publicUrls = Objects.requireNonNull(publicUrls, "publicUrls");
  }

  @Override
  public PresignedPut presignPut(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random);
    URI url = BASE.resolve(PercentEncoding.encodePath(plan.key().value()));
    PresignedPut upload =
        new PresignedPut(url, plan, plan.putHeaders(), publicUrl(plan), expiry(policy));
    store.remember(upload);
    return upload;
  }

  @Override
  public PresignedPost presignPost(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", plan.key().value());
    fields.putAll(plan.objectHeaders());
    PresignedPost upload =
        new PresignedPost(
            BASE, plan, Collections.unmodifiableMap(fields), publicUrl(plan), expiry(policy));
    store.remember(upload);
    return upload;
  }

  private Optional<URI> publicUrl(UploadPlan plan) {
    return plan.publicUrl(Optional.of(publicUrls));
  }

  private Expiry expiry(UploadPolicy policy) {
    Instant now = store.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    return new Expiry(now.plus(policy.lifetime()), ExpiryLimit.POLICY);
  }
}
