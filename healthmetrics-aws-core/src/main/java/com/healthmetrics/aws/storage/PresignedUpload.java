package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Json;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A signed upload: everything a browser must send, and what becomes of it.
 *
 * <p>Whoever holds it can upload until it expires, so treat it as a secret: {@code toString()}
 * hides URL, signature, token and policy.
 *
 * <pre>{@code
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 * PresignedUpload upload = signer.presignPost(UploadPolicy.avatars(), request);
 * String answer = upload.toJson(); // for the browser
 * ObjectKey picture = upload.key(); // for the database, once the browser says that it is there
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads.
 */
public abstract sealed class PresignedUpload permits PresignedPut, PresignedPost {
  private final URI url;
  private final UploadPlan plan;
  private final Optional<URI> publicUrl;
  private final Expiry expiry;

  /** What decided when an upload expires. */
  public enum ExpiryLimit {
    /** The policy's lifetime. */
    POLICY,
    /** The credentials that signed it: they end sooner than the policy's lifetime. */
    CREDENTIALS
  }

  /** When an upload ends and why. */
  record Expiry(Instant at, ExpiryLimit limit) {}

  PresignedUpload(URI url, UploadPlan plan, Optional<URI> publicUrl, Expiry expiry) {
    this.url = url;
    this.plan = plan;
    this.publicUrl = publicUrl;
    this.expiry = expiry;
  }

  /** What was admitted and signed. */
  final UploadPlan plan() {
    return plan;
  }

  /**
   * The HTTP method.
   *
   * @return {@code PUT} or {@code POST}
   */
  public abstract String method();

  /**
   * Where to send it.
   *
   * @return the URL; for a PUT it holds the signature
   */
  public final URI url() {
    return url;
  }

  /**
   * The name that the object will have.
   *
   * @return the key; store it with the owner's record once the upload is done
   */
  public final ObjectKey key() {
    return plan.key();
  }

  /**
   * The content type that was signed.
   *
   * @return the media type
   */
  public final String contentType() {
    return plan.contentType();
  }

  /**
   * Where a browser can load the object once it is there.
   *
   * @return the URL, or empty when the policy's pictures are private or the signer knows no CDN
   */
  public final Optional<URI> publicUrl() {
    return publicUrl;
  }

  /**
   * From when on the upload is refused.
   *
   * @return the instant, in whole seconds, never later than the end of the signing credentials
   */
  public final Instant expiresAt() {
    return expiry.at();
  }

  /**
   * Whether the policy or the credentials set {@link #expiresAt()}.
   *
   * @return what ended sooner
   */
  public final ExpiryLimit expiryLimitedBy() {
    return expiry.limit();
  }

  /**
   * The upload as JSON for the browser.
   *
   * <p>An object with {@code method}, {@code url}, {@code headers} (PUT) or {@code fields} (POST,
   * in the order to send them, before the file), {@code key}, {@code expiresAt} (ISO 8601) and,
   * when known, {@code publicUrl}.
   *
   * <p>Uppy's plugin {@code @uppy/aws-s3} takes it as it is, PUT and POST: version 5 from {@code
   * getUploadParameters}, version 6 from {@code signRequest}, where it must be 6.3 or newer, as
   * those before leave headers or fields out and are refused.
   *
   * @return ASCII text that may stand in an html page
   */
  public final String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", method());
    json.put("url", url.toString());
    describe(json);
    json.put("key", key().value());
    json.put("expiresAt", expiresAt().toString());
    publicUrl.ifPresent(publicUrl -> json.put("publicUrl", publicUrl.toString()));
    return Json.write(json);
  }

  /**
   * A command line that sends a file with curl, to try an upload out by hand.
   *
   * <p>It holds the signature: whoever sees it can upload until it expires.
   *
   * @param file the path of the file to send
   * @return one line for a POSIX shell, quoted so that no character of the path or of a header has
   *     a meaning of its own
   * @throws NullPointerException if {@code file} is null
   * @throws IllegalArgumentException if the path holds a line break or another control character
   */
  public final String toCurl(String file) {
    int unsafe = Checks.indexOfUnsafeCharacter(file);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          "The path holds "
              + Checks.describeCharacter(file, unsafe)
              + "; rename the file for this command.");
    }
    List<String> words = new ArrayList<>(List.of("curl", "--fail-with-body", "-X", method()));
    addCurlOptions(words, file);
    words.add(url.toString());
    return words.stream().map(PresignedUpload::quoteForShell).collect(Collectors.joining(" "));
  }

  private static String quoteForShell(String word) {
    return word.matches("[A-Za-z0-9_./=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Adds what makes curl send the file as this method wants it. */
  abstract void addCurlOptions(List<String> words, String file);

  /** Adds what only this method needs. */
  abstract void describe(Map<String, Object> json);

  /** The limit that this method puts on the size, in words. */
  abstract String sizeLimit();

  /** Whether a body of this size is what was signed. */
  abstract boolean allowsSize(long bytes);

  /** Key, content type, size and expiry; URL, signature, token and policy are left out. */
  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + ("["
            + key()
            + ", "
            + contentType()
            + ", "
            + sizeLimit()
            + ", until "
            + expiresAt()
            + "]");
  }
}
