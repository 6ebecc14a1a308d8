package com.healthmetrics.aws.testkit.internal;

/**
 * A header of S3's response that a parameter {@code response-*} of a signed request replaces.
 *
 * <p>Source: Amazon S3 API Reference, "GetObject".
 *
 * @param parameter the parameter's name
 * @param value its decoded value
 */
public record ResponseOverride(String parameter, String value) {
  /** S3's message for a value that {@link #isHeaderValue} refuses. */
  public static final String REFUSAL = "Header value cannot be represented using ISO-8859-1.";

  /** Whether a header can have this value; S3 refuses the request otherwise. */
  public boolean isHeaderValue() {
    return value.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
  }

  /** Why the request is refused, and what to do. */
  public String reason() {
    return parameter
        + " has a character that a header cannot carry; encode it, for example as"
        + " filename*=UTF-8''...";
  }
}
