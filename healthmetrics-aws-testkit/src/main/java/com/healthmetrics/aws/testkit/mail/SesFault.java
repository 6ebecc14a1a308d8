package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.sun.net.httpserver.HttpExchange;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * What goes wrong with one send, for {@link LocalSes#failNext}.
 *
 * <p>The first four refuse: no mail is kept. The {@code acceptThen} ones keep the mail, as SES
 * would deliver it, and spoil only the answer: these are the cases in which a sender that tries
 * again multiplies mails.
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
 * <p>Immutable and thread-safe; one fault may be queued as often as one likes.
 */
public final class SesFault {
  private static final String REASON = "LocalSes.failNext asked for this answer.";

  private final String name;
  private final Optional<SesRefusal> refusal;
  private final ResponseFault spoiler;

  /** What becomes of the answer to a mail that was kept. */
  private interface ResponseFault {
    Completion spoil(ServerResponse response);
  }

  private SesFault(String name, Optional<SesRefusal> refusal, ResponseFault spoiler) {
    this.name = name;
    this.refusal = refusal;
    this.spoiler = spoiler;
  }

  private static SesFault refusing(String name, SesError error, String message) {
    return new SesFault(
        name, Optional.of(new SesRefusal(error, message, REASON)), response -> response::send);
  }

  private static SesFault spoiling(String name, ResponseFault spoiler) {
    return new SesFault(name, Optional.empty(), spoiler);
  }

  /**
   * Too many mails in this second: 429 {@code TooManyRequestsException} in the API v2, 400 {@code
   * Throttling} in the first one.
   *
   * @return the fault
   */
  public static SesFault throttled() {
    return refusing("throttled", SesError.THROTTLED, "Maximum sending rate exceeded.");
  }

  /**
   * Too many mails in these 24 hours: the same error as {@link #throttled}, told apart by its text
   * only.
   *
   * @return the fault
   */
  public static SesFault dailyQuotaExceeded() {
    return refusing("dailyQuotaExceeded", SesError.THROTTLED, "Daily message quota exceeded.");
  }

  /**
   * A fault of SES itself. Nothing is kept, but a sender cannot know that.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is another one
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
   * Any other error, in the words of the API that is spoken: {@code SendingPausedException} in the
   * API v2 is {@code AccountSendingPausedException} in the first one.
   *
   * @param status 400 to 599
   * @param code letters and dots, such as {@code MailFromDomainNotVerifiedException}
   * @param message what SES says; not blank
   * @return the fault
   * @throws IllegalArgumentException if an argument has another form
   * @throws NullPointerException if an argument is null
   */
  public static SesFault refused(int status, String code, String message) {
    if (status < 400 || status > 599 || !code.matches("[A-Za-z.]+") || message.isBlank()) {
      throw new IllegalArgumentException(
          "status must be 400 to 599, code letters and dots, message not blank: "
              + status
              + ", "
              + code
              + ", "
              + message);
    }
    return refusing("refused " + code, SesError.of(status, code), message);
  }

  /**
   * The mail is kept, and the connection ends without an answer.
   *
   * @return the fault
   */
  public static SesFault acceptThenReset() {
    return spoiling("acceptThenReset", response -> HttpExchange::close);
  }

  /**
   * The mail is kept, and the answer never comes. Other requests are answered meanwhile; closing
   * the server ends the connection.
   *
   * @return the fault
   */
  public static SesFault acceptThenHang() {
    return spoiling("acceptThenHang", response -> SesFault::hang);
  }

  /**
   * The mail is kept, and the answer is 200 with the first half of what it should be.
   *
   * @return the fault
   */
  public static SesFault acceptThenMalformed() {
    return spoiling("acceptThenMalformed", response -> response.withHalfTheBody()::send);
  }

  /**
   * The mail is kept, and the answer is an error nevertheless, as from a gateway between SES and
   * the sender, without a body.
   *
   * @param status 500 to 599
   * @return the fault
   * @throws IllegalArgumentException if {@code status} is another one
   */
  public static SesFault acceptThenStatus(int status) {
    checkServerError(status);
    return spoiling("acceptThenStatus " + status, response -> ServerResponse.of(status)::send);
  }

  private static void checkServerError(int status) {
    if (status < 500 || status > 599) {
      throw new IllegalArgumentException(
          "status must be 500 to 599: " + status + "; refused(...) takes the others");
    }
  }

  private static void hang(HttpExchange exchange) {
    try {
      // Closing the server interrupts whoever answers.
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses where this is a fault that does. */
  void refuse() {
    refusal.ifPresent(
        r -> {
          throw r;
        });
  }

  /** What becomes of the answer to a mail that was kept. */
  Completion spoil(ServerResponse response) {
    return spoiler.spoil(response);
  }

  /** What goes wrong. */
  @Override
  public String toString() {
    return "SesFault[" + name + "]";
  }
}
