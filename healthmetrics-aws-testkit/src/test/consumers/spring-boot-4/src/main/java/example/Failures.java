package example;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadRejectedException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Responds to the library's exceptions as browsers and phones expect it. */
@RestControllerAdvice
class Failures {
  @ExceptionHandler
  ResponseEntity<ProblemDetail> rejected(UploadRejectedException e) {
    return response(422, e.getMessage(), Optional.empty()); // can be shown to users
  }

  /** Also where it is the cause of an exception of Spring: an address in a body or a parameter. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> address(EmailAddress.InvalidAddressException e) {
    return response(422, e.getMessage(), Optional.empty()); // can be shown to users
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> storage(StorageException e) {
    int status =
        switch (e.kind()) {
          case NOT_FOUND, MISSING_OR_FORBIDDEN -> 404;
          case CHANGED -> 409;
          case RANGE_NOT_SATISFIABLE -> 416;
          case ALREADY_EXISTS, ARCHIVED -> 422; // of verify: calling again does not end them
          default -> e.retryAfter().isPresent() ? 503 : 500;
        };
    return response(status, "The picture could not be processed.", e.retryAfter());
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> mail(MailException e) {
    int status =
        switch (e.kind()) {
          case UNKNOWN_OUTCOME -> 202; // it may arrive
          case TOO_LARGE -> 413;
          case REJECTED, RECIPIENT_NOT_ALLOWED -> 422;
          default -> e.retryAfter().isPresent() ? 503 : 500;
        };
    String text = status == 202 ? "The email may arrive." : "The email could not be sent.";
    return response(status, text, e.retryAfter());
  }

  private static ResponseEntity<ProblemDetail> response(
      int status, String text, Optional<Duration> retryAfter) {
    ProblemDetail body = ProblemDetail.forStatus(status);
    body.setDetail(text);
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
    retryAfter.ifPresent(
        wait -> response.header(HttpHeaders.RETRY_AFTER, String.valueOf(wait.toSeconds())));
    return response.body(body);
  }
}
