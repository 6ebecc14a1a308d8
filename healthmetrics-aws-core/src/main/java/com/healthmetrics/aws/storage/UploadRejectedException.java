package com.healthmetrics.aws.storage;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an upload is not allowed. It has the broken rule, the limit and the value.
 *
 * <p>It is thrown before anything is signed or stored. If an {@link UploadVerifier} detects the
 * problem later, it is the reason for which the object was removed. The message, in English, can be
 * shown to a user or logged: it contains no owner, file name, signature or token. For another
 * language translate {@link #rule()}.
 *
 * <pre>{@code
 * try {
 *   signer.presignPost(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/svg+xml", 3));
 * } catch (UploadRejectedException e) {
 *   LOG.info("{}: {} instead of {}", e.rule(), e.value(), e.limit());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class UploadRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The rules that an upload can break. */
  public enum Rule {
    /** The owner id is not a safe key segment. */
    OWNER,
    /** The policy does not allow this content type. */
    CONTENT_TYPE,
    /** The picture is empty or too large, or does not have the signed size. */
    SIZE,
    /** The file is of another type than its content type. */
    FILE_TYPE,
    /** The file is damaged, or built in a way that nothing reliable can be said about it. */
    STRUCTURE,
    /** The picture has more pixels than the policy allows. */
    PIXELS,
    /** The policy refuses pictures with metadata, such as a position. */
    IMAGE_METADATA,
    /** The application's own inspector rejected it. */
    INSPECTOR,
    /** The key was not made for this owner under this policy. */
    KEY,
    /** The file name cannot be stored. */
    FILE_NAME,
    /** A name or value of the metadata is malformed, or there is too much of it. */
    METADATA,
    /** The checksum is malformed, or is not that of the uploaded bytes. */
    CHECKSUM,
    /** The presigned upload has expired. */
    EXPIRED,
    /** The presigned upload was signed for another bucket. */
    NOT_SIGNED_HERE,
    /** The presigned upload was used already; its pending object is there. */
    ALREADY_UPLOADED
  }

  /** The rule; an enum constant, so it survives serialization. */
  private final Rule rule;

  /** The limit, in words. */
  private final String limit;

  /** The rejected value, in words that are safe to show. */
  private final String value;

  /** The type of the file; null if it is unknown or does not matter. */
  private final @Nullable ImageType foundType;

  UploadRejectedException(Rule rule, String limit, String value, String message) {
    this(rule, limit, value, message, Optional.empty());
  }

  UploadRejectedException(
      Rule rule, String limit, String value, String message, Optional<ImageType> foundType) {
    super(message);
    this.rule = Objects.requireNonNull(rule, "rule");
    this.limit = limit;
    this.value = value;
    this.foundType = foundType.orElse(null);
  }

  /** {@return the rule that was broken} */
  public Rule rule() {
    return rule;
  }

  /** {@return what is allowed, such as {@code 1 to 5242880 bytes (5 MiB)}} */
  public String limit() {
    return limit;
  }

  /**
   * {@return the rejected value, such as {@code 6291456 bytes (6 MiB)}; shortened and escaped if it
   * came from outside}
   */
  public String value() {
    return value;
  }

  /**
   * {@return the type of the uploaded file, if it is a picture of another type than its content
   * type, as an iPhone's JPEG with the extension {@code .HEIC}: sign its true type and upload it
   * again}
   */
  public Optional<ImageType> foundType() {
    return Optional.ofNullable(foundType);
  }
}
