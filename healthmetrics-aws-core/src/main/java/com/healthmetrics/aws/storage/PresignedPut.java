package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A signed PUT of one exact size and content type that creates an object and never overwrites one.
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
 * <p>Immutable and safe for use by several threads. Sources: Amazon S3 User Guide, "Download and
 * upload objects with presigned URLs" and "How to prevent object overwrites with conditional
 * writes".
 */
public final class PresignedPut extends PresignedUpload {
  private final Map<String, String> headers;
  private final long contentLength;

  PresignedPut(
      URI url,
      UploadPlan plan,
      Map<String, String> headers,
      Optional<URI> publicUrl,
      Expiry expiry) {
    super(url, plan, publicUrl, expiry);
    this.headers = headers;
    this.contentLength = plan.sizeBytes();
  }

  /**
   * The headers that must be set, exactly as they are.
   *
   * <p>{@code Host} and {@code Content-Length} are signed too but missing here: browsers and HTTP
   * clients set them and let nobody else do so.
   *
   * @return names in lower case with their values; unmodifiable
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * The size that was signed; a body of any other size is refused.
   *
   * @return the size in bytes
   */
  public long contentLength() {
    return contentLength;
  }

  @Override
  public String method() {
    return "PUT";
  }

  /**
   * The upload as JSON for a front end that knows the names {@code uploadUrl}, {@code publicUrl}
   * and {@code key}.
   *
   * <p>An object with these three, {@code publicUrl} only where there is one, and with {@code
   * headers}: they are signed, so a front end that leaves them out is refused.
   *
   * @return ASCII text that may stand in an html page
   */
  public String toUploadUrlJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("uploadUrl", url().toString());
    publicUrl().ifPresent(publicUrl -> json.put("publicUrl", publicUrl.toString()));
    json.put("key", key().value());
    json.put("headers", headers);
    return Json.write(json);
  }

  @Override
  void addCurlOptions(List<String> words, String file) {
    headers.forEach((name, value) -> words.addAll(List.of("-H", name + ": " + value)));
    words.addAll(List.of("--data-binary", "@" + file));
  }

  @Override
  void describe(Map<String, Object> json) {
    json.put("headers", headers);
  }

  @Override
  String sizeLimit() {
    return "exactly " + contentLength + " bytes";
  }

  @Override
  boolean allowsSize(long bytes) {
    return bytes == contentLength;
  }
}
