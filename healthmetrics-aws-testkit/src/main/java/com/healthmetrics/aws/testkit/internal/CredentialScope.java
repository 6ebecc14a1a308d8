package com.healthmetrics.aws.testkit.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credential of a SigV4 signature: the access key, and what the derived signing key is valid
 * for.
 *
 * @param accessKeyId the access key id
 * @param date UTC day as {@code yyyyMMdd}
 * @param region region id
 * @param service service name
 */
public record CredentialScope(String accessKeyId, String date, String region, String service) {
  private static final Pattern FORM =
      Pattern.compile("([^/\\s]+)/([0-9]{8})/([^/\\s]+)/([^/\\s]+)/aws4_request");

  /** Parses {@code AKID/yyyyMMdd/region/service/aws4_request}; empty for anything else. */
  public static Optional<CredentialScope> parse(String credential) {
    Matcher form = FORM.matcher(credential);
    return form.matches()
        ? Optional.of(
            new CredentialScope(form.group(1), form.group(2), form.group(3), form.group(4)))
        : Optional.empty();
  }

  /** The scope as in a string to sign: without the access key. */
  String text() {
    return date + "/" + region + "/" + service + "/aws4_request";
  }
}
