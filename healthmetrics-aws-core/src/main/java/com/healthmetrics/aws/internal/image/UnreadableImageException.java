package com.healthmetrics.aws.internal.image;

/**
 * Thrown when a file is not a picture that can be published: its structure is damaged, or nothing
 * can say which of its bytes are the picture.
 *
 * <p>The message is a plain sentence about the file's structure and never contains its content.
 */
public final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a file was refused; stable, in contrast to the message. */
  public enum Reason {
    /** The file begins like no format that is known here. */
    UNKNOWN_FORMAT,
    /** The file ends before its structure does. */
    TRUNCATED,
    /** The structure is complete and has no image in it. */
    NO_IMAGE_DATA,
    /** The structure contradicts itself or its specification. */
    MALFORMED,
    /** Valid, or possibly so, but encoded in a way that browsers and phones do not write. */
    UNSUPPORTED,
    /** Metadata is compressed, so it cannot be overwritten with valid metadata of equal length. */
    COMPRESSED_METADATA,
    /** Removing metadata would change bytes that the image uses, too. */
    SHARED_EXTENT,
    /** More parts than any camera or encoder writes. */
    TOO_COMPLEX
  }

  private final Reason reason;

  private UnreadableImageException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** {@return why the file was refused} */
  public Reason reason() {
    return reason;
  }

  static UnreadableImageException unknownFormat() {
    return new UnreadableImageException(
        Reason.UNKNOWN_FORMAT, "The file is not a JPEG, PNG, WebP, HEIC or AVIF picture.");
  }

  static UnreadableImageException truncated(int length, String missing) {
    return new UnreadableImageException(
        Reason.TRUNCATED, "The file ends after " + length + " bytes, before " + missing + ".");
  }

  static UnreadableImageException noImageData(String missing) {
    return new UnreadableImageException(
        Reason.NO_IMAGE_DATA, "The file has no image data: " + missing + ".");
  }

  static UnreadableImageException malformed(int offset, String problem) {
    return new UnreadableImageException(
        Reason.MALFORMED, "The file is damaged at byte " + offset + ": " + problem + ".");
  }

  static UnreadableImageException unsupported(String what) {
    return new UnreadableImageException(
        Reason.UNSUPPORTED, "The file uses a feature that is not supported: " + what + ".");
  }

  static UnreadableImageException compressedMetadata() {
    return new UnreadableImageException(
        Reason.COMPRESSED_METADATA,
        "The file has compressed metadata, which cannot be overwritten in place.");
  }

  static UnreadableImageException sharedExtent(int offset) {
    return new UnreadableImageException(
        Reason.SHARED_EXTENT,
        "Metadata shares bytes with something else at byte " + offset + " of the file.");
  }

  static UnreadableImageException tooComplex(int limit, String parts) {
    return new UnreadableImageException(
        Reason.TOO_COMPLEX, "The file has more than " + limit + " " + parts + ".");
  }
}
