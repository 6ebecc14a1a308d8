package com.healthmetrics.aws.storage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.IsoInstant;
import com.healthmetrics.aws.internal.Json;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A signed upload: everything a browser must send, and the key under which the picture is
 * published.
 *
 * <p>The browser writes to {@link #pendingKey()}, from which nothing is served. The picture has its
 * {@link #key()} and {@link #publicUrl()} once an {@link UploadVerifier} has accepted it.
 *
 * <p>Anyone who has it can upload until it expires, so treat it as a secret: {@code toString()}
 * hides URL, signature, token and policy.
 *
 * <pre>{@code
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 * PresignedUpload upload = signer.presignPost(UploadPolicy.avatars(), request);
 * String response = upload.toJson(); // for the browser
 * ObjectKey picture = upload.key(); // for the database, once the upload is done
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public abstract sealed class PresignedUpload permits PresignedPut, PresignedPost {
  private final String urlText;
  private final UploadPlan plan;
  private final Fields parameters;
  private final Expiry expiry;

  /** Parsed when it is first read: that costs as much as to sign, and JSON needs the text alone. */
  private volatile @Nullable URI url;

  /** The reason for the expiry of an upload. */
  public enum ExpiryLimit {
    /** The policy's lifetime. */
    POLICY,
    /** The credentials that signed it: they end sooner than the policy's lifetime. */
    CREDENTIALS
  }

  /** When an upload expires, and why. */
  record Expiry(Instant at, ExpiryLimit limit) {}

  PresignedUpload(String url, UploadPlan plan, Fields parameters, Expiry expiry) {
    this.urlText = url;
    this.plan = plan;
    this.parameters = parameters;
    this.expiry = expiry;
  }

  /** The accepted request. */
  final UploadPlan plan() {
    return plan;
  }

  /** The headers or form fields, in the order to send them; unmodifiable. */
  final Map<String, String> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** {@return the HTTP method, {@code PUT} or {@code POST}} */
  public abstract String method();

  /** {@return the URL to send the upload to; for a PUT it contains the signature} */
  public final URI url() {
    URI parsed = url;
    if (parsed == null) {
      parsed = URI.create(urlText);
      url = parsed;
    }
    return parsed;
  }

  /** The text of {@link #url()}. */
  final String urlText() {
    return urlText;
  }

  /**
   * {@return the key that the picture is published under; verify it, and store it with the owner's
   * record once the upload was accepted}
   */
  public final ObjectKey key() {
    return plan.key();
  }

  /**
   * {@return the key that the browser writes to, {@code pending/} followed by {@link #key()}; it is
   * part of what was signed}
   */
  public final ObjectKey pendingKey() {
    return plan.pendingKey();
  }

  /** {@return the media type that was signed} */
  public final String contentType() {
    return plan.contentType();
  }

  /**
   * {@return the URL that a browser can load the picture from once it was accepted, or empty if the
   * pictures of the policy are private or the bucket has no public URLs}
   */
  public final Optional<URI> publicUrl() {
    return plan.publicUrl();
  }

  /**
   * {@return the instant from which the upload is refused, in whole seconds, never later than the
   * end of the signing credentials}
   */
  public final Instant expiresAt() {
    return expiry.at();
  }

  /** {@return whether the policy or the credentials decide {@link #expiresAt()}} */
  public final ExpiryLimit expiryLimitedBy() {
    return expiry.limit();
  }

  /**
   * Returns the upload as JSON for the browser.
   *
   * <p>An object with {@code method}, {@code url}, {@code headers} (PUT) or {@code fields} (POST,
   * in the order to send them, before the file), {@code key} (to verify, and for the database),
   * {@code expiresAt} (ISO 8601) and, if there is one, {@code publicUrl}. The place that the
   * browser writes to is in {@code url} or {@code fields}.
   *
   * <p>The ES module {@code /healthmetrics-aws/healthmetrics-upload.mjs}, a resource of this
   * library, uploads with it. Code of your own must treat 412, 409, 500, 503 and no response of S3
   * as not known yet, and verify before it reports a failure: browsers repeat a PUT by themselves,
   * and S3 refuses the second one though the first was stored.
   *
   * <p>Uppy's plugin {@code @uppy/aws-s3} accepts it unchanged, PUT and POST: version 5 from {@code
   * getUploadParameters}, version 6 from {@code signRequest}, if it is 6.3 or newer. Older ones
   * leave out headers or fields, and S3 refuses their uploads. What Uppy reports as {@code
   * uploadURL} is the pending object, which nobody can load: use {@code key} and {@code publicUrl}.
   *
   * <p>Jackson 2 and 3 write the same JSON, so a controller can return the upload.
   *
   * @return ASCII text that is safe in an HTML page
   */
  @JsonValue
  @JsonRawValue
  public final String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", method());
    json.put("url", urlText);
    json.put(this instanceof PresignedPut ? "headers" : "fields", parameters);
    json.put("key", key().value());
    json.put("expiresAt", IsoInstant.seconds(expiresAt()));
    publicUrl().ifPresent(publicUrl -> json.put("publicUrl", publicUrl.toString()));
    return Json.write(json);
  }

  /**
   * Returns a command line that sends a file with curl, to try an upload by hand.
   *
   * <p>It contains the signature: anyone who sees it can upload until it expires.
   *
   * @param file the path of the file to send
   * @return one line for a POSIX shell, quoted so that no character of the path or of a header has
   *     a special meaning
   * @throws IllegalArgumentException if the path contains a line break or another control character
   */
  public final String toCurl(String file) {
    int unsafe = Checks.indexOfUnsafeCharacter(file);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          "The path contains %s. Rename the file for this command."
              .formatted(Checks.describeCharacter(file, unsafe)));
    }
    List<String> words = new ArrayList<>(List.of("curl", "--fail-with-body", "-X", method()));
    addCurlOptions(words, file);
    words.add(urlText);
    return words.stream().map(PresignedUpload::quoteForShell).collect(Collectors.joining(" "));
  }

  private static String quoteForShell(String word) {
    return word.matches("[A-Za-z0-9_./=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Adds the options that make curl send the file with this method. */
  abstract void addCurlOptions(List<String> words, String file);

  /** The limit of the size, in words. */
  abstract String sizeLimit();

  /** The size in bytes of the largest body that was signed. */
  abstract long largestSize();

  /** Whether a body of this size is within what was signed. */
  abstract boolean allowsSize(long bytes);

  /** Key, content type, size and expiry; URL, signature, token and policy are left out. */
  @Override
  public final String toString() {
    return "%s[%s, %s, %s, until %s]"
        .formatted(getClass().getSimpleName(), key(), contentType(), sizeLimit(), expiresAt());
  }
}
