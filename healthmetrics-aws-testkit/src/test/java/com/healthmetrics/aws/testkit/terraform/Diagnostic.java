package com.healthmetrics.aws.testkit.terraform;

import static com.healthmetrics.aws.testkit.terraform.JsonMembers.object;
import static com.healthmetrics.aws.testkit.terraform.JsonMembers.text;

import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.util.Optional;

/**
 * An error or a warning of terraform.
 *
 * @param code the line of code it is about, or blank
 * @param context the block it is about, such as {@code module "name"}, or blank
 * @param address the resource it is about, such as {@code module.name.aws_s3_bucket.this}, or blank
 */
record Diagnostic(
    String severity,
    String summary,
    String detail,
    String file,
    int line,
    String code,
    String context,
    String address) {

  /**
   * Whether the diagnostic fails a check: an error always, a warning only in continuous
   * integration, because a developer's provider may be newer than the one there.
   */
  boolean counts() {
    return severity.equals("error") || MachineTool.inContinuousIntegration();
  }

  /** Reads a diagnostic from the output of {@code -json}. */
  static Diagnostic of(JsonObject json) {
    Optional<JsonObject> range = object(json, "range");
    return new Diagnostic(
        text(json, "severity"),
        text(json, "summary"),
        text(json, "detail"),
        range.map(where -> text(where, "filename")).orElse(""),
        range
            .flatMap(where -> object(where, "start"))
            .flatMap(start -> start.member("line"))
            .map(line -> ((JsonNumber) line).value().intValueExact())
            .orElse(0),
        object(json, "snippet").map(snippet -> text(snippet, "code")).orElse("").strip(),
        object(json, "snippet").map(snippet -> text(snippet, "context")).orElse(""),
        text(json, "address"));
  }

  @Override
  public String toString() {
    return "%s:%d, in %s: %s %s".formatted(file, line, context, summary, detail).strip();
  }
}
