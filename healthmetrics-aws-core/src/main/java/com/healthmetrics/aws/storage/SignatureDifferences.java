package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The differences between a presigned PUT and the request that was sent, in sentences that repeat
 * no signature or token.
 *
 * <p>Immutable and thread-safe.
 */
final class SignatureDifferences {
  private static final Set<String> SECRET = Set.of("x-amz-signature", "x-amz-security-token");

  /** S3 accepts 2 KB of metadata, names included. */
  private static final int MAX_NAME = 2_048;

  private final URI signedUrl;

  /** Signed header names with their values; empty where only the name is known. */
  private final Map<String, Optional<String>> signedHeaders;

  private SignatureDifferences(URI signedUrl, Map<String, Optional<String>> signedHeaders) {
    this.signedUrl = signedUrl;
    this.signedHeaders = signedHeaders;
  }

  static SignatureDifferences from(PresignedPut upload) {
    Map<String, Optional<String>> headers = new TreeMap<>();
    upload.headers().forEach((name, value) -> headers.put(name, Optional.of(value)));
    headers.put("content-length", Optional.of(Long.toString(upload.contentLength())));
    return new SignatureDifferences(upload.url(), headers);
  }

  static SignatureDifferences from(URI presignedUrl) {
    String names = parameters(presignedUrl).get("X-Amz-SignedHeaders");
    if (names == null) {
      throw new IllegalArgumentException(
          "The URL has no X-Amz-SignedHeaders, so it was not presigned. Pass the presigned URL"
              + " unchanged.");
    }
    Map<String, Optional<String>> headers = new TreeMap<>();
    for (String name : names.split(";", -1)) {
      if (!name.equals("host")) {
        headers.put(name, Optional.empty());
      }
    }
    return new SignatureDifferences(presignedUrl, headers);
  }

  List<String> of(String method, URI url, Map<String, String> headers) {
    Map<String, String> sent = new TreeMap<>();
    headers.forEach((name, value) -> sent.put(lowerCase(name), value.strip()));
    List<String> differences = new ArrayList<>();
    if (!method.equals("PUT")) {
      differences.add("The method was " + Checks.quote(method) + "; PUT was signed.");
    }
    compareHost(url, sent, differences);
    if (!Objects.equals(url.getRawPath(), signedUrl.getRawPath())) {
      differences.add(
          "The path was %s; %s was signed."
              .formatted(Checks.quote(url.getRawPath()), signedUrl.getRawPath()));
    }
    compareQuery(url, differences);
    compareHeaders(sent, differences);
    return List.copyOf(differences);
  }

  private void compareHost(URI url, Map<String, String> sent, List<String> differences) {
    String host = sent.getOrDefault("host", String.valueOf(url.getRawAuthority()));
    if (!host.equalsIgnoreCase(signedUrl.getRawAuthority())) {
      differences.add(
          ("The host was %s; %s was signed. A proxy must not rewrite it: sign for the host that"
                  + " browsers use.")
              .formatted(Checks.quote(host), signedUrl.getRawAuthority()));
    }
  }

  private void compareQuery(URI url, List<String> differences) {
    Map<String, String> sent = parameters(url);
    parameters(signedUrl)
        .forEach(
            (name, value) -> {
              String other = sent.remove(name);
              if (other == null) {
                differences.add("The query parameter " + name + " is missing.");
              } else if (!other.equals(value)) {
                differences.add(
                    "The query parameter " + name + " differs" + values(name, other, value));
              }
            });
    sent.keySet()
        .forEach(
            name -> differences.add("The query parameter " + Checks.quote(name) + " was added."));
  }

  private static String values(String name, String sent, String signed) {
    return SECRET.contains(lowerCase(name))
        ? "."
        : ": " + Checks.quote(sent) + " was sent, " + Checks.quote(signed) + " was signed.";
  }

  private void compareHeaders(Map<String, String> sent, List<String> differences) {
    signedHeaders.forEach(
        (name, value) -> {
          String other = sent.get(name);
          if (other == null) {
            differences.add("The header " + name + " was signed and not sent.");
          } else if (value.isPresent() && !value.get().equals(other)) {
            differences.add("The header " + name + " differs" + values(name, other, value.get()));
          }
        });
    sent.keySet().stream()
        .filter(name -> name.startsWith("x-amz-") && !signedHeaders.containsKey(name))
        .forEach(
            name ->
                differences.add("The header " + Checks.quote(name) + " was sent and not signed."));
  }

  private static Map<String, String> parameters(URI url) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String query = url.getRawQuery() == null ? "" : url.getRawQuery();
    for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.put(decoded(name), decoded(value));
    }
    return parameters;
  }

  /** Names of headers and parameters that matter are short, and a long text takes long. */
  private static String lowerCase(String name) {
    return name.length() > MAX_NAME ? name : name.toLowerCase(Locale.ROOT);
  }

  /** A plus sign stays one: S3 does not read queries as forms. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
