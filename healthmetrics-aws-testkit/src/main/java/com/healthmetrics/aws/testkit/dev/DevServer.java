package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.sun.net.httpserver.HttpHandler;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A page in the browser that shows the whole library at work: upload a picture with a presigned
 * URL, see it through the CDN URL, send account mails and read them.
 *
 * <p>Everything runs in this process and on the loopback interface: a strict S3, a CDN and an SES,
 * with a bucket and credentials made up at the start and gone at the end. Requests under another
 * host name than {@code localhost} or {@code 127.0.0.1} are refused, so that no web page can reach
 * it by DNS rebinding. An application at {@code http://localhost:3003}, or where {@link #start(int,
 * URI)} says, may use the servers too; {@link #environment()} is what to start it with.
 *
 * <pre>{@code
 * try (DevServer server = DevServer.start(0)) {
 *   URI page = server.pageUrl();
 *   List<String> environment = server.environment();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class DevServer implements AutoCloseable {

  /** Where the page is unless another port is asked for. */
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
   * @param port where the page is; 0 takes any free port
   * @return the running server, to be closed at the end
   * @throws PortInUseException if the port is taken
   * @throws IllegalArgumentException if the port is outside 0 to 65535
   */
  public static DevServer start(int port) {
    return start(port, APPLICATION);
  }

  /**
   * Starts the server for an application at another address.
   *
   * @param port where the page is; 0 takes any free port
   * @param application where the application runs, such as {@code http://localhost:8080}; pages
   *     from there may upload, and links in its mails lead there
   * @return the running server, to be closed at the end
   * @throws NullPointerException if {@code application} is null
   * @throws PortInUseException if the port is taken
   * @throws IllegalArgumentException if the port is outside 0 to 65535, or if the address is not
   *     just scheme, host and port
   */
  public static DevServer start(int port, URI application) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "Port " + port + " does not exist; give 1 to 65535, or 0 for any free port.");
    }
    // The page's port is known only once it listens, and the others must allow its origin.
    CompletableFuture<HttpHandler> handler = new CompletableFuture<>();
    LoopbackServer page = listen(port, exchange -> handler.join().handle(exchange));
    try {
      DevStack stack = DevStack.start(page.uri().getPort(), application);
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
      return LoopbackServer.start("dev-server", port, handler);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof BindException) {
        throw new PortInUseException(port, e);
      }
      throw e;
    }
  }

  /**
   * Where the page is.
   *
   * @return a URL such as {@code http://127.0.0.1:3010}
   */
  public URI pageUrl() {
    return stack.pageUrl();
  }

  /**
   * What an application's process environment needs to hold to use these servers.
   *
   * @return lines of the form {@code NAME=value}; the credentials are good for this server alone
   */
  public List<String> environment() {
    return stack.environment();
  }

  /** Stops all servers; pictures and mails go with this object. */
  @Override
  public void close() {
    page.close();
    stack.close();
  }

  /** Where the page is. */
  @Override
  public String toString() {
    return "DevServer[" + pageUrl() + "]";
  }

  /**
   * Starts the server and prints where it is.
   *
   * <p>The system property {@code port} chooses the page's port. Without it, it is {@value
   * #DEFAULT_PORT}, or any free one where that is taken. The property {@code app} says where the
   * application runs.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    try {
      URI application = URI.create(System.getProperty("app", APPLICATION.toString()));
      DevServer server = startAsAsked(System.getProperty("port", ""), application);
      System.out.println("HealthMetrics AWS is at " + server.pageUrl() + " (stop with Ctrl+C)");
      System.out.println();
      System.out.println("# To point an application at " + application + " here, start it with:");
      server.environment().forEach(System.out::println);
      new CountDownLatch(1).await(); // until the process is stopped; the servers are daemons
    } catch (PortInUseException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DevServer startAsAsked(String port, URI application) {
    if (port.isBlank()) {
      try {
        return start(DEFAULT_PORT, application);
      } catch (PortInUseException e) {
        System.err.println("Port " + DEFAULT_PORT + " is taken, perhaps by another demo.");
        return start(0, application);
      }
    }
    if (!port.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("-Dport takes a number from 0 to 65535.");
    }
    return start(Integer.parseInt(port), application);
  }
}
