package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.ServerResponse;

/** A request in one of SES's two protocols, and its responses. */
interface SesCall {
  /** The requested operation; an unknown one is refused. */
  SesOperation operation();

  /** Performs the operation. */
  ServerResponse respond(SesService service);

  /** The error response. */
  ServerResponse refused(SesRefusal refusal);
}
