package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Completion;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.ResponseFault;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A fault of one request, for {@link LocalS3#failNext}.
 *
 * <p>{@link #slowDown}, {@link #conflict}, {@link #expiredToken}, {@link #status}, {@link
 * #refused}, {@link #reset}, {@link #resetWhileReceiving} and {@link #proxyPage} change nothing in
 * the bucket. The {@code acceptThen} faults process the request as usual, signature included, and
 * corrupt only the response: a client that sends the request again finds it done. The {@code
 * listing} faults change the document of the next list of objects or versions, in the ways that
 * broken servers, proxies and caches do, and every other request leaves them in the queue.
 *
 * <p>A fault is for the next request, or with {@link #onlyFor} and {@link #onlyForKeys} for the
 * next one of those. A write whose response is lost, for example, is {@code
 * S3Fault.acceptThenReset().onlyFor("PUT")} if S3 has processed it, and {@code
 * S3Fault.reset().onlyFor("PUT")} if it has not.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.start()) {
 *   s3.failNext(S3Fault.slowDown().onlyFor("GET"), S3Fault.acceptThenReset().onlyFor("PUT"));
 *   // let the application upload and read, then
 *   assertEquals(1, s3.keys().size());
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe; a fault may be queued repeatedly. Codes and messages are those of
 * the Amazon S3 API Reference, "Error responses".
 */
public final class S3Fault {
  static final S3Fault NONE = corrupting("none", ResponseFault.none());

  private static final String REASON = "LocalS3.failNext requested this error.";
  private static final List<String> METHODS = List.of("DELETE", "GET", "HEAD", "POST", "PUT");

  private final String name;
  private final Predicate<FaultTarget> concerned;
  private final Optional<Completion> end;
  private final Optional<S3Refusal> refusal;
  private final ResponseFault responseFault;

  private S3Fault(
      String name,
      Predicate<FaultTarget> concerned,
      Optional<Completion> end,
      Optional<S3Refusal> refusal,
      ResponseFault responseFault) {
    this.name = name;
    this.concerned = concerned;
    this.end = end;
    this.refusal = refusal;
    this.responseFault = responseFault;
  }

  private static S3Fault ending(String name, Completion end) {
    return new S3Fault(name, any -> true, Optional.of(end), Optional.empty(), ResponseFault.none());
  }

  private static S3Fault refusing(String name, int status, String code, String message) {
    S3Refusal refusal = S3Refusal.of(status, code, message, REASON);
    return new S3Fault(
        name, any -> true, Optional.empty(), Optional.of(refusal), ResponseFault.none());
  }

  private static S3Fault corrupting(String name, ResponseFault responseFault) {
    return new S3Fault(name, any -> true, Optional.empty(), Optional.empty(), responseFault);
  }

  private S3Fault narrowed(String which, Predicate<FaultTarget> more) {
    return new S3Fault(name + which, concerned.and(more), end, refusal, responseFault);
  }

  /**
   * Exceeds the request rate: 503 {@code SlowDown}.
   *
   * @return the fault
   */
  public static S3Fault slowDown() {
    return refusing("slowDown", 503, "SlowDown", "Please reduce your request rate.");
  }

  /**
   * Another request interferes with a conditional one: 409 {@code ConditionalRequestConflict}. S3
   * has changed nothing, and the key may be free.
   *
   * @return the fault
   */
  public static S3Fault conflict() {
    return refusing(
        "conflict",
        409,
        "ConditionalRequestConflict",
        "The conditional request cannot succeed due to a conflicting operation against this"
            + " resource.");
  }

  /**
   * The session token has expired: 400 {@code ExpiredToken}; a {@code HEAD} shows the status only.
   *
   * @return the fault
   */
  public static S3Fault expiredToken() {
    return refusing("expiredToken", 400, "ExpiredToken", "The provided token has expired.");
  }

  /**
   * An internal error of S3: {@code InternalError}, or {@code ServiceUnavailable} for 503.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is out of range
   */
  public static S3Fault status(int status) {
    checkServerError(status);
    String code = status == 503 ? "ServiceUnavailable" : "InternalError";
    return refusing(
        "status " + status, status, code, "We encountered an internal error. Please try again.");
  }

  /**
   * Any other error.
   *
   * @param status 400 to 599
   * @param code letters, digits and dots, such as {@code KMS.DisabledException}
   * @param message the message of S3; not blank
   * @return the fault
   * @throws IllegalArgumentException if an argument is out of range or malformed
   * @throws NullPointerException if an argument is null
   */
  public static S3Fault refused(int status, String code, String message) {
    if (status < 400 || status > 599 || !code.matches("[A-Za-z0-9.]+") || message.isBlank()) {
      throw new IllegalArgumentException(
          "status must be 400 to 599, code letters, digits and dots, message not blank: "
              + status
              + ", "
              + Quote.of(code)
              + ", "
              + Quote.of(message));
    }
    return refusing("refused " + code, status, code, message);
  }

  /**
   * Closes the connection when the request arrives, without a response.
   *
   * @return the fault
   */
  public static S3Fault reset() {
    return ending("reset", HttpExchange::close);
  }

  /**
   * Closes the connection when half of the request's body has arrived, without a response.
   *
   * @return the fault
   */
  public static S3Fault resetWhileReceiving() {
    return ending("resetWhileReceiving", S3Fault::receiveHalf);
  }

  private static void receiveHalf(HttpExchange exchange) throws IOException {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    exchange.getRequestBody().skipNBytes(length == null ? 1 : Long.parseLong(length) / 2);
    exchange.close();
  }

  /**
   * Processes the request, and closes the connection without a response.
   *
   * @return the fault
   */
  public static S3Fault acceptThenReset() {
    return corrupting("acceptThenReset", ResponseFault.reset());
  }

  /**
   * Processes the request, and sends no response. Other requests are served meanwhile; closing the
   * server closes the connection.
   *
   * @return the fault
   */
  public static S3Fault acceptThenHang() {
    return corrupting("acceptThenHang", ResponseFault.hang());
  }

  /**
   * Processes the request, and responds with the first half of the body as if it were the whole.
   *
   * @return the fault
   */
  public static S3Fault acceptThenMalformed() {
    return corrupting("acceptThenMalformed", ResponseFault.halfTheBody());
  }

  /**
   * Processes the request, and closes the connection after the first half of the response's body;
   * without a response if it has no body.
   *
   * @return the fault
   */
  public static S3Fault acceptThenCutOff() {
    return corrupting("acceptThenCutOff", ResponseFault.cutOff());
  }

  /**
   * Processes the request, sends the first half of the response's body, and the rest once a latch
   * is released; the whole response if it has no body.
   *
   * @param rest released by the test
   * @return the fault
   * @throws NullPointerException if {@code rest} is null
   */
  public static S3Fault acceptThenPause(CountDownLatch rest) {
    return corrupting("acceptThenPause", ResponseFault.pause(Objects.requireNonNull(rest, "rest")));
  }

  /**
   * Processes the request, and sends the response's body byte by byte: a client that limits only
   * the time between two bytes waits for the product. Closing the server closes the connection.
   *
   * @param interval the time before each byte: 1 millisecond to 1 minute
   * @return the fault
   * @throws IllegalArgumentException if {@code interval} is out of range
   * @throws NullPointerException if {@code interval} is null
   */
  public static S3Fault acceptThenTrickle(Duration interval) {
    if (interval.compareTo(Duration.ofMillis(1)) < 0
        || interval.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("interval must be PT0.001S to PT1M: " + interval);
    }
    return corrupting("acceptThenTrickle " + interval, ResponseFault.trickle(interval));
  }

  /**
   * Processes the request, and responds with an error without a body, as a gateway between S3 and
   * the client does.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is out of range
   */
  public static S3Fault acceptThenStatus(int status) {
    checkServerError(status);
    return corrupting("acceptThenStatus " + status, ResponseFault.status(status));
  }

  /**
   * A proxy responds instead of S3, with a page of its own and without any header of S3: a sign-in
   * page with status 200, an empty 200, or the page of a gateway.
   *
   * @param status 200 to 599
   * @param html the page; may be empty
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is out of range
   * @throws NullPointerException if {@code html} is null
   */
  public static S3Fault proxyPage(int status, String html) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be 200 to 599: " + status);
    }
    ServerResponse page =
        ServerResponse.of(status).withBody("text/html", html.getBytes(StandardCharsets.UTF_8));
    return ending("proxyPage " + status, page::send);
  }

  /**
   * Changes the document of a list in any way, for example its {@code <Name>}, {@code <Prefix>} or
   * {@code <IsTruncated>}.
   *
   * @param change returns the document to send instead of the one of S3
   * @return the fault
   * @throws NullPointerException if {@code change} is null
   */
  public static S3Fault listing(UnaryOperator<String> change) {
    return listing("listing", Objects.requireNonNull(change, "change"));
  }

  private static S3Fault listing(String name, UnaryOperator<String> change) {
    return corrupting(name, ResponseFault.changed(change)).narrowed("", FaultTarget::list);
  }

  /**
   * States that a list is truncated, without a marker to continue from.
   *
   * @return the fault
   */
  public static S3Fault listingWithoutMarker() {
    return listing("listingWithoutMarker", CorruptListing::withoutMarker);
  }

  /**
   * States that a list is truncated, with a marker that leads to the first page again; queued
   * twice, two pages have the same marker.
   *
   * @return the fault
   */
  public static S3Fault listingWithSameMarker() {
    return listing("listingWithSameMarker", CorruptListing::withSameMarker);
  }

  /**
   * Adds a key to a list, which need not be below its prefix: a client that deletes what is listed
   * deletes that object, too. Of a list of versions, it is the version with the id {@code null}.
   *
   * @param key the object key, decoded
   * @return the fault
   * @throws NullPointerException if {@code key} is null
   */
  public static S3Fault listingWithKey(String key) {
    Objects.requireNonNull(key, "key");
    return listing("listingWithKey", document -> CorruptListing.withKey(document, key));
  }

  /**
   * Leaves out the second half of a list, and states that it is complete.
   *
   * @return the fault
   */
  public static S3Fault listingCutShort() {
    return listing("listingCutShort", CorruptListing::cutShort);
  }

  private static void checkServerError(int status) {
    if (status < 500 || status > 599) {
      throw new IllegalArgumentException(
          "status must be 500 to 599: " + status + "; use refused(...) for other errors");
    }
  }

  /**
   * Returns the same fault for the next request with one method; other requests leave it in the
   * queue.
   *
   * @param method {@code DELETE}, {@code GET}, {@code HEAD}, {@code POST} or {@code PUT}
   * @return the fault
   * @throws IllegalArgumentException if {@code method} is another one
   * @throws NullPointerException if {@code method} is null
   */
  public S3Fault onlyFor(String method) {
    if (!METHODS.contains(method)) {
      throw new IllegalArgumentException(
          "method must be one of " + METHODS + ": " + Quote.of(method));
    }
    return narrowed(" of " + method, target -> target.method().equals(method));
  }

  /**
   * Returns the same fault for the next request about one object, GET, HEAD, PUT or DELETE, whose
   * key meets a condition; other requests, such as forms, lists and batch deletions, leave it in
   * the queue.
   *
   * @param keys whether the fault is for a key, for example {@code key ->
   *     key.startsWith("avatars/")}
   * @return the fault
   * @throws NullPointerException if {@code keys} is null
   */
  public S3Fault onlyForKeys(Predicate<String> keys) {
    Objects.requireNonNull(keys, "keys");
    return narrowed(" of some keys", target -> !target.key().isEmpty() && keys.test(target.key()));
  }

  /** Whether it is for a request. */
  boolean isFor(FaultTarget target) {
    return concerned.test(target);
  }

  /** Ends the exchange before it is processed, if this is a fault that does; and whether it is. */
  boolean ends(HttpExchange exchange) throws IOException {
    if (end.isPresent()) {
      end.get().of(exchange);
    }
    return end.isPresent();
  }

  /** Refuses, if this is a fault that refuses. */
  void refuse() {
    refusal.ifPresent(
        r -> {
          throw r;
        });
  }

  /** Corrupts the response to a request that was processed. */
  Completion corrupt(ServerResponse response) {
    return responseFault.corrupt(response);
  }

  /** The name of the fault. */
  @Override
  public String toString() {
    return "S3Fault[" + name + "]";
  }
}
