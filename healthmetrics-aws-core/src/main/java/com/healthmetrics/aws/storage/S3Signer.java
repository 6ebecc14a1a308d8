package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.healthmetrics.aws.internal.sigv4.SigV4;
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
    String path = endpoint.path() + "/" + PercentEncoding.encodePath(plan.pendingKey().value());
    String algorithm = "X-Amz-Algorithm=" + SigV4.ALGORITHM;
    String credential = "&X-Amz-Credential=" + PercentEncoding.encode(signer.credential());
    String date = "&X-Amz-Date=" + signer.timestamp();
    String expires = "&X-Amz-Expires=" + signing.lifetimeSeconds();
    String signedNames = "&X-Amz-SignedHeaders=" + signed.names("%3B");
    String sessionToken = signing.credentials().sessionToken();
    String token =
        sessionToken == null ? "" : "X-Amz-Security-Token=" + PercentEncoding.encode(sessionToken);

    String canonicalRequest =
        "PUT\n"
            + path
            + "\n"
            + algorithm
            + credential
            + date
            + expires
            + (token.isEmpty() ? "" : "&")
            + token
            + signedNames
            + "\n"
            + signed.lines()
            + "\n"
            + signed.names(";")
            + "\nUNSIGNED-PAYLOAD";

    // The order in which the SDK writes them; the canonical request sorts them.
    return endpoint.origin()
        + path
        + "?"
        + token
        + (token.isEmpty() ? "" : "&")
        + algorithm
        + date
        + signedNames
        + credential
        + expires
        + "&X-Amz-Signature="
        + signer.signCanonicalRequest(canonicalRequest);
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
    fields.put("x-amz-signature", signer.signPolicy(policyDocument));
    return new PresignedPost(endpoint.postUrl(), plan, fields, signing.expiry());
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

  /** Host and bucket; no credentials. */
  @Override
  public String toString() {
    return "S3Signer[" + endpoint + "]";
  }
}
