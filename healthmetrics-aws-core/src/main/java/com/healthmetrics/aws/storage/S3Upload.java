package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.storage.StorageFailures.Operation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Stores one object with one request, which the SDK may repeat.
 *
 * <p>Not thread-safe.
 */
final class S3Upload {
  private final NewObject object;
  private final String bucket;
  private final S3Connection connection;

  /** What the application's content threw; the SDK reports it like a broken connection. */
  private @Nullable Throwable failure;

  /** The content that was opened last; the SDK does not close every one. */
  private @Nullable InputStream opened;

  S3Upload(NewObject object, String bucket, S3Connection connection) {
    this.object = object;
    this.bucket = bucket;
    this.connection = connection;
  }

  /** Stores the object, and returns its head as request and response show it. */
  ObjectHead send() {
    PutObjectResponse response;
    try {
      if (object.sizeBytes() == 0) {
        // The SDK does not read it.
        requireEmpty();
      }
      response =
          connection.call(
              object.replacesExisting() ? Operation.OTHER : Operation.CREATE,
              (s3, signedBy) ->
                  s3.putObject(
                      request().overrideConfiguration(signedBy).build(),
                      // The SDK copies the bytes of its other bodies.
                      RequestBody.fromContentProvider(
                          this::open, object.sizeBytes(), object.contentType())));
    } catch (RuntimeException e) {
      throw failure == null || isInterrupt(failure) ? e : ofContent(failure);
    } finally {
      close();
    }
    if (response.eTag() == null) {
      // As the page of a portal has none, but every response of S3 to a PUT.
      throw StorageFailures.notFromS3(response.sdkHttpResponse());
    }
    return head(response);
  }

  private PutObjectRequest.Builder request() {
    return PutObjectRequest.builder()
        .bucket(bucket)
        .key(object.key().value())
        .contentType(object.contentType())
        .contentLength(object.sizeBytes())
        .cacheControl(object.cacheControl().orElse(null))
        .metadata(object.metadata())
        .checksumSHA256(object.sha256().orElse(null))
        .ifNoneMatch(object.replacesExisting() ? null : "*");
  }

  private ObjectHead head(PutObjectResponse response) {
    return ObjectHead.builder(object.key())
        .sizeBytes(object.sizeBytes())
        .contentType(object.contentType())
        .eTag(response.eTag())
        .versionId(response.versionId())
        .lastModified(
            response
                .sdkHttpResponse()
                .firstMatchingHeader("Date")
                .map(this::instant)
                .orElseGet(this::now))
        .metadata(object.metadata())
        .cacheControl(object.cacheControl().orElse(null))
        .sha256(object.sha256().orElse(null))
        .build();
  }

  private Instant instant(String date) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
    } catch (DateTimeException e) {
      return now();
    }
  }

  private Instant now() {
    return connection.clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private InputStream open() {
    close();
    try {
      InputStream content = new Content(object.open());
      opened = content;
      return content;
    } catch (Throwable e) {
      // Whatever the application's supplier throws, S3 is not the cause.
      failure = e;
      throw e;
    }
  }

  private void close() {
    InputStream content = opened;
    opened = null;
    if (content != null) {
      try {
        content.close();
      } catch (IOException e) {
        // It was read as far as it was needed.
      }
    }
  }

  private void requireEmpty() {
    try (InputStream content = object.open()) {
      content.read();
    } catch (IOException e) {
      throw StoreRules.unreadable(e);
    }
  }

  /** The content of one try. */
  private final class Content extends FilterInputStream {
    Content(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (Throwable e) {
        // As for opening.
        failure = e;
        throw e;
      }
    }
  }

  /** The deadline of the request interrupts a thread that waits for the content. */
  private static boolean isInterrupt(Throwable failure) {
    return failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException;
  }

  private static RuntimeException ofContent(Throwable failure) {
    Failures.beforeReplacing(failure);
    if (failure instanceof RuntimeException thrown) {
      return thrown;
    }
    if (failure instanceof Error thrown) {
      throw thrown;
    }
    return StoreRules.unreadable(
        failure instanceof IOException unread ? unread : new IOException(failure));
  }
}
