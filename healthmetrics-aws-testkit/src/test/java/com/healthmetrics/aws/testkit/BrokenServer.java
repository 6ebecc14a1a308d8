package com.healthmetrics.aws.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A loopback port with which no email can be sent. */
final class BrokenServer implements Closeable {
  /** What is wrong with it. */
  enum Behavior {
    /** Refuses connections; bound, so that no other process gets the port. */
    NOT_LISTENING,
    /** Drops connection attempts: it has as many as it can queue, and accepts none. */
    FULL,
    /** Accepts connections and sends nothing. */
    SILENT,
    /** Resets each connection once something was received. */
    RESETTING,
    /** Speaks TLS, and has no certificate. */
    WITHOUT_CERTIFICATE,
    /** A proxy that cannot connect. */
    REFUSING_PROXY
  }

  private final Behavior behavior;
  private final Closeable socket;
  private final int port;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final CountDownLatch connected = new CountDownLatch(1);

  private BrokenServer(Behavior behavior) throws IOException {
    this.behavior = behavior;
    if (behavior == Behavior.NOT_LISTENING) {
      Socket bound = new Socket();
      bound.bind(new InetSocketAddress(loopback(), 0));
      socket = bound;
      port = bound.getLocalPort();
    } else {
      ServerSocket server =
          behavior == Behavior.WITHOUT_CERTIFICATE
              ? withoutCertificate()
              : new ServerSocket(0, behavior == Behavior.FULL ? 1 : 50, loopback());
      socket = server;
      port = server.getLocalPort();
    }
  }

  static BrokenServer start(Behavior behavior) throws IOException {
    BrokenServer server = new BrokenServer(behavior);
    if (behavior == Behavior.FULL) {
      server.fill();
    } else if (server.socket instanceof ServerSocket listening) {
      Thread thread = new Thread(() -> server.acceptAll(listening), "broken-server");
      thread.setDaemon(true);
      thread.start();
    }
    return server;
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static ServerSocket withoutCertificate() throws IOException {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[0], null, null);
      return tls.getServerSocketFactory().createServerSocket(0, 50, loopback());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private void fill() throws IOException {
    for (int count = 0; count < 100; count++) {
      Socket waiting = new Socket();
      connections.add(waiting);
      try {
        waiting.connect(new InetSocketAddress(loopback(), port), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new IOException("The queue of this port has no limit.");
  }

  private void acceptAll(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        connected.countDown();
        serve(connection);
      } catch (IOException e) {
        // As it should be; or the server was closed.
      }
    }
  }

  private void serve(Socket connection) throws IOException {
    switch (behavior) {
      case RESETTING -> {
        connection.getInputStream().read();
        connection.setSoLinger(true, 0);
        connection.close();
      }
      case WITHOUT_CERTIFICATE -> {
        try (SSLSocket tls = (SSLSocket) connection) {
          tls.startHandshake();
        }
      }
      case REFUSING_PROXY -> {
        try (connection) {
          readHead(connection.getInputStream());
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
        }
      }
      default -> {}
    }
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head.append((char) next);
    }
  }

  /** Waits for the first connection. */
  void awaitConnection() {
    try {
      if (!connected.await(1, TimeUnit.MINUTES)) {
        throw new AssertionError("There was no connection within a minute.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  URI http() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI https() {
    return URI.create("https://127.0.0.1:" + port);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
