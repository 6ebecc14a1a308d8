package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.sun.net.httpserver.HttpHandler;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The demo and development server: a page in the browser that uploads a picture with a presigned
 * URL, shows it through the CDN URL, sends account emails and shows them in a mailbox.
 *
 * <p>It runs in this process on the loopback interface, on the servers of {@link LocalAws} and on
 * {@link com.healthmetrics.aws.HealthMetricsAws}, as an application uses them. Pictures and emails
 * are discarded at the end. Requests for another host than this machine are refused, so no web page
 * can reach it by DNS rebinding. An application at {@code http://localhost:3003}, or at the address
 * of {@link #start(int, URI)}, can use the servers, too: in this process with {@link #localAws()},
 * in another one with {@link #environment()}.
 *
 * <pre>{@code
 * DevServer server = DevServer.start(0, URI.create("http://localhost:8080"));
 * URI page = server.pageUrl();
 * HealthMetricsAws aws = server.localAws().aws();
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class DevServer implements AutoCloseable {

  /** The default port of the page. */
  public static final int DEFAULT_PORT = 3010;

  private static final URI APPLICATION = URI.create("http://localhost:3003");

  private final LoopbackServer page;
  private final DevStack stack;

  private DevServer(LoopbackServer page, DevStack stack) {
    this.page = page;
    this.stack = stack;
  }

  /**
   * Starts the server.
   *
   * @param port the page's port, 0 to 65535; 0 selects a free one
   * @return the running server; the caller closes it
   * @throws UncheckedIOException if the port is in use; its cause is a {@link BindException}
   * @throws IllegalArgumentException if the port is out of range
   */
  public static DevServer start(int port) {
    return start(port, APPLICATION);
  }

  /**
   * Starts the server for an application at another address.
   *
   * @param port the page's port, 0 to 65535; 0 selects a free one
   * @param application the application's URL, such as {@code http://localhost:8080}; its pages may
   *     upload and read pictures, and links in its emails begin with it
   * @return the running server; the caller closes it
   * @throws NullPointerException if {@code application} is null
   * @throws UncheckedIOException if the port is in use; its cause is a {@link BindException}
   * @throws IllegalArgumentException if the port is out of range, or if the address is not scheme,
   *     host and port alone
   */
  public static DevServer start(int port, URI application) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "Port " + port + " is out of range. Use 1 to 65535, or 0 for a free port.");
    }
    // The page's port is known only once it listens, and the others must allow its origin.
    CompletableFuture<HttpHandler> handler = new CompletableFuture<>();
    LoopbackServer page = listen(port, exchange -> handler.join().handle(exchange));
    try {
      DevStack stack = new DevStack(page.uri().getPort(), application);
      handler.complete(new DevHandler(stack));
      return new DevServer(page, stack);
    } catch (RuntimeException e) {
      handler.completeExceptionally(e);
      page.close();
      throw e;
    }
  }

  private static LoopbackServer listen(int port, HttpHandler handler) {
    try {
      HostCheck hosts = new HostCheck(List.of(), DevHandler::refuse);
      return LoopbackServer.start("dev-server", port, hosts, handler);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof BindException bound) {
        throw new UncheckedIOException(
            "Port "
                + port
                + " is in use, or this user may not open it. Stop the process that listens there,"
                + " or choose another port with -Dport=…, 0 for a free one.",
            bound);
      }
      throw e;
    }
  }

  /** {@return the URL of the page, such as {@code http://127.0.0.1:3010}} */
  public URI pageUrl() {
    return stack.pageUrl();
  }

  /** {@return the servers, for an application in this process; closed with this object} */
  public LocalAws localAws() {
    return stack.local();
  }

  /**
   * Returns the environment variables that point an application at these servers, as a shell reads
   * them; {@code localAws().environment()} has them as a map.
   *
   * @return lines of the form {@code NAME=value}, or {@code NAME='value'} for the private key,
   *     which contains spaces and backslashes; credentials and key are valid for this server only
   */
  public List<String> environment() {
    return stack.environment();
  }

  /** Stops all servers and discards pictures and emails. */
  @Override
  public void close() {
    page.close();
    stack.close();
  }

  /** The URL of the page. */
  @Override
  public String toString() {
    return "DevServer[" + pageUrl() + "]";
  }

  /**
   * Starts the server and prints its URL.
   *
   * <p>The system property {@code port} sets the page's port. Default: {@value #DEFAULT_PORT}, or a
   * free one if that is in use. The property {@code app} sets the application's address.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    try {
      URI application = URI.create(System.getProperty("app", APPLICATION.toString()));
      DevServer server = startOn(System.getProperty("port", ""), application);
      System.out.println("HealthMetrics AWS is at " + server.pageUrl() + " (stop with Ctrl+C)");
      System.out.println();
      System.out.println(
          "# Settings for your application at " + application + " (-Dapp=URL for another):");
      server.environment().forEach(System.out::println);
      new CountDownLatch(1).await(); // until the process is stopped; the servers are daemons
    } catch (UncheckedIOException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DevServer startOn(String port, URI application) {
    if (port.isBlank()) {
      try {
        return start(DEFAULT_PORT, application);
      } catch (UncheckedIOException e) {
        System.err.println("Port " + DEFAULT_PORT + " is in use, perhaps by another demo.");
        return start(0, application);
      }
    }
    if (!port.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("-Dport must be a number from 0 to 65535.");
    }
    return start(Integer.parseInt(port), application);
  }
}
