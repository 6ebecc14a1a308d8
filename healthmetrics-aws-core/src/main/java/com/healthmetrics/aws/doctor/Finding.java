package com.healthmetrics.aws.doctor;

/** What was found about one thing. */
record Finding(String check, Verdict verdict, String details, String advice) {
  static Finding passed(String check, String details) {
    return new Finding(check, Verdict.PASSED, details, "");
  }

  static Finding failed(String check, String details, String advice) {
    return new Finding(check, Verdict.FAILED, details, advice);
  }

  static Finding notChecked(String check, String reason) {
    return new Finding(check, Verdict.NOT_CHECKED, reason, "");
  }
}
