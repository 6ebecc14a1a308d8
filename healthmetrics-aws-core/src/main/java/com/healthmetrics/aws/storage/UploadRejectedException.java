package com.healthmetrics.aws.storage;

import java.util.Objects;

/**
 * An upload that is not allowed: which rule it breaks, where the limit lies, what was given.
 *
 * <p>Thrown before anything is signed or stored; where an {@link UploadVerifier} finds out later,
 * it is the reason for which the object was removed. The message can be shown to a user or logged:
 * it holds no owner, file name, signature or token.
 *
 * <pre>{@code
 * try {
 *   signer.presignPost(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/svg+xml", 3));
 * } catch (UploadRejectedException e) {
 *   LOG.info("{}: {} instead of {}", e.rule(), e.value(), e.limit());
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class UploadRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What an upload can break. */
  public enum Rule {
    /** The owner's id is no single, harmless key segment. */
    OWNER,
    /** The policy does not allow this content type. */
    CONTENT_TYPE,
    /** The picture is empty or too large, or not as large as was signed. */
    SIZE,
    /** The bytes are not those of the content type. */
    MAGIC_BYTES,
    /** The browser sent a header along that nobody signed, such as {@code Content-Encoding}. */
    UNSIGNED_HEADER,
    /** The key is not one that was made for this owner under this policy. */
    KEY,
    /** The file name cannot be kept. */
    FILE_NAME,
    /** A name or value of the metadata is malformed, or there is too much of it. */
    METADATA,
    /** The checksum is no checksum of its kind, or not that of what was sent. */
    CHECKSUM,
    /** The presigned upload has expired. */
    EXPIRED,
    /** The presigned upload was signed for another store. */
    NOT_SIGNED_HERE,
    /** There is an object with this key already. */
    ALREADY_UPLOADED
  }

  /** The rule; an enum constant, so it survives serialization. */
  private final Rule rule;

  /** The limit, in words. */
  private final String limit;

  /** What was given, in words that are safe to show. */
  private final String value;

  UploadRejectedException(Rule rule, String limit, String value, String message) {
    super(message);
    this.rule = Objects.requireNonNull(rule, "rule");
    this.limit = limit;
    this.value = value;
  }

  /**
   * The rule that was broken.
   *
   * @return the rule
   */
  public Rule rule() {
    return rule;
  }

  /**
   * What is allowed.
   *
   * @return the limit, such as {@code 1 to 5242880 bytes}
   */
  public String limit() {
    return limit;
  }

  /**
   * What was given instead, shortened and escaped where it came from outside.
   *
   * @return the value, such as {@code 6291456 bytes}
   */
  public String value() {
    return value;
  }
}
