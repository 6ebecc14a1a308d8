package com.healthmetrics.aws.testkit.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A port in front of a server that forwards bytes unchanged and keeps those of the client, which
 * show the requests as they were sent.
 */
final class Wiretap implements AutoCloseable {
  private static final Pattern HEAD =
      Pattern.compile(
          "(?:GET|HEAD|PUT|POST|DELETE) [^ \\r\\n]+ HTTP/1\\.1\\r\\n(?:[^\\r\\n]+\\r\\n)*");

  private final ServerSocket door;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<ByteArrayOutputStream> connections = new ConcurrentLinkedQueue<>();

  private Wiretap(ServerSocket door) {
    this.door = door;
  }

  static Wiretap before(URI server) {
    try {
      Wiretap tap = new Wiretap(new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1")));
      tap.threads.execute(() -> tap.accept(server));
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** Drops the requests so far. */
  void clear() {
    for (ByteArrayOutputStream connection : connections) {
      synchronized (connection) {
        connection.reset();
      }
    }
  }

  /** Request line and headers of each request since the last call, in order of its connection. */
  List<String> takeRequests() {
    StringBuilder sent = new StringBuilder();
    for (ByteArrayOutputStream connection : connections) {
      synchronized (connection) {
        sent.append(connection.toString(StandardCharsets.ISO_8859_1)).append('\n');
        connection.reset();
      }
    }
    return HEAD.matcher(sent).results().map(MatchResult::group).toList();
  }

  private void accept(URI server) {
    try {
      while (true) {
        Socket client = door.accept();
        Socket forwarded = new Socket(server.getHost(), server.getPort());
        client.setTcpNoDelay(true);
        forwarded.setTcpNoDelay(true);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        connections.add(record);
        threads.execute(() -> pump(client, forwarded, record));
        threads.execute(() -> pump(forwarded, client, OutputStream.nullOutputStream()));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private static void pump(Socket from, Socket to, OutputStream record) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        // Kept first: the response must not arrive before the request is on record.
        synchronized (record) {
          record.write(buffer, 0, count);
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side ended the connection, which ends it for the other.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}
