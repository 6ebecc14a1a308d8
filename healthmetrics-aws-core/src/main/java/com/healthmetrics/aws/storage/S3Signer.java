package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.IsoInstant;
import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.healthmetrics.aws.internal.sigv4.SigV4;
import com.healthmetrics.aws.internal.sigv4.SigningBuffer;
import com.healthmetrics.aws.storage.SigningIdentity.Signing;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/**
 * Signs uploads to an S3 bucket with AWS Signature Version 4; {@link S3Bucket} lists its
 * guarantees.
 *
 * <p>Immutable and thread-safe.
 */
final class S3Signer implements UploadUrlSigner {
  private static final String PENDING = "/" + ObjectKey.PENDING;
  private static final String TOKEN = "X-Amz-Security-Token=";
  private static final String ALGORITHM = "X-Amz-Algorithm=" + SigV4.ALGORITHM;
  private static final String CREDENTIAL = "&X-Amz-Credential=";
  private static final String DATE = "&X-Amz-Date=";
  private static final String EXPIRES = "&X-Amz-Expires=";
  private static final String SIGNED_HEADERS = "&X-Amz-SignedHeaders=";

  private final String bucket;
  private final BucketEndpoint endpoint;
  private final SigV4 sigV4;
  private final SigningIdentity identity;
  private final Optional<Function<ObjectKey, URI>> publicUrls;
  private final KeyRandom random;

  S3Signer(
      BucketLocation location,
      SigningIdentity identity,
      Optional<Function<ObjectKey, URI>> publicUrls,
      KeyRandom random) {
    this.bucket = location.bucket();
    this.endpoint = BucketEndpoint.of(location);
    this.sigV4 = new SigV4(location.region().id(), "s3");
    this.identity = identity;
    this.publicUrls = publicUrls;
    this.random = random;
  }

  @Override
  public PresignedPut presignPut(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random, publicUrls);
    Signing signing = identity.sign(policy.lifetime());
    Fields headers = plan.putHeaders();
    return new PresignedPut(presign(plan, headers, signing), plan, headers, signing.expiry());
  }

  private String presign(UploadPlan plan, Fields headers, Signing signing) {
    SignedHeaders signed = new SignedHeaders(headers, plan.sizeBytes(), endpoint.host());
    DatedSigner signer = sigV4.at(signing.at(), signing.credentials());
    String key = PercentEncoding.encodePath(plan.key().value());
    String lifetime = Long.toString(signing.lifetimeSeconds());
    String token = signer.encodedSessionToken();
    SigningBuffer out = sigV4.borrow();

    out.add("PUT\n").add(endpoint.path()).add(PENDING).add(key).add('\n');
    out.add(ALGORITHM).add(CREDENTIAL).add(signer.encodedCredential());
    out.add(DATE).add(signer.timestamp()).add(EXPIRES).add(lifetime);
    if (!token.isEmpty()) {
      out.add('&').add(TOKEN).add(token);
    }
    signed.addNames("%3B", out.add(SIGNED_HEADERS));
    signed.addLines(out.add('\n'));
    signed.addNames(";", out.add('\n'));
    out.add("\nUNSIGNED-PAYLOAD");
    String signature = signer.signCanonicalRequest(out);

    // The order in which the SDK writes them; the canonical request sorts them.
    out.clear().add(endpoint.origin()).add(endpoint.path()).add(PENDING).add(key).add('?');
    if (!token.isEmpty()) {
      out.add(TOKEN).add(token).add('&');
    }
    out.add(ALGORITHM).add(DATE).add(signer.timestamp());
    signed.addNames("%3B", out.add(SIGNED_HEADERS));
    out.add(CREDENTIAL).add(signer.encodedCredential()).add(EXPIRES).add(lifetime);
    String url = out.add("&X-Amz-Signature=").add(signature).text();
    sigV4.giveBack(out);
    return url;
  }

  @Override
  public PresignedPost presignPost(UploadPolicy policy, UploadRequest request) {
    UploadPlan plan = UploadPlan.of(policy, request, random, publicUrls);
    Signing signing = identity.sign(policy.lifetime());
    DatedSigner signer = sigV4.at(signing.at(), signing.credentials());
    Fields fields = new Fields(plan.objectHeaders().size() + 7);
    fields.add("key", plan.pendingKey().value());
    fields.addAll(plan.objectHeaders());
    fields.add("x-amz-algorithm", SigV4.ALGORITHM);
    fields.add("x-amz-credential", signer.credential());
    fields.add("x-amz-date", signer.timestamp());
    String token = signing.credentials().sessionToken();
    if (token != null) {
      fields.add("x-amz-security-token", token);
    }
    SigningBuffer out = sigV4.borrow();
    addPolicyDocument(fields, plan, signing, out);
    fields.add("policy", out.encode().text());
    fields.add("x-amz-signature", signer.signPolicy(out));
    sigV4.giveBack(out);
    return new PresignedPost(endpoint.postUrl(), plan, fields, signing.expiry());
  }

  /** JSON in which every field has exactly its value. */
  private void addPolicyDocument(
      Fields fields, UploadPlan plan, Signing signing, SigningBuffer out) {
    out.add("{\"expiration\":\"").add(IsoInstant.seconds(signing.expiry().at()));
    out.add("\",\"conditions\":[{\"bucket\":\"").add(bucket).add("\"}");
    for (int i = 0; i < fields.size(); i++) {
      out.add(",{\"").add(fields.name(i)).add("\":\"").add(Json.escape(fields.value(i))).add("\"}");
    }
    out.add(",[\"content-length-range\",1,").add(Long.toString(plan.maxBytes()));
    out.add("]]}");
  }

  /** Host and bucket; no credentials. */
  @Override
  public String toString() {
    return "S3Signer[" + endpoint + "]";
  }
}
