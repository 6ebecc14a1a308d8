package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.IsoInstant;
import com.healthmetrics.aws.internal.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found, when, by which version of the library and about which environment.
 *
 * @param environment bucket, region and distribution; no secret
 */
record Report(Instant at, String version, String environment, List<Finding> findings) {
  private static final String INDENT = " ".repeat(13);

  /** One line a check, and one more with what to do where it failed. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("healthmetrics-aws %s, %s%n".formatted(version, IsoInstant.seconds(at)));
    text.append("%s%n%n".formatted(environment));
    for (Finding finding : findings) {
      text.append("%-12s %s: %s%n".formatted(label(finding), finding.check(), finding.details()));
      if (!finding.advice().isEmpty()) {
        text.append("%sTo do: %s%n".formatted(INDENT, finding.advice()));
      }
    }
    return text.append(
            "%n%d passed, %d failed, %d not checked."
                .formatted(
                    count(Verdict.PASSED), count(Verdict.FAILED), count(Verdict.NOT_CHECKED)))
        .toString();
  }

  private static String label(Finding finding) {
    return switch (finding.verdict()) {
      case PASSED -> "passed";
      case FAILED -> "FAILED";
      case NOT_CHECKED -> "not checked";
    };
  }

  /** The same on one line, for programs. */
  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", IsoInstant.seconds(at));
    json.put("version", version);
    json.put("environment", environment);
    json.put("passed", count(Verdict.PASSED));
    json.put("failed", count(Verdict.FAILED));
    json.put("notChecked", count(Verdict.NOT_CHECKED));
    json.put("findings", findings.stream().map(Report::json).toList());
    return Json.write(json);
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("check", finding.check());
    json.put("verdict", finding.verdict().name());
    json.put("details", finding.details());
    if (!finding.advice().isEmpty()) {
      json.put("advice", finding.advice());
    }
    return json;
  }

  /** What was not checked fails nothing. */
  int exitStatus() {
    return count(Verdict.FAILED) == 0 ? 0 : 1;
  }

  private int count(Verdict verdict) {
    return (int) findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }
}
