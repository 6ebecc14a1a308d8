package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.ServerResponse;

/** One request in one of SES's two protocols, and how it is answered there. */
interface SesCall {
  /** What one may ask for. */
  enum Operation {
    /** To send a mail. */
    SEND,
    /** What the account may send. */
    ACCOUNT
  }

  /** What is asked for; an operation that nobody knows is refused. */
  Operation operation();

  /** What is to be sent. */
  SendRequest sendRequest();

  /** The answer to a mail that was accepted. */
  ServerResponse accepted(String messageId);

  /** The answer to the question what the account may send. */
  ServerResponse account(SesAccount account, long sentLast24Hours);

  /** The answer that says no. */
  ServerResponse refused(SesRefusal refusal);
}
