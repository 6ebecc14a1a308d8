package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the signature of a request, in its query or otherwise in its cookies, as CloudFront does
 * for a behavior that restricts viewer access.
 *
 * <p>Written for the testkit from the Amazon CloudFront Developer Guide ("Use signed URLs", "Use
 * signed cookies"). It shares no code with a signer, so that a bug cannot sign and verify itself.
 */
final class ViewerAccess {
  private static final String COOKIE_PREFIX = "CloudFront-";
  private static final String EXPIRES = "Expires";
  private static final String POLICY = "Policy";
  private static final String SIGNATURE = "Signature";
  private static final String KEY_PAIR_ID = "Key-Pair-Id";
  private static final String HASH_ALGORITHM = "Hash-Algorithm";
  private static final List<String> NAMES =
      List.of(EXPIRES, POLICY, SIGNATURE, KEY_PAIR_ID, HASH_ALGORITHM);

  private final Map<String, PublicKey> trusted;
  private final Clock clock;

  ViewerAccess(Map<String, PublicKey> trusted, Clock clock) {
    this.trusted = Map.copyOf(trusted);
    this.clock = clock;
  }

  /**
   * Refuses a request without a valid signature.
   *
   * @param origin scheme and host as the viewer sent them
   * @param viewer the viewer's IP address
   * @throws CloudFrontRefusal if the request has no signature, or one that is not valid for it now
   */
  void check(RawRequest request, String origin, String viewer) {
    Map<String, String> signed = new LinkedHashMap<>();
    String query = takeFromQuery(request.rawQuery(), signed);
    String where = "query";
    if (signed.isEmpty()) {
      takeFromCookies(request.header("cookie").orElse(""), signed);
      where = "cookies";
    }
    String url = origin + request.rawPath() + (query.isEmpty() ? "" : "?" + query);
    PublicKey key = key(signed, where);
    Optional<String> policy = value(signed, POLICY);
    Optional<String> expires = value(signed, EXPIRES);
    if (policy.isPresent() == expires.isPresent()) {
      throw CloudFrontRefusal.malformedPolicy(
          "the "
              + where
              + " must hold either Expires (canned policy) or Policy (custom policy) and "
              + (policy.isPresent() ? "holds both" : "holds neither"));
    }
    Instant now = clock.instant();
    if (policy.isPresent()) {
      byte[] json =
          decode(policy.get())
              .orElseThrow(
                  () -> CloudFrontRefusal.malformedPolicy("Policy is not base64 with - _ and ~"));
      verify(key, signed, where, json, "the policy of the request");
      ViewerPolicy.read(json).check(url, viewer, now);
    } else {
      Instant end = seconds(expires.get());
      verify(key, signed, where, canned(url, end), "the canned policy for " + url);
      ViewerPolicy.checkEnd(end, now);
    }
  }

  /** Moves the parameters of CloudFront out of a query; the rest belongs to the resource. */
  private static String takeFromQuery(String rawQuery, Map<String, String> signed) {
    List<String> rest = new ArrayList<>();
    for (String pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (NAMES.contains(name)) {
        put(signed, name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      } else if (!pair.isEmpty()) {
        rest.add(pair);
      }
    }
    return String.join("&", rest);
  }

  private static String decoded(String value) {
    try {
      return Percent.decode(value);
    } catch (IllegalArgumentException e) {
      throw CloudFrontRefusal.accessDenied("the query is not encoded correctly: " + e.getMessage());
    }
  }

  private static void takeFromCookies(String header, Map<String, String> signed) {
    // Several Cookie headers were joined by commas, which these values cannot contain.
    for (String cookie : header.split("[;,]", -1)) {
      String[] parts = cookie.strip().split("=", 2);
      if (parts.length == 2 && parts[0].startsWith(COOKIE_PREFIX)) {
        String name = parts[0].substring(COOKIE_PREFIX.length());
        if (NAMES.contains(name)) {
          put(signed, name, parts[1]);
        }
      }
    }
  }

  private static void put(Map<String, String> signed, String name, String value) {
    if (signed.put(name, value) != null) {
      throw CloudFrontRefusal.accessDenied(name + " appears twice");
    }
  }

  private static Optional<String> value(Map<String, String> signed, String name) {
    return Optional.ofNullable(signed.get(name)).filter(value -> !value.isEmpty());
  }

  private PublicKey key(Map<String, String> signed, String where) {
    if (signed.isEmpty()) {
      throw CloudFrontRefusal.missingKey(
          "this path is private and was requested without a signature: there is no Key-Pair-Id in its"
              + " query and no CloudFront-Key-Pair-Id in its cookies");
    }
    String id =
        value(signed, KEY_PAIR_ID)
            .orElseThrow(
                () -> CloudFrontRefusal.missingKey("the " + where + " hold no Key-Pair-Id"));
    PublicKey key = trusted.get(id);
    if (key == null) {
      throw CloudFrontRefusal.invalidKey(
          "no public key with the id " + id + " is trusted here, only " + trusted.keySet());
    }
    return key;
  }

  private static Instant seconds(String expires) {
    if (!expires.matches("\\d{1,18}")) {
      throw CloudFrontRefusal.malformedPolicy("Expires is not a number of seconds since 1970");
    }
    return ViewerPolicy.second(new BigDecimal(expires), EXPIRES);
  }

  private static byte[] canned(String url, Instant end) {
    String condition = "{\"DateLessThan\":{\"AWS:EpochTime\":" + end.getEpochSecond() + "}}";
    String policy =
        "{\"Statement\":[{\"Resource\":\"" + url + "\",\"Condition\":" + condition + "}]}";
    return policy.getBytes(StandardCharsets.UTF_8);
  }

  private static void verify(
      PublicKey key, Map<String, String> signed, String where, byte[] policy, String what) {
    String hash = signed.getOrDefault(HASH_ALGORITHM, "SHA1");
    if (!hash.equals("SHA1") && !hash.equals("SHA256")) {
      throw CloudFrontRefusal.accessDenied("Hash-Algorithm must be SHA1 or SHA256, and is " + hash);
    }
    byte[] signature =
        value(signed, SIGNATURE)
            .flatMap(ViewerAccess::decode)
            .orElseThrow(
                () ->
                    CloudFrontRefusal.accessDenied(
                        "the " + where + " hold no Signature in base64 with - _ and ~"));
    if (!isValid(key, hash, policy, signature)) {
      throw CloudFrontRefusal.accessDenied(
          "the signature does not match "
              + what
              + " with the private key of "
              + signed.get(KEY_PAIR_ID)
              + " over "
              + hash);
    }
  }

  private static boolean isValid(PublicKey key, String hash, byte[] policy, byte[] signature) {
    try {
      String kind = key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm();
      Signature verifier = Signature.getInstance(hash + "with" + kind);
      verifier.initVerify(key);
      verifier.update(policy);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // A malformed signature is a wrong one.
      return false;
    }
  }

  private static Optional<byte[]> decode(String urlSafe) {
    if (!urlSafe.matches("[A-Za-z0-9~_-]+")) {
      return Optional.empty();
    }
    try {
      String base64 = urlSafe.replace('-', '+').replace('_', '=').replace('~', '/');
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
