package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A signed PUT of one exact size and content type that creates the pending object and never
 * overwrites one.
 *
 * <p>In a browser: {@code fetch(url, {method: "PUT", headers, body: file})}.
 *
 * <pre>{@code
 * HttpRequest.Builder request =
 *     HttpRequest.newBuilder(upload.url())
 *         .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2, 3}));
 * upload.headers().forEach(request::header); // all of them are signed
 * HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
 * }</pre>
 *
 * <p>If S3 returns {@code SignatureDoesNotMatch}, {@link #differences} explains why.
 *
 * <p>Immutable and thread-safe. Sources: Amazon S3 User Guide, "Download and upload objects with
 * presigned URLs" and "How to prevent object overwrites with conditional writes"; Amazon S3 API
 * Reference, "Authenticating Requests: Using Query Parameters".
 */
public final class PresignedPut extends PresignedUpload {
  PresignedPut(String url, UploadPlan plan, Fields headers, Expiry expiry) {
    super(url, plan, headers, expiry);
  }

  /**
   * {@return the headers that must be set, exactly as they are: names in lower case with their
   * values; unmodifiable}
   *
   * <p>{@code Host} and {@code Content-Length} are signed too but missing here: browsers and HTTP
   * clients set them themselves and do not let an application do so.
   */
  public Map<String, String> headers() {
    return parameters();
  }

  /** {@return the signed size in bytes; S3 refuses a body of any other size} */
  public long contentLength() {
    return plan().sizeBytes();
  }

  @Override
  public String method() {
    return "PUT";
  }

  /**
   * Returns the upload as JSON for a front end that expects the names {@code uploadUrl}, {@code
   * publicUrl} and {@code key}.
   *
   * <p>The object has these three, {@code publicUrl} only if there is one, and {@code headers},
   * which are signed: S3 refuses an upload without them. {@code publicUrl} works once the upload of
   * {@code key} was accepted.
   *
   * @return ASCII text that is safe in an HTML page
   */
  public String toUploadUrlJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("uploadUrl", urlText());
    publicUrl().ifPresent(publicUrl -> json.put("publicUrl", publicUrl.toString()));
    json.put("key", key().value());
    json.put("headers", headers());
    return Json.write(json);
  }

  /**
   * Compares a request that S3 refused with the one that was signed, to explain {@code
   * SignatureDoesNotMatch}.
   *
   * <p>It works offline, without the secret key, and compares every signed value.
   *
   * @param method the HTTP method of the request
   * @param url the URL of the request
   * @param headers the headers of the request, with {@code content-length} and, if it is not the
   *     URL's, {@code host}; names in any case
   * @return one sentence for each difference, without signature and token; empty if none is
   *     visible, and then the secret key, the region or an unknown value differs
   */
  public List<String> differences(String method, URI url, Map<String, String> headers) {
    return SignatureDifferences.from(this).of(method, url, headers);
  }

  /**
   * Compares a request that S3 refused with a presigned URL, such as one from a log or a browser's
   * developer tools. The URL names the signed headers, but not their values.
   *
   * <pre>{@code
   * List<String> differences = PresignedPut.differences(upload.url(), "PUT", sentUrl, sentHeaders);
   * }</pre>
   *
   * @param presignedUrl the URL that was signed
   * @param method the HTTP method of the request
   * @param url the URL of the request
   * @param headers as for {@link #differences(String, URI, Map)}
   * @return as for {@link #differences(String, URI, Map)}
   * @throws IllegalArgumentException if {@code presignedUrl} names no signed headers and so was not
   *     presigned
   */
  public static List<String> differences(
      URI presignedUrl, String method, URI url, Map<String, String> headers) {
    return SignatureDifferences.from(presignedUrl).of(method, url, headers);
  }

  @Override
  void addCurlOptions(List<String> words, String file) {
    headers().forEach((name, value) -> words.addAll(List.of("-H", name + ": " + value)));
    words.addAll(List.of("--data-binary", "@" + file));
  }

  @Override
  String sizeLimit() {
    return "exactly " + contentLength() + " bytes";
  }

  @Override
  long largestSize() {
    return contentLength();
  }

  @Override
  boolean allowsSize(long bytes) {
    return bytes == contentLength();
  }
}
