package com.healthmetrics.aws.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One record of each type of event, in the form of AWS's examples.
 *
 * <p>Source: Amazon SES Developer Guide, "Examples of event data that Amazon SES publishes to
 * Amazon SNS"; the envelopes: Amazon SNS Developer Guide, "Parsing Amazon SNS message formats", and
 * Amazon EventBridge Events Reference (its {@code detail} is unverified).
 */
final class EventSamples {
  private EventSamples() {}

  static Stream<String> types() {
    return Stream.of(
        "send",
        "delivery",
        "delivery-delay",
        "bounce",
        "bounce-suppressed",
        "complaint",
        "reject",
        "rendering-failure",
        "subscription",
        "open",
        "click");
  }

  static Stream<String> all() {
    return Stream.concat(types(), Stream.of("sns-envelope", "eventbridge"));
  }

  static String read(String name) {
    try (InputStream in = EventSamples.class.getResourceAsStream("events/" + name + ".json")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
