package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.MailException.Kind;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Explains what a failure of the SDK means for a request, and whether to try again. */
final class SesFailures {
  private SesFailures() {}

  /** Ends a try and explains its failure; an error of the virtual machine is thrown as it is. */
  static MailException explain(
      Throwable failure, SesApi api, SesRequest request, String where, Transmission transmission) {
    boolean unsent = transmission.revoke();
    Failures.beforeReplacing(failure);
    if (failure instanceof AwsServiceException response && api.isResponse(response)) {
      return new SesResponse(response, request, transmission.signedAt()).explain(unsent);
    }
    Throwable cause = Failures.rootCause(failure);
    if (unsent) {
      return new MailException(
          Kind.UNREACHABLE,
          "SES could not be reached at %s (%s), so %s. Check network, region and endpoint."
              .formatted(where, BoundedResponses.describe(cause), request.notDone()),
          failure);
    }
    return new MailException(
        Kind.UNKNOWN_OUTCOME,
        "There was no readable response from SES (%s). %s"
            .formatted(BoundedResponses.describe(cause), request.unknown()),
        failure);
  }

  /**
   * Whether the same request may be accepted within seconds: not with a bad certificate, a closed
   * client, expired credentials, a provider without its classes, or a time that the SDK could not
   * correct.
   */
  static boolean mayPassSoon(MailException failure) {
    return switch (failure.kind()) {
      case THROTTLED -> true;
      case UNREACHABLE ->
          !Failures.isCausedBy(failure, SSLException.class)
              && !Failures.isCausedBy(failure, IllegalStateException.class);
      case CREDENTIALS_UNAVAILABLE ->
          failure.getCause() instanceof CurrentCredentials.Unavailable unavailable
              && unavailable.getCause() != null
              && !Failures.isCausedBy(unavailable, LinkageError.class);
      case CLOCK_SKEWED -> failure.retryAfter().isPresent();
      default -> false;
    };
  }
}
