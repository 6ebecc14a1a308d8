package com.healthmetrics.aws.doctor;

/** The result of a check. */
enum Verdict {
  PASSED,
  FAILED,
  NOT_CHECKED
}
