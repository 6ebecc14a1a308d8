package com.healthmetrics.aws.testkit.account;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.PrintWriter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A process of its own, with an environment of its own, that runs what the profile runs. */
final class SuitesOnAws {
  /** The exit status if a test failed or was skipped. */
  static final int FAILED = 3;

  private SuitesOnAws() {}

  static LauncherDiscoveryRequest discovery() {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(selectPackage(SuitesOnAws.class.getPackageName()))
        .filters(TagFilter.includeTags(OnAws.TAG))
        .build();
  }

  public static void main(String[] arguments) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(discovery(), listener);
    TestExecutionSummary summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.err, true);
    summary.printFailuresTo(out, 20);
    summary.printTo(out);
    boolean complete =
        summary.getTotalFailureCount() == 0
            && summary.getContainersSkippedCount() == 0
            && summary.getTestsSkippedCount() == 0
            && summary.getTestsAbortedCount() == 0;
    System.exit(complete ? 0 : FAILED);
  }
}
