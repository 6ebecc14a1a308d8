package com.healthmetrics.aws.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Checks many variants, each with a program that starts slowly, such as a browser or terraform.
 *
 * <p>It runs in continuous integration and with {@code -Dsweeps=all}; other builds check a few
 * variants elsewhere, and report in one line what they left out.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("sweep")
@ExtendWith(Sweep.Selected.class)
public @interface Sweep {
  /** What it checks, for that line. */
  String value();

  /** Runs a sweep, or skips and reports it. */
  final class Selected implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), Sweep.class)
          .filter(sweep -> !areSelected())
          .map(sweep -> leftOut(sweep.value(), context))
          .orElseGet(() -> ConditionEvaluationResult.enabled("selected"));
    }

    /** Whether this build runs them. */
    public static boolean areSelected() {
      return MachineTool.inContinuousIntegration() || "all".equals(System.getProperty("sweeps"));
    }

    private static ConditionEvaluationResult leftOut(String what, ExtensionContext context) {
      context
          .getRoot()
          .getStore(Namespace.create(Sweep.class))
          .getOrComputeIfAbsent(LeftOut.class)
          .add(what);
      return ConditionEvaluationResult.disabled("-Dsweeps=all checks it");
    }
  }

  /** What a run of tests left out. JUnit closes it at the end of the run. */
  final class LeftOut implements AutoCloseable {
    private final Set<String> sweeps = new ConcurrentSkipListSet<>();

    private void add(String what) {
      sweeps.add(what);
    }

    @Override
    public void close() {
      System.err.println(
          "LEFT TO .ci/run: " + String.join("; ", sweeps) + ". To check them: -Dsweeps=all");
    }
  }
}
