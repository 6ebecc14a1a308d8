package com.healthmetrics.aws.testkit.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** One condition of a POST policy. */
sealed interface PolicyCondition {

  /** Refuses a form that does not satisfy the condition. */
  void requireMet(Form form);

  /** Whether the condition applies to a field. */
  boolean covers(String lowerCaseField);

  /** The values that conditions are compared with. */
  record Form(Map<String, String> fields, String bucket, long fileBytes) {

    Optional<String> value(String lowerCaseField) {
      // The bucket of the URL; a field of that name is ignored.
      return lowerCaseField.equals("bucket")
          ? Optional.of(bucket)
          : Optional.ofNullable(fields.get(lowerCaseField));
    }
  }

  /** {@code {"field": "value"}} or {@code ["eq", "$field", "value"]}. */
  record Equal(String field, String value) implements PolicyCondition {
    @Override
    public void requireMet(Form form) {
      require(form, "eq", field, value, value::equals);
    }

    @Override
    public boolean covers(String lowerCaseField) {
      return lower(field).equals(lowerCaseField);
    }
  }

  /** {@code ["starts-with", "$field", "prefix"]}. */
  record StartsWith(String field, String prefix) implements PolicyCondition {
    @Override
    public void requireMet(Form form) {
      require(form, "starts-with", field, prefix, this::matches);
    }

    private boolean matches(String sent) {
      // A Content-Type with commas is a list, and S3 compares each element.
      return lower(field).equals("content-type")
          ? Arrays.stream(sent.split(",", -1)).allMatch(type -> type.strip().startsWith(prefix))
          : sent.startsWith(prefix);
    }

    @Override
    public boolean covers(String lowerCaseField) {
      return lower(field).equals(lowerCaseField);
    }
  }

  /** {@code ["content-length-range", min, max]}, both inclusive. */
  record LengthRange(long min, long max) implements PolicyCondition {
    @Override
    public void requireMet(Form form) {
      String limits = "the policy allows " + min + " to " + max + ".";
      if (form.fileBytes() > max) {
        throw S3Refusal.of(
                400,
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size",
                "The file has " + form.fileBytes() + " bytes; " + limits)
            .with("ProposedSize", form.fileBytes())
            .with("MaxSizeAllowed", max);
      }
      if (form.fileBytes() < min) {
        throw S3Refusal.of(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size",
                "The file has " + form.fileBytes() + " bytes; " + limits)
            .with("ProposedSize", form.fileBytes())
            .with("MinSizeAllowed", min);
      }
    }

    @Override
    public boolean covers(String lowerCaseField) {
      return false;
    }
  }

  /**
   * A condition that S3 accepts in a policy, and that no form satisfies.
   *
   * @param reason what is wrong with it
   */
  record Unreadable(String operator, String first, String second, String reason)
      implements PolicyCondition {
    @Override
    public void requireMet(Form form) {
      throw unmet(operator, first, second, reason);
    }

    @Override
    public boolean covers(String lowerCaseField) {
      return false;
    }
  }

  private static void require(
      Form form, String operator, String field, String value, Predicate<String> matches) {
    Optional<String> sent = form.value(lower(field));
    if (sent.filter(matches).isEmpty()) {
      throw unmet(
          operator,
          "$" + field,
          value,
          sent.map(s -> "The form sent " + field + "=" + s + ".")
              .orElse("The form has no field " + field + " before the file."));
    }
  }

  private static S3Refusal unmet(String operator, String first, String second, String reason) {
    return S3Refusal.accessDenied(
        "Invalid according to Policy: Policy Condition failed: [\""
            + operator
            + "\", \""
            + first
            + "\", \""
            + second
            + "\"]",
        reason);
  }

  private static String lower(String field) {
    return field.toLowerCase(Locale.ROOT);
  }
}
