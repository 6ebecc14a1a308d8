package com.healthmetrics.aws.internal.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 for one region and service: credential scope, signing key, signature.
 *
 * <p>Immutable and thread-safe. Source: AWS Identity and Access Management User Guide, "Create a
 * signed AWS API request".
 */
public final class SigV4 {
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String HMAC = "HmacSHA256";

  private final String region;
  private final String service;

  public SigV4(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /** Formats an instant as {@code X-Amz-Date}: {@code 20130524T000000Z}. */
  public static String timestamp(Instant at) {
    return TIMESTAMP.format(at);
  }

  /** Returns the day, region and service that a signature is valid for. */
  public String scope(Instant at) {
    return date(at) + "/" + region + "/" + service + "/aws4_request";
  }

  /** Returns access key and scope, the value of {@code X-Amz-Credential}. */
  public String credential(SigningCredentials credentials, Instant at) {
    return credentials.accessKeyId() + "/" + scope(at);
  }

  /** Returns the string to sign of a canonical request. */
  public String stringToSign(String canonicalRequest, Instant at) {
    String hash = HexFormat.of().formatHex(sha256(canonicalRequest));
    return String.join("\n", ALGORITHM, timestamp(at), scope(at), hash);
  }

  /** Signs a string to sign or a base64 POST policy; lower-case hex. */
  public String sign(String stringToSign, SigningCredentials credentials, Instant at) {
    byte[] secret = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    byte[] key = hmac(hmac(hmac(hmac(secret, date(at)), region), service), "aws4_request");
    return HexFormat.of().formatHex(hmac(key, stringToSign));
  }

  private static String date(Instant at) {
    return timestamp(at).substring(0, 8);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
