package com.healthmetrics.aws.testkit.mail;

import java.util.Set;

/**
 * The state of the account.
 *
 * @param max24HourSend recipients in 24 hours; -1 is unlimited
 * @param maxSendRate recipients per second
 * @param sendingEnabled whether the account may send
 * @param productionAccess whether the account has left the sandbox
 * @param enforcementStatus one of {@link #STATUSES}
 */
record SesAccount(
    double max24HourSend,
    double maxSendRate,
    boolean sendingEnabled,
    boolean productionAccess,
    String enforcementStatus) {
  static final Set<String> STATUSES = Set.of("HEALTHY", "PROBATION", "SHUTDOWN");

  /** Refuses a send of an account that may not send. */
  void requireSending() {
    if (enforcementStatus.equals("SHUTDOWN")) {
      throw new SesRefusal(
          SesError.SUSPENDED,
          "The message can't be sent because the account's ability to send email has been"
              + " permanently restricted.",
          "This LocalSes was built with enforcementStatus(\"SHUTDOWN\").");
    }
    if (!sendingEnabled) {
      throw new SesRefusal(
          SesError.SENDING_PAUSED,
          "Sending paused for this account. For more information, please check the inbox of the"
              + " email address associated with your AWS account.",
          "This LocalSes was built with sendingPaused().");
    }
  }
}
