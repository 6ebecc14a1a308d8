package com.healthmetrics.aws.internal.sigv4;

import com.healthmetrics.aws.internal.Spares;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * AWS Signature Version 4 for one region and service.
 *
 * <p>Thread-safe. It keeps what it derived last, for one set of credentials and one second.
 *
 * <p>Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
 */
public final class SigV4 {
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** Of a buffer that is kept; a larger one, for much metadata, is not. */
  private static final int LARGEST_SPARE = 8_192;

  private final String region;
  private final String service;

  /** Threads that race for it derive the same. */
  private volatile @Nullable DatedSigner last;

  private final Spares<SigningBuffer> spares = new Spares<>();

  public SigV4(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /** Returns an empty buffer. One that was given back is used again. */
  public SigningBuffer borrow() {
    SigningBuffer buffer = spares.take();
    return buffer == null ? new SigningBuffer() : buffer;
  }

  /** Takes a buffer back, which the caller uses no more, and empties it. */
  public void giveBack(SigningBuffer buffer) {
    buffer.wipe();
    if (buffer.capacity() <= LARGEST_SPARE) {
      spares.putBack(buffer);
    }
  }

  /** Returns what signs with credentials at an instant, of which the whole seconds count. */
  public DatedSigner at(Instant instant, SigningCredentials credentials) {
    DatedSigner known = last;
    if (known != null && known.isFor(instant.getEpochSecond(), credentials)) {
      return known;
    }
    DatedSigner signer = signer(known, instant.getEpochSecond(), credentials);
    last = signer;
    return signer;
  }

  private DatedSigner signer(
      @Nullable DatedSigner known, long second, SigningCredentials credentials) {
    long day = SigningKey.dayOf(second);
    SigningKey key =
        known != null && known.key().isFor(day, credentials)
            ? known.key()
            : SigningKey.of(day, credentials, region, service);
    return new DatedSigner(key, second, credentials.sessionToken());
  }
}
