package com.healthmetrics.aws.storage;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The application's own inspection of an upload, such as a malware scanner or an encoder.
 *
 * <p>An {@link UploadVerifier} calls it for each upload that passed all other checks, before
 * metadata is removed and before anything is published.
 *
 * <pre>{@code
 * UploadInspector scanner =
 *     (pending, bytes) ->
 *         isInfected(bytes)
 *             ? UploadInspector.Finding.reject("malware")
 *             : UploadInspector.Finding.keep();
 * HealthMetricsAws aws =
 *     HealthMetricsAws.builder(AwsSettings.fromEnvironment(System.getenv()))
 *         .uploadInspector(scanner)
 *         .build();
 * }</pre>
 *
 * <p>What to expect:
 *
 * <ul>
 *   <li>It may be called more than once for one upload: after a failure, if the upload is replaced
 *       meanwhile, and by calls at the same time.
 *   <li>Bytes that it returns pass all checks again, and must be of the type of the key.
 *   <li>If it throws, nothing is accepted or removed: the verification fails with a {@link
 *       StorageException} of kind {@code INSPECTOR_FAILED}, and may be repeated.
 *   <li>Its time counts toward the deadline of the verification, but it is not interrupted.
 * </ul>
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
public interface UploadInspector {

  /**
   * Inspects an upload.
   *
   * @param pending the pending object, as the store reports it
   * @param bytes all of its bytes, not yet without metadata; must not be changed
   * @return what to do with the upload
   * @throws IOException if it could not be inspected
   */
  Finding inspect(ObjectHead pending, byte[] bytes) throws IOException;

  /** What an inspector found. Immutable and thread-safe, if nobody changes its bytes. */
  final class Finding {
    private static final Finding KEEP = new Finding(null, null);
    private static final int MAX_REASON = 200;

    private final @Nullable String reason;
    private final byte @Nullable [] replacement;

    private Finding(@Nullable String reason, byte @Nullable [] replacement) {
      this.reason = reason;
      this.replacement = replacement;
    }

    /** {@return a finding that the upload is allowed} */
    public static Finding keep() {
      return KEEP;
    }

    /**
     * {@return a finding that the upload is not allowed, and is to be removed}
     *
     * @param reason what was found, for logs and the user: 1 to 200 characters
     * @throws IllegalArgumentException if it is empty or longer
     */
    public static Finding reject(String reason) {
      if (reason.isEmpty() || reason.length() > MAX_REASON) {
        throw new IllegalArgumentException(
            "The reason has %s characters. Use 1 to %s.".formatted(reason.length(), MAX_REASON));
      }
      return new Finding(reason, null);
    }

    /**
     * {@return a finding that other bytes are to be published}
     *
     * @param bytes a picture of the same type; not copied
     */
    public static Finding replace(byte[] bytes) {
      return new Finding(null, Objects.requireNonNull(bytes, "bytes"));
    }

    Optional<String> reason() {
      return Optional.ofNullable(reason);
    }

    Optional<byte[]> replacement() {
      return Optional.ofNullable(replacement);
    }

    /** What is to be done. */
    @Override
    public String toString() {
      if (reason != null) {
        return "Finding[reject]";
      }
      return replacement == null ? "Finding[keep]" : "Finding[replace]";
    }
  }
}
