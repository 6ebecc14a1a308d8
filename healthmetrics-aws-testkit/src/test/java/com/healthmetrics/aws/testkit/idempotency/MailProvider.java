package com.healthmetrics.aws.testkit.idempotency;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts emails of several processes and counts them by key. Some of the processes it kills while
 * they wait for its response, some responses it loses, and some emails it refuses.
 */
final class MailProvider implements AutoCloseable {
  static final String REFUSED = "refused";

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, List<String>> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean faulty = true;

  MailProvider() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** From now on it accepts every email and responds. */
  void work() {
    faulty = false;
  }

  /** The message ids of the accepted emails of a key. */
  List<String> accepted(String key) {
    return List.copyOf(accepted.getOrDefault(key, List.of()));
  }

  private void serve() {
    try {
      while (true) {
        Socket connection = socket.accept();
        threads.execute(() -> respond(connection));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void respond(Socket connection) {
    try (connection) {
      String[] request =
          new BufferedReader(
                  new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))
              .readLine()
              .split(" ");
      ProcessHandle sender = ProcessHandle.of(Long.parseLong(request[0])).orElseThrow();
      int number = requests.incrementAndGet();
      String response =
          switch (faulty ? number % 16 : 0) {
            case 3 -> {
              // SIGKILL: nothing of it runs any more.
              sender.destroyForcibly();
              yield "";
            }
            case 7 -> {
              accept(request[1], number);
              sender.destroyForcibly();
              yield "";
            }
            case 5 -> REFUSED;
            case 11 -> {
              accept(request[1], number);
              yield "";
            }
            default -> accept(request[1], number);
          };
      if (!response.isEmpty()) {
        connection.getOutputStream().write((response + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // Its process died.
    }
  }

  private String accept(String key, int number) {
    String id = "message-" + number;
    accepted.computeIfAbsent(key, unused -> new CopyOnWriteArrayList<>()).add(id);
    return id;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
