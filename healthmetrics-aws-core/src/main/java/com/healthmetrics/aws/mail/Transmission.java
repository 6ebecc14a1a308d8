package com.healthmetrics.aws.mail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * One attempt to send an email, whatever the HTTP client: a request whose body was never read for
 * transmission was certainly not sent.
 *
 * <p>Reading and {@linkplain #revoke revoking} exclude each other, so a client that goes on in the
 * background cannot send an email that was reported as not sent. A client that reads the body early
 * into a buffer counts as having sent it, which is the safe mistake; so does a request that carries
 * another body than the one that is watched.
 */
final class Transmission {
  static final ExecutionAttribute<Transmission> ATTRIBUTE =
      new ExecutionAttribute<>("com.healthmetrics.aws.mail.Transmission");

  private static final DateTimeFormatter SIGNING_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX", Locale.ROOT);

  private enum State {
    /** The request is being signed, which reads the body as well. */
    SIGNING,
    UNREAD,
    READ,
    REVOKED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.SIGNING);
  private final AtomicInteger opened = new AtomicInteger();
  private volatile String signedAt = "";

  /**
   * Ends the attempt.
   *
   * @return whether the email was certainly not sent
   */
  boolean revoke() {
    return state.compareAndSet(State.SIGNING, State.REVOKED)
        || state.compareAndSet(State.UNREAD, State.REVOKED);
  }

  /** The time that the signature names, which is not the clock's once the SDK has corrected it. */
  Optional<Instant> signedAt() {
    try {
      return Optional.of(SIGNING_TIME.parse(signedAt, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private void reading() throws IOException {
    if (state.compareAndSet(State.UNREAD, State.READ)) {
      return;
    }
    if (state.get() == State.REVOKED) {
      throw new IOException("The attempt to send this email has ended.");
    }
  }

  /** Of a body without a length the SDK would send a copy, which nothing watches. */
  private RequestBody watched(RequestBody body) {
    ContentStreamProvider content = () -> new Watched(body.contentStreamProvider().newStream());
    return body.optionalContentLength()
        .map(length -> RequestBody.fromContentProvider(content, length, body.contentType()))
        .orElse(body);
  }

  private void signed(SdkHttpRequest request) {
    signedAt = request.firstMatchingHeader("X-Amz-Date").orElse("");
    state.compareAndSet(State.SIGNING, opensWatched(request) ? State.UNREAD : State.READ);
  }

  /** Whether the body that the client will read is the watched one, rather than a copy. */
  private boolean opensWatched(SdkHttpRequest request) {
    int before = opened.get();
    if (request instanceof SdkHttpFullRequest full) {
      // The SDK closes this stream when it opens the next.
      full.contentStreamProvider().ifPresent(ContentStreamProvider::newStream);
    }
    return opened.get() > before;
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream body) {
      super(body);
      opened.incrementAndGet();
    }

    @Override
    public int read() throws IOException {
      reading();
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      reading();
      return super.read(bytes, offset, length);
    }
  }

  /** Watches the body of each request that carries a transmission. */
  static final class Watch implements ExecutionInterceptor {
    /** The API v1 sends its parameters as a form, which the SDK would write after this. */
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    @Override
    public Optional<RequestBody> modifyHttpContent(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      Transmission transmission = attributes.getAttribute(ATTRIBUTE);
      if (transmission == null) {
        return context.requestBody();
      }
      return context
          .requestBody()
          .or(
              () ->
                  form(context)
                      .map(
                          form ->
                              RequestBody.fromContentProvider(
                                  ContentStreamProvider.fromUtf8String(form), form.length(), FORM)))
          .map(transmission::watched);
    }

    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      SdkHttpRequest request = context.httpRequest();
      if (attributes.getAttribute(ATTRIBUTE) == null || context.requestBody().isPresent()) {
        return request;
      }
      return form(context)
          .<SdkHttpRequest>map(
              form ->
                  request.toBuilder()
                      .clearQueryParameters()
                      .putHeader("Content-Length", Integer.toString(form.length()))
                      .putHeader("Content-Type", FORM)
                      .build())
          .orElse(request);
    }

    /** Percent-encoded, so that its length is its number of bytes. */
    private static Optional<String> form(Context.ModifyHttpRequest context) {
      return context.httpRequest().encodedQueryParametersAsFormData();
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      Transmission transmission = attributes.getAttribute(ATTRIBUTE);
      if (transmission != null) {
        transmission.signed(context.httpRequest());
      }
    }
  }
}
