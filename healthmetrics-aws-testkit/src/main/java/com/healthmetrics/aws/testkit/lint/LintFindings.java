package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.lint.EmailLint.Finding;
import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import java.util.ArrayList;
import java.util.List;

/** Collects findings; one rule may have several. */
final class LintFindings {
  private final List<Finding> findings = new ArrayList<>();

  void add(Rule rule, String found, String remedy) {
    Finding finding = new Finding(rule, found, remedy);
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }

  void addIf(boolean broken, Rule rule, String found, String remedy) {
    if (broken) {
      add(rule, found, remedy);
    }
  }

  List<Finding> list() {
    return List.copyOf(findings);
  }
}
