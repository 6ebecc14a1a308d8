package com.healthmetrics.aws.storage;

import java.util.List;
import java.util.Map;

/**
 * A signed form POST whose size S3 limits to a range.
 *
 * <p>In a browser: append every entry of {@link #fields()} to a {@code FormData}, in their order,
 * then the picture as {@code file}, and {@code fetch(url, {method: "POST", body: form})}.
 *
 * <pre>{@code
 * PresignedPost upload =
 *     signer.presignPost(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 3));
 * Map<String, String> fields = upload.fields(); // key, policy, signature, …
 * String response = upload.toJson(); // all of it, for the browser
 * }</pre>
 *
 * <p>Immutable and thread-safe. Source: Amazon S3 API Reference, "POST Object".
 */
public final class PresignedPost extends PresignedUpload {
  PresignedPost(String url, UploadPlan plan, Fields fields, Expiry expiry) {
    super(url, plan, fields, expiry);
  }

  /**
   * {@return the form fields to send before the field {@code file}, in this order and exactly as
   * they are: names with their values, {@code key} being the {@link #pendingKey()}; unmodifiable}
   */
  public Map<String, String> fields() {
    return parameters();
  }

  /**
   * {@return the size in bytes of the largest file that S3 accepts with this form, inclusive; the
   * smallest has one byte}
   */
  public long maxBytes() {
    return plan().maxBytes();
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  void addCurlOptions(List<String> words, String file) {
    // Unlike -F, --form-string gives a leading @ or < no meaning.
    fields().forEach((name, value) -> words.addAll(List.of("--form-string", name + "=" + value)));
    String quoted = file.replace("\\", "\\\\").replace("\"", "\\\"");
    words.addAll(List.of("-F", "file=@\"" + quoted + "\""));
  }

  @Override
  String sizeLimit() {
    return "1 to " + maxBytes() + " bytes";
  }

  @Override
  long largestSize() {
    return maxBytes();
  }

  @Override
  boolean allowsSize(long bytes) {
    return bytes >= 1 && bytes <= maxBytes();
  }
}
