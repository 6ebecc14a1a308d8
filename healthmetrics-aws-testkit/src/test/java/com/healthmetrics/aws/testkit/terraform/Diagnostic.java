package com.healthmetrics.aws.testkit.terraform;

import java.util.Optional;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * An error or a warning of terraform's.
 *
 * @param context the block it is about, such as {@code module "name"}; blank where it is about none
 * @param address the resource it is about, such as {@code module.name.aws_s3_bucket.this}, or blank
 */
record Diagnostic(
    String summary, String detail, String file, int line, String context, String address) {

  /** Reads what {@code -json} says. */
  static Diagnostic of(JsonNode json) {
    Optional<JsonNode> range = json.field("range");
    return new Diagnostic(
        text(json, "summary"),
        text(json, "detail"),
        range.map(where -> text(where, "filename")).orElse(""),
        range
            .flatMap(where -> where.field("start"))
            .flatMap(start -> start.field("line"))
            .map(line -> Integer.parseInt(line.asNumber()))
            .orElse(0),
        json.field("snippet").map(snippet -> text(snippet, "context")).orElse(""),
        text(json, "address"));
  }

  private static String text(JsonNode json, String name) {
    return json.field(name).filter(JsonNode::isString).map(JsonNode::asString).orElse("");
  }

  @Override
  public String toString() {
    return "%s:%d, in %s: %s %s".formatted(file, line, context, summary, detail).strip();
  }
}
