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
 * Says why S3 answers {@code SignatureDoesNotMatch}: what differs between the request that was
 * signed and the one that was sent.
 *
 * <p>It compares, offline and without the secret key. From the {@link PresignedPut} that was handed
 * out it knows every signed value; from the URL alone it knows which headers were signed, but not
 * their values. Nothing it says repeats a signature or token.
 *
 * <pre>{@code
 * PresignedPut upload =
 *     signer.presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 48_213));
 * Map<String, String> sent = Map.of("content-type", "image/jpeg", "content-length", "48213");
 * List<String> differences = SignatureDiagnosis.of(upload).compare("PUT", upload.url(), sent);
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Source: Amazon S3 API Reference,
 * "Authenticating Requests: Using Query Parameters".
 */
public final class SignatureDiagnosis {
  private static final Set<String> SECRET = Set.of("x-amz-signature", "x-amz-security-token");

  private final URI signedUrl;

  /** Signed header names with their values; empty where only the name is known. */
  private final Map<String, Optional<String>> signedHeaders;

  private SignatureDiagnosis(URI signedUrl, Map<String, Optional<String>> signedHeaders) {
    this.signedUrl = signedUrl;
    this.signedHeaders = signedHeaders;
  }

  /**
   * A diagnosis that knows every value that was signed.
   *
   * @param upload what was handed out
   * @return the diagnosis
   * @throws NullPointerException if {@code upload} is null
   */
  public static SignatureDiagnosis of(PresignedPut upload) {
    Map<String, Optional<String>> headers = new TreeMap<>();
    upload.headers().forEach((name, value) -> headers.put(name, Optional.of(value)));
    headers.put("content-length", Optional.of(Long.toString(upload.contentLength())));
    return new SignatureDiagnosis(upload.url(), headers);
  }

  /**
   * A diagnosis from the URL alone, as it stands in a log or a browser's tools.
   *
   * @param presignedUrl the URL that was handed out
   * @return the diagnosis
   * @throws NullPointerException if {@code presignedUrl} is null
   * @throws IllegalArgumentException if the URL names no signed headers, and so is not presigned
   */
  public static SignatureDiagnosis of(URI presignedUrl) {
    String names = parameters(presignedUrl).get("X-Amz-SignedHeaders");
    if (names == null) {
      throw new IllegalArgumentException(
          "The URL has no X-Amz-SignedHeaders, so it was not presigned; give the URL as it was"
              + " handed out.");
    }
    Map<String, Optional<String>> headers = new TreeMap<>();
    for (String name : names.split(";", -1)) {
      if (!name.equals("host")) {
        headers.put(name, Optional.empty());
      }
    }
    return new SignatureDiagnosis(presignedUrl, headers);
  }

  /**
   * Compares what was signed with what was sent.
   *
   * @param method the HTTP method that was used
   * @param url the URL that was used
   * @param headers the headers that were sent, {@code content-length} and, where it is not the
   *     URL's, {@code host} among them; names in any case
   * @return one sentence for each difference; empty where none is visible, and then the secret key,
   *     the region or a value that is not known here is another one
   * @throws NullPointerException if an argument is null
   */
  public List<String> compare(String method, URI url, Map<String, String> headers) {
    Map<String, String> sent = new TreeMap<>();
    headers.forEach((name, value) -> sent.put(name.toLowerCase(Locale.ROOT), value.strip()));
    List<String> differences = new ArrayList<>();
    if (!method.equals("PUT")) {
      differences.add("The method was " + Checks.quote(method) + "; PUT was signed.");
    }
    compareHost(url, sent, differences);
    if (!Objects.equals(url.getRawPath(), signedUrl.getRawPath())) {
      differences.add(
          "The path was "
              + Checks.quote(url.getRawPath())
              + "; "
              + signedUrl.getRawPath()
              + " was signed.");
    }
    compareQuery(url, differences);
    compareHeaders(sent, differences);
    return List.copyOf(differences);
  }

  private void compareHost(URI url, Map<String, String> sent, List<String> differences) {
    String host = sent.getOrDefault("host", String.valueOf(url.getRawAuthority()));
    if (!host.equalsIgnoreCase(signedUrl.getRawAuthority())) {
      differences.add(
          "The host was "
              + Checks.quote(host)
              + "; "
              + signedUrl.getRawAuthority()
              + " was signed. A proxy must not rewrite it: sign for the host that browsers use.");
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
    return SECRET.contains(name.toLowerCase(Locale.ROOT))
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

  /** A plus sign is one: S3 does not read queries as forms. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The host and key; no signature. */
  @Override
  public String toString() {
    return "SignatureDiagnosis[" + signedUrl.getRawAuthority() + signedUrl.getRawPath() + "]";
  }
}
