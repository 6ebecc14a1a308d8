package com.healthmetrics.aws.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Bounds every response that the SDK reads into memory; without it, one that does not end fills the
 * heap.
 *
 * <p>The bound is one of the bytes that the SDK parses. It would decompress a response only after
 * the interceptors, so a compressed one is decompressed here, and arrives there as if it had never
 * been compressed.
 */
public final class BoundedResponses implements ExecutionInterceptor {
  /**
   * The largest error response, and the largest response of SES: their parts are names, ids and
   * texts, the longest a list of 50 addresses of 320 characters.
   */
  public static final int SMALL = 256 * 1024;

  private static final ExecutionAttribute<Boolean> COMPRESSED =
      new ExecutionAttribute<>("com.healthmetrics.aws.internal.BoundedResponses.compressed");

  private final int maxBytes;
  private final Predicate<SdkRequest> streamed;

  /**
   * Creates a bound.
   *
   * @param maxBytes the largest response of success; errors are always {@link #SMALL}
   * @param streamed the requests whose response of success the caller reads
   */
  public BoundedResponses(int maxBytes, Predicate<SdkRequest> streamed) {
    this.maxBytes = maxBytes;
    this.streamed = streamed;
  }

  /**
   * Thrown when a response is too large. It is an error, as the SDK drops an exception while it
   * parses an error response, and then takes that for an empty one; it does not leave this library.
   */
  public static final class ResponseTooLarge extends Error {
    private static final long serialVersionUID = 1L;

    private ResponseTooLarge(int maxBytes) {
      super("the response was larger than " + maxBytes + " bytes");
    }
  }

  /** Names a failure for a message: by its type, as its text may repeat an address or a key. */
  public static String describe(Throwable failure) {
    return failure instanceof ResponseTooLarge
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName();
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    SdkHttpResponse response = context.httpResponse();
    boolean compressed =
        isBounded(context)
            && response.firstMatchingHeader("Content-Encoding").filter("gzip"::equals).isPresent();
    attributes.putAttribute(COMPRESSED, compressed);
    return compressed ? response.toBuilder().removeHeader("Content-Encoding").build() : response;
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    if (!isBounded(context)) {
      return context.responseBody();
    }
    boolean compressed = Boolean.TRUE.equals(attributes.getAttribute(COMPRESSED));
    int limit = context.httpResponse().isSuccessful() ? maxBytes : SMALL;
    return context.responseBody().map(body -> new Bounded(body, compressed, limit));
  }

  /** The response to a HEAD has no body; its content encoding is that of the object. */
  private boolean isBounded(Context.ModifyHttpResponse context) {
    return context.httpRequest().method() != SdkHttpMethod.HEAD
        && !(context.httpResponse().isSuccessful() && streamed.test(context.request()));
  }

  private static final class Bounded extends FilterInputStream implements Abortable {
    private final InputStream body;
    private final int limit;
    private boolean compressed;
    private int count;

    Bounded(InputStream body, boolean compressed, int limit) {
      super(body);
      this.body = body;
      this.compressed = compressed;
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (compressed) {
        // Here, as its constructor reads.
        in = new GZIPInputStream(body);
        compressed = false;
      }
      // One byte more than allowed shows that there are more, and no array gets those that follow.
      int read = in.read(bytes, offset, Math.min(length, limit - count + 1));
      count += Math.max(read, 0);
      if (count > limit) {
        // Closing alone would read on to the end first.
        abort();
        throw new ResponseTooLarge(limit);
      }
      return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
      byte[] skipped = new byte[(int) Math.min(8_192, Math.max(wanted, 0))];
      return Math.max(read(skipped, 0, skipped.length), 0);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void abort() {
      if (body instanceof Abortable abortable) {
        abortable.abort();
      }
    }
  }
}
