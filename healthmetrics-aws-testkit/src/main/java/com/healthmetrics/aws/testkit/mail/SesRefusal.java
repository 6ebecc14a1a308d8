package com.healthmetrics.aws.testkit.mail;

/** An error response: SES's error and message, and a reason that SES does not give. */
final class SesRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient SesError error;
  private final String reason;

  SesRefusal(SesError error, String message, String reason) {
    // Without a stack trace: this is a response to a client, not a fault of the server.
    super(message, null, false, false);
    this.error = error;
    this.reason = reason;
  }

  static SesRefusal badRequest(String message, String reason) {
    return new SesRefusal(SesError.BAD_REQUEST, message, reason);
  }

  static SesRefusal missing(String member, String reason) {
    return new SesRefusal(SesError.MISSING, "Missing required field '" + member + "'.", reason);
  }

  /** A member that LocalSes does not read: it is refused, never half read. */
  static SesRefusal notRead(String member) {
    return badRequest(member + " is not supported.", "LocalSes does not read " + member + ".");
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  SesError error() {
    return error;
  }

  String reason() {
    return reason;
  }
}
