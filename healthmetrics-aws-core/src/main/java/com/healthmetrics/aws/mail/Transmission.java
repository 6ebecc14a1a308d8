package com.healthmetrics.aws.mail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * One attempt to send an email, whatever the HTTP client: a request whose body was never read for
 * transmission was certainly not sent.
 *
 * <p>Reading and {@linkplain #revoke revoking} exclude each other, so a client that goes on in the
 * background cannot send an email that was reported as not sent. A client that reads the body early
 * into a buffer counts as having sent it, which is the safe mistake.
 */
final class Transmission {
  static final ExecutionAttribute<Transmission> ATTRIBUTE =
      new ExecutionAttribute<>("com.healthmetrics.aws.mail.Transmission");

  private enum State {
    /** The request is being signed, which reads the body as well. */
    SIGNING,
    UNREAD,
    READ,
    REVOKED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.SIGNING);

  /**
   * Ends the attempt.
   *
   * @return whether the email was certainly not sent
   */
  boolean revoke() {
    return state.compareAndSet(State.SIGNING, State.REVOKED)
        || state.compareAndSet(State.UNREAD, State.REVOKED);
  }

  private void reading() throws IOException {
    State before = state.get();
    if (before == State.UNREAD && !state.compareAndSet(State.UNREAD, State.READ)) {
      before = state.get();
    }
    if (before == State.REVOKED) {
      throw new IOException("The attempt to send this email has ended.");
    }
  }

  private RequestBody watched(RequestBody body) {
    ContentStreamProvider content = () -> new Watched(body.contentStreamProvider().newStream());
    return body.optionalContentLength()
        .map(length -> RequestBody.fromContentProvider(content, length, body.contentType()))
        .orElseGet(() -> RequestBody.fromContentProvider(content, body.contentType()));
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream body) {
      super(body);
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
    @Override
    public Optional<RequestBody> modifyHttpContent(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      Transmission transmission = attributes.getAttribute(ATTRIBUTE);
      return transmission == null
          ? context.requestBody()
          : context.requestBody().map(transmission::watched);
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      Transmission transmission = attributes.getAttribute(ATTRIBUTE);
      if (transmission != null) {
        transmission.state.compareAndSet(State.SIGNING, State.UNREAD);
      }
    }
  }
}
