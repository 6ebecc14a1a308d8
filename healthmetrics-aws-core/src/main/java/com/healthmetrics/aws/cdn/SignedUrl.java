package com.healthmetrics.aws.cdn;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A URL with which a browser can load a private object until it expires.
 *
 * <p>Anyone who holds the URL can load the object, so treat it as a secret: {@code toString()}
 * hides policy and signature. Store the key, not the URL, in a database.
 *
 * <pre>{@code
 * SignedUrl picture = urlSigner.sign(key, Duration.ofMinutes(10));
 * String source = picture.url().toString(); // for <img src="...">
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class SignedUrl {
  private final ObjectKey key;
  private final String url;
  private final Instant expiresAt;

  SignedUrl(ObjectKey key, String url, Instant expiresAt) {
    this.key = key;
    this.url = url;
    this.expiresAt = expiresAt;
  }

  /** {@return the URL of the object, with its signature} */
  public URI url() {
    return URI.create(url);
  }

  /** {@return the key of the object} */
  public ObjectKey key() {
    return key;
  }

  /**
   * {@return the instant from which CloudFront refuses the URL, in whole seconds; a download that
   * has begun by then goes on}
   */
  public Instant expiresAt() {
    return expiresAt;
  }

  /**
   * Returns the URL as JSON for the browser.
   *
   * <p>An object with {@code url}, {@code key} and {@code expiresAt} (ISO 8601). Jackson 2 and 3
   * write the same JSON, so a controller can return the URL.
   *
   * @return ASCII text that is safe in an HTML page
   */
  @JsonValue
  @JsonRawValue
  public String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("url", url);
    json.put("key", key.value());
    json.put("expiresAt", expiresAt.toString());
    return Json.write(json);
  }

  /** Key and expiry; the URL is left out. */
  @Override
  public String toString() {
    return "SignedUrl[" + key + ", until " + expiresAt + "]";
  }
}
