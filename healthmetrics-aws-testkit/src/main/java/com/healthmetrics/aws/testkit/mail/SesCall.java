package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.ServerResponse;

/** A request in one of SES's two protocols, and its responses. */
interface SesCall {
  /** The supported operations. */
  enum Operation {
    /** Sends an email. */
    SEND,
    /** Reports the quota of the account. */
    ACCOUNT
  }

  /** The requested operation; an unknown one is refused. */
  Operation operation();

  /** The send of the request. */
  SendRequest sendRequest();

  /** The response to an accepted email. */
  ServerResponse accepted(String messageId);

  /** The response with the quota of the account. */
  ServerResponse account(SesAccount account, long sentLast24Hours);

  /** The error response. */
  ServerResponse refused(SesRefusal refusal);
}
