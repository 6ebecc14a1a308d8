package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server that only this machine can reach, under names of this machine only.
 *
 * <p>Every exchange runs on a daemon thread of its own, so a slow upload does not block others and
 * a forgotten server does not keep the JVM alive. Sets the system property {@code
 * sun.net.httpserver.nodelay} unless it is set already.
 *
 * <p>Thread-safe.
 */
public final class LoopbackServer implements AutoCloseable {
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  static {
    // Nagle's algorithm against delayed acknowledgements costs 40 ms for each small exchange on a
    // kept-alive connection. The server reads the property once, when its classes load, hence here.
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
  }

  /** Apart, so that a server starts without looking for a logging backend. */
  private static final class Log {
    static final Logger LOG = LoggerFactory.getLogger(LoopbackServer.class);
  }

  private final HttpServer server;
  private final ExecutorService executor;
  private final URI uri;

  private LoopbackServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
    this.uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Starts a server that dates its responses by the system clock. */
  public static LoopbackServer start(String name, int port, HostCheck hosts, HttpHandler handler) {
    return start(name, port, Clock.systemUTC(), hosts, handler);
  }

  /**
   * Starts a server.
   *
   * @param name prefix of its threads' names
   * @param port 0 selects a free port
   * @param clock dates every response
   * @param hosts refuses requests that are not for this server
   * @param handler handles every other request
   * @return the running server
   * @throws IllegalArgumentException if the port is outside 0..65535
   * @throws UncheckedIOException if the port is in use
   */
  public static LoopbackServer start(
      String name, int port, Clock clock, HostCheck hosts, HttpHandler handler) {
    HttpServer server;
    try {
      // The literal address: "localhost" may resolve to ::1, and signed URLs contain the host.
      InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
      server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          name + " cannot listen on port " + port + "; use port 0 to select a free one", e);
    }
    AtomicInteger threads = new AtomicInteger();
    ExecutorService executor =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, name + "-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    HttpHandler checked = checked(hosts, server.getAddress().getPort(), handler);
    server.createContext("/", exchange -> handleSafely(name, clock, checked, exchange));
    startAsDaemon(server);
    return new LoopbackServer(server, executor);
  }

  private static HttpHandler checked(HostCheck hosts, int port, HttpHandler handler) {
    return exchange -> {
      Optional<HostCheck.Refused> refused =
          hosts.check(exchange.getRequestHeaders().get("Host"), exchange.getRequestURI(), port);
      if (refused.isPresent()) {
        hosts.response(RawRequest.of(exchange), refused.get()).send(exchange);
      } else {
        handler.handle(exchange);
      }
    };
  }

  /** The dispatcher inherits the daemon status of the thread that starts it. */
  private static void startAsDaemon(HttpServer server) {
    Thread starter = new Thread(server::start);
    starter.setDaemon(true);
    starter.start();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Checks the port of a builder.
   *
   * @return the port
   * @throws IllegalArgumentException if the port is outside 0..65535
   */
  public static int requirePort(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
    return port;
  }

  private static void handleSafely(
      String name, Clock clock, HttpHandler handler, HttpExchange exchange) throws IOException {
    try (exchange) {
      ResponseDate.set(exchange, clock);
      try {
        handler.handle(exchange);
      } catch (IOException e) {
        throw e; // The client is gone.
      } catch (Throwable e) { // A client waits, whatever failed: an overflow of the stack, too.
        // Neither the target nor headers are logged: they hold signatures and tokens.
        Log.LOG.error("{} failed on a {} request", name, exchange.getRequestMethod(), e);
        if (exchange.getResponseCode() == -1) {
          ServerResponse.of(500)
              .withBody("text/plain", "InternalError".getBytes(StandardCharsets.US_ASCII))
              .send(exchange);
        }
      }
    }
  }

  /** {@return {@code http://127.0.0.1:PORT} without a trailing slash} */
  public URI uri() {
    return uri;
  }

  /** Stops at once; running exchanges are cut off. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
