package com.healthmetrics.aws.storage;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A signed PUT of one exact size and content type that creates an object and never overwrites one.
 *
 * <p>In a browser: {@code fetch(url, {method: "PUT", headers, body: file})}. Immutable and safe for
 * use by several threads.
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
