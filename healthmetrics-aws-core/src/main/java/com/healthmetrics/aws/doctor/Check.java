package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.storage.StorageException;

/** One check under its name in the report. */
record Check(String name, Body body) {
  /** What a check does. */
  @FunctionalInterface
  interface Body {
    /**
     * Checks.
     *
     * @param name the check's name, for the finding
     * @throws NotCheckedException if that is not possible
     */
    Finding find(String name) throws NotCheckedException;
  }

  Finding run() {
    try {
      return body.find(name);
    } catch (NotCheckedException e) {
      return Finding.notChecked(name, e.reason());
    } catch (StorageException e) {
      return failed(e);
    } catch (Throwable e) {
      // Whatever a credentials provider or an HTTP client throws: the other checks still run.
      Failures.beforeReplacing(e);
      return Finding.notChecked(
          name, "The check itself failed (%s). Report this.".formatted(e.getClass().getName()));
    }
  }

  /** What is no property of the bucket is not a failure of it. */
  private Finding failed(StorageException failure) {
    return switch (failure.kind()) {
      case ACCESS_DENIED,
          BUSY,
          CREDENTIALS_UNAVAILABLE,
          INTERRUPTED,
          MISSING_OR_FORBIDDEN,
          SERVICE_FAILURE,
          THROTTLED,
          UNREACHABLE ->
          Finding.notChecked(name, failure.getMessage());
      default ->
          Finding.failed(
              name, "S3 did not do it (%s).".formatted(failure.kind()), failure.getMessage());
    };
  }
}
