package com.healthmetrics.aws.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A port in front of a server that passes bytes on, and breaks the connections of some uploads.
 * Other requests, such as preflights, pass and may share the connection of an upload.
 */
final class UnreliableNetwork implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  /** How much of an upload arrives before its connection breaks. */
  private static final int MIDDLE = 4 * BUFFER;

  /** How the connection of an upload breaks. */
  enum Fault {
    /** The whole upload arrives, and the connection ends when the response is to be sent. */
    LOSES_THE_RESPONSE,
    /** The connection is reset once some of the body has arrived. */
    RESETS_IN_MID_BODY,
    /** Nothing more is received once some of the body has arrived. */
    STALLS_IN_MID_BODY
  }

  private final ServerSocket door;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();

  private UnreliableNetwork(ServerSocket door) {
    this.door = door;
  }

  static UnreliableNetwork open() {
    try {
      ServerSocket door = new ServerSocket();
      // Otherwise, a stalled upload would fit into the buffers of the operating system.
      door.setReceiveBufferSize(BUFFER);
      door.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
      return new UnreliableNetwork(door);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** Begins to accept connections, and passes them on to a server. */
  void leadTo(URI server) {
    threads.execute(() -> accept(server));
  }

  private void accept(URI server) {
    while (!door.isClosed()) {
      try {
        Line line = new Line(door.accept(), new Socket(server.getHost(), server.getPort()));
        lines.add(line);
        threads.execute(line::passRequests);
        threads.execute(line::passResponses);
      } catch (IOException e) {
        // The client is gone already, or the door was closed.
      }
    }
  }

  /** Lets the connections of the next uploads break. */
  void breakNext(Fault... next) {
    faults.addAll(List.of(next));
  }

  /** How many uploads are still to break. */
  int unbroken() {
    return faults.size();
  }

  /** Forgets the faults that did not happen, and ends all connections. */
  void clear() {
    faults.clear();
    lines.forEach(Line::end);
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clear();
    threads.shutdownNow();
  }

  /** A connection of the client, and the one to the server that belongs to it. */
  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile Optional<Fault> fault = Optional.empty();

    Line(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void passRequests() {
      byte[] buffer = new byte[BUFFER];
      int received = 0;
      try {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (fault.isEmpty() && isUpload(buffer, count)) {
            fault = Optional.ofNullable(faults.poll());
            received = 0;
          }
          received += count;
          if (fault.isPresent() && received > MIDDLE && breaks(fault.get())) {
            return;
          }
          out.write(buffer, 0, count);
        }
        end();
      } catch (IOException e) {
        end();
      }
    }

    /** Whether the connection breaks here. */
    private boolean breaks(Fault now) throws IOException {
      if (now == Fault.RESETS_IN_MID_BODY) {
        client.setSoLinger(true, 0);
        end();
      }
      return now != Fault.LOSES_THE_RESPONSE;
    }

    void passResponses() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (fault.isPresent()) {
            break;
          }
          out.write(buffer, 0, count);
        }
        end();
      } catch (IOException e) {
        end();
      }
    }

    /** Browsers write the head of a request at once. */
    private static boolean isUpload(byte[] buffer, int count) {
      String start = new String(buffer, 0, Math.min(count, 5), StandardCharsets.US_ASCII);
      return start.startsWith("PUT ") || start.equals("POST ");
    }

    void end() {
      lines.remove(this);
      for (Socket socket : Arrays.asList(client, server)) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed.
        }
      }
    }
  }
}
