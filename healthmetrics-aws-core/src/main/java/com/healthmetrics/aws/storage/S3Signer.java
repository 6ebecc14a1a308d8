package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.internal.PercentEncoding;
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
import java.util.TreeMap;
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
    URI url = URI.create(presign(plan, headers, signing));
    return new PresignedPut(url, plan, headers, signing.expiry());
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

    String path = endpoint.path() + "/" + PercentEncoding.encodePath(plan.pendingKey().value());
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
    UploadPlan plan = UploadPlan.of(policy, request, random, publicUrls);
    Signing signing = identity.sign(policy.lifetime());
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", plan.pendingKey().value());
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
