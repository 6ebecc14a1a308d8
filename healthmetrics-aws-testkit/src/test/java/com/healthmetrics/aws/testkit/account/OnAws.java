package com.healthmetrics.aws.testkit.account;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs with the profile {@code aws} alone, in the account of the environment; else it is skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(OnAws.TAG)
@ExtendWith(OnAws.Profile.class)
@interface OnAws {
  /** The tag, and the system property that the profile sets to {@code true}. */
  String TAG = "aws";

  /** Whether the profile is active: nobody sends emails by running all tests. */
  final class Profile implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Boolean.getBoolean(TAG)
          ? ConditionEvaluationResult.enabled("the profile is active")
          : ConditionEvaluationResult.disabled(
              "it needs an AWS account: ./mvnw -Paws test, with the application's environment");
    }
  }
}
