package com.healthmetrics.aws.internal.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;

/**
 * What signs for one day, region and service; never printed.
 *
 * <p>Immutable and thread-safe.
 */
final class SigningKey {
  private static final int SECONDS_A_DAY = 86_400;

  private final long day;
  private final String accessKeyId;
  private final String secretAccessKey;
  private final String date;
  private final String scope;
  private final HmacSha256 hmac;

  private SigningKey(
      long day, SigningCredentials credentials, String date, String scope, HmacSha256 hmac) {
    this.day = day;
    this.accessKeyId = credentials.accessKeyId();
    this.secretAccessKey = credentials.secretAccessKey();
    this.date = date;
    this.scope = scope;
    this.hmac = hmac;
  }

  static SigningKey of(long day, SigningCredentials credentials, String region, String service) {
    String date = date(day);
    MessageDigest sha256 = Sha256.digest();
    HmacSha256 key = new HmacSha256(bytes("AWS4" + credentials.secretAccessKey()));
    byte[] code = new byte[Sha256.BYTES];
    for (String part : new String[] {date, region, service, "aws4_request"}) {
      byte[] message = bytes(part);
      key.write(message, message.length, sha256, code);
      key = new HmacSha256(code);
    }
    String scope = date + "/" + region + "/" + service + "/aws4_request";
    return new SigningKey(day, credentials, date, scope, key);
  }

  /** The day of a second since 1970, in UTC. */
  static long dayOf(long second) {
    return Math.floorDiv(second, SECONDS_A_DAY);
  }

  /** Without a formatter, which a new JVM takes milliseconds to load. */
  private static String date(long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return Integer.toString(
        date.getYear() * 10_000 + date.getMonthValue() * 100 + date.getDayOfMonth());
  }

  boolean isFor(long day, SigningCredentials credentials) {
    return this.day == day
        && accessKeyId.equals(credentials.accessKeyId())
        && secretAccessKey.equals(credentials.secretAccessKey());
  }

  /** {@code 20130524}. */
  String date() {
    return date;
  }

  String scope() {
    return scope;
  }

  /** Access key and scope. */
  String credential() {
    return accessKeyId + "/" + scope;
  }

  HmacSha256 hmac() {
    return hmac;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "SigningKey[hidden]";
  }
}
