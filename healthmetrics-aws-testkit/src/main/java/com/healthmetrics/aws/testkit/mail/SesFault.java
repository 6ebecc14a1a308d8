package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Completion;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.ResponseFault;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.util.Objects;
import java.util.Optional;

/**
 * A fault of one request, for {@link LocalSes#failNext}: of a send, or with {@link #onlyFor} of
 * another operation.
 *
 * <p>{@link #throttled}, {@link #dailyQuotaExceeded}, {@link #status} and {@link #refused} keep no
 * email. The {@code acceptThen} faults keep the email, as SES would deliver it, and corrupt only
 * the response: a sender that retries then sends the email twice.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.start()) {
 *   ses.failNext(SesFault.throttled(), SesFault.acceptThenReset());
 *   // let the application send, then
 *   assertEquals(1, ses.emails().size());
 *   assertEquals(2, ses.sendAttempts());
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe; a fault may be queued repeatedly.
 */
public final class SesFault {
  private static final String REASON = "LocalSes.failNext requested this error.";

  private final String name;
  private final Optional<SesRefusal> refusal;
  private final ResponseFault responseFault;
  private final Optional<SesOperation> only;

  private SesFault(
      String name,
      Optional<SesRefusal> refusal,
      ResponseFault responseFault,
      Optional<SesOperation> only) {
    this.name = name;
    this.refusal = refusal;
    this.responseFault = responseFault;
    this.only = only;
  }

  private static SesFault refusing(String name, SesError error, String message) {
    return new SesFault(
        name,
        Optional.of(new SesRefusal(error, message, REASON)),
        ResponseFault.none(),
        Optional.empty());
  }

  private static SesFault corrupting(String name, ResponseFault responseFault) {
    return new SesFault(name, Optional.empty(), responseFault, Optional.empty());
  }

  /**
   * Exceeds the maximum sending rate: 429 {@code TooManyRequestsException} in the API v2, 400
   * {@code Throttling} in the API v1.
   *
   * @return the fault
   */
  public static SesFault throttled() {
    return refusing("throttled", SesError.THROTTLED, "Maximum sending rate exceeded.");
  }

  /**
   * Exceeds the daily quota: the same error as {@link #throttled}, with another message.
   *
   * @return the fault
   */
  public static SesFault dailyQuotaExceeded() {
    return refusing("dailyQuotaExceeded", SesError.THROTTLED, "Daily message quota exceeded.");
  }

  /**
   * An internal error of SES. No email is kept, but a sender cannot know that.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is out of range
   */
  public static SesFault status(int status) {
    checkServerError(status);
    String code = status == 503 ? "ServiceUnavailable" : "InternalFailure";
    return refusing(
        "status " + status,
        SesError.of(status, code),
        "The request processing has failed because of an unknown error, exception or failure.");
  }

  /**
   * Any other error, with the code of the API in use: {@code SendingPausedException} in the API v2
   * is {@code AccountSendingPausedException} in the API v1.
   *
   * @param status 400 to 599
   * @param code letters and dots, such as {@code MailFromDomainNotVerifiedException}
   * @param message the message of SES; not blank
   * @return the fault
   * @throws IllegalArgumentException if an argument is out of range or malformed
   * @throws NullPointerException if an argument is null
   */
  public static SesFault refused(int status, String code, String message) {
    if (status < 400 || status > 599 || !code.matches("[A-Za-z.]+") || message.isBlank()) {
      throw new IllegalArgumentException(
          "status must be 400 to 599, code letters and dots, message not blank: "
              + status
              + ", "
              + Quote.of(code)
              + ", "
              + Quote.of(message));
    }
    return refusing("refused " + code, SesError.of(status, code), message);
  }

  /**
   * Keeps the email, and closes the connection without a response.
   *
   * @return the fault
   */
  public static SesFault acceptThenReset() {
    return corrupting("acceptThenReset", ResponseFault.reset());
  }

  /**
   * Keeps the email, and sends no response. Other requests are served meanwhile; closing the server
   * closes the connection.
   *
   * @return the fault
   */
  public static SesFault acceptThenHang() {
    return corrupting("acceptThenHang", ResponseFault.hang());
  }

  /**
   * Keeps the email, and responds with 200 and the first half of the body.
   *
   * @return the fault
   */
  public static SesFault acceptThenMalformed() {
    return corrupting("acceptThenMalformed", ResponseFault.halfTheBody());
  }

  /**
   * Keeps the email, and responds with an error without a body, as a gateway between SES and the
   * sender does.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is out of range
   */
  public static SesFault acceptThenStatus(int status) {
    checkServerError(status);
    return corrupting("acceptThenStatus " + status, ResponseFault.status(status));
  }

  private static void checkServerError(int status) {
    if (status < 500 || status > 599) {
      throw new IllegalArgumentException(
          "status must be 500 to 599: " + status + "; use refused(...) for other errors");
    }
  }

  /**
   * Returns the same fault for the next request of one operation; other requests leave it in the
   * queue. Without it, a fault is for the next send, of either operation.
   *
   * <p>An {@code acceptThen} fault of another operation than a send performs it, and corrupts the
   * response, also the 404 for an address that is not listed.
   *
   * @param operation the name of an operation that {@link LocalSes} implements, such as {@code
   *     GetSuppressedDestination}
   * @return the fault
   * @throws IllegalArgumentException if {@code operation} is another one
   * @throws NullPointerException if {@code operation} is null
   */
  public SesFault onlyFor(String operation) {
    Objects.requireNonNull(operation, "operation");
    SesOperation known =
        SesOperation.named(operation)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "operation must be one of "
                            + SesOperation.names()
                            + ": "
                            + Quote.of(operation)));
    return new SesFault(name + " of " + known, refusal, responseFault, Optional.of(known));
  }

  /** Whether it is for sends, not for other operations. */
  boolean isForSends() {
    return only.map(SesOperation::sends).orElse(true);
  }

  /** Whether it is for an operation, of the sends or of the others. */
  boolean isFor(SesOperation operation) {
    return only.map(operation::equals).orElse(true);
  }

  /** Refuses, if this is a fault that refuses. */
  void refuse() {
    refusal.ifPresent(
        r -> {
          throw r;
        });
  }

  /** Corrupts the response to an email that was kept. */
  Completion corrupt(ServerResponse response) {
    return responseFault.corrupt(response);
  }

  /** The name of the fault. */
  @Override
  public String toString() {
    return "SesFault[" + name + "]";
  }
}
