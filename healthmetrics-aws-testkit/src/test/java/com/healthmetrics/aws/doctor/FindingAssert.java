package com.healthmetrics.aws.doctor;

import static org.assertj.core.api.Assertions.assertThat;

/** What a test expects of a finding. */
final class FindingAssert {
  private FindingAssert() {}

  static void assertFailed(Finding finding, String details, String advice) {
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.FAILED);
    assertThat(finding.details()).contains(details);
    assertThat(finding.advice()).contains(advice);
  }

  static void assertPassed(Finding finding, String details) {
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.PASSED);
    assertThat(finding.details()).contains(details);
    assertThat(finding.advice()).isEmpty();
  }

  static void assertNotChecked(Finding finding, String reason) {
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(finding.details()).contains(reason);
    assertThat(finding.advice()).isEmpty();
  }
}
