package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.IsoInstant;
import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.healthmetrics.aws.internal.sigv4.SigV4;
import com.healthmetrics.aws.internal.sigv4.SigningBuffer;
import com.healthmetrics.aws.storage.SigningIdentity.Signing;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Signs uploads to an S3 bucket with AWS Signature Version 4; {@link S3Bucket} lists its
 * guarantees.
 *
 * <p>Immutable and thread-safe.
 */
final class S3Signer implements UploadUrlSigner {
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
  private final SecureRandom random;

  S3Signer(
      BucketLocation location,
      SigningIdentity identity,
      Optional<Function<ObjectKey, URI>> publicUrls,
      SecureRandom random) {
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
    Map<String, String> headers = plan.putHeaders();
    return new PresignedPut(presign(plan, headers, signing), plan, headers, signing.expiry());
  }

  private String presign(UploadPlan plan, Map<String, String> headers, Signing signing) {
    SignedHeaders signed = new SignedHeaders(headers, plan.sizeBytes(), endpoint.host());
    DatedSigner signer = sigV4.at(signing.at(), signing.credentials());
    String key = PercentEncoding.encodePath(plan.pendingKey().value());
    String lifetime = Long.toString(signing.lifetimeSeconds());
    String sessionToken = signing.credentials().sessionToken();
    String token =
        sessionToken == null ? "" : "X-Amz-Security-Token=" + PercentEncoding.encode(sessionToken);
    String and = sessionToken == null ? "" : "&";
    SigningBuffer out = sigV4.borrow();

    out.add("PUT\n").add(endpoint.path()).add("/").add(key).add("\n");
    out.add(ALGORITHM).add(CREDENTIAL).add(signer.encodedCredential());
    out.add(DATE).add(signer.timestamp()).add(EXPIRES).add(lifetime).add(and).add(token);
    signed.addNames("%3B", out.add(SIGNED_HEADERS));
    signed.addLines(out.add("\n"));
    signed.addNames(";", out.add("\n"));
    out.add("\nUNSIGNED-PAYLOAD");
    String signature = signer.signCanonicalRequest(out);

    // The order in which the SDK writes them; the canonical request sorts them.
    out.clear().add(endpoint.origin()).add(endpoint.path()).add("/").add(key).add("?");
    out.add(token).add(and).add(ALGORITHM).add(DATE).add(signer.timestamp());
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
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", plan.pendingKey().value());
    fields.putAll(plan.objectHeaders());
    fields.put("x-amz-algorithm", SigV4.ALGORITHM);
    fields.put("x-amz-credential", signer.credential());
    fields.put("x-amz-date", signer.timestamp());
    String token = signing.credentials().sessionToken();
    if (token != null) {
      fields.put("x-amz-security-token", token);
    }
    String policyDocument = policyDocument(fields, plan, signing);
    fields.put("policy", policyDocument);
    SigningBuffer buffer = sigV4.borrow();
    fields.put("x-amz-signature", signer.signPolicy(buffer.add(policyDocument)));
    sigV4.giveBack(buffer);
    return new PresignedPost(endpoint.postUrl(), plan, fields, signing.expiry());
  }

  private String policyDocument(Map<String, String> fields, UploadPlan plan, Signing signing) {
    List<Object> conditions = new ArrayList<>();
    conditions.add(Map.of("bucket", bucket));
    for (Map.Entry<String, String> field : fields.entrySet()) {
      conditions.add(Map.of(field.getKey(), field.getValue()));
    }
    conditions.add(List.of("content-length-range", 1, plan.maxBytes()));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("expiration", IsoInstant.seconds(signing.expiry().at()));
    document.put("conditions", conditions);
    byte[] json = Json.write(document).getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(json);
  }

  /** Host and bucket; no credentials. */
  @Override
  public String toString() {
    return "S3Signer[" + endpoint + "]";
  }
}
