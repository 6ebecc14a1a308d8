package com.healthmetrics.aws.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.SdkGlobalTime;

/**
 * One case after another, and alone: a client that is built later begins with the time that the SDK
 * has corrected last.
 */
@Isolated
@Sweep("emails through each HTTP client while the clock is wrong")
class MailFaultsOfAWrongClockTest extends MailFaultCases {
  @Override
  Stream<MailFault> faults() {
    return Stream.of(MailFault.values()).filter(fault -> !fault.drift().isZero());
  }

  @Override
  Map<Case, Observed> observeAll(List<Case> cases) throws Exception {
    Map<Case, Observed> observed = new LinkedHashMap<>();
    try {
      for (Case each : cases) {
        SdkGlobalTime.setGlobalTimeOffset(0);
        observed.put(each, observe(each));
      }
    } finally {
      SdkGlobalTime.setGlobalTimeOffset(0);
    }
    return observed;
  }
}
