package com.healthmetrics.aws.testkit.dev;

/**
 * The port that was asked for is taken, or not open to this user.
 *
 * <pre>{@code
 * try (DevServer server = DevServer.start(DevServer.DEFAULT_PORT)) {
 *   LOG.info("The page is at {}", server.pageUrl());
 * } catch (PortInUseException e) {
 *   LOG.error(e.getMessage()); // names the port and says how to choose another
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortInUseException(int port, Throwable cause) {
    super(
        "Port "
            + port
            + " is in use, or this user may not open it. Stop what listens there, or choose another"
            + " port with -Dport=…, 0 for any free one.",
        cause);
  }
}
