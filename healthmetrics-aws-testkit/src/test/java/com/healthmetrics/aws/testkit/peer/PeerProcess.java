package com.healthmetrics.aws.testkit.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on a port that the system chooses, until the run ends. */
final class PeerProcess {
  /** A start takes seconds, and many of them on a loaded machine. */
  private static final int START_TIMEOUT_SECONDS = 600;

  private static final int LINES_TO_SHOW = 40;

  private final String title;
  private final Pattern listening;

  private PeerProcess(String title, Pattern listening) {
    this.title = title;
    this.listening = listening;
  }

  /**
   * Starts a server.
   *
   * @param listening matches the line of its log that has the port, the first group
   * @return the port
   */
  static int start(String title, Path folder, List<String> command, Pattern listening) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new PeerProcess(title, listening).port(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the port that the system chose from the log. */
  private int port(Process process) {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, port), title + "'s log");
    reader.setDaemon(true);
    reader.start();
    try {
      return port.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          title + " did not listen within " + START_TIMEOUT_SECONDS + " seconds.", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps reading after the port is known: the peer would block once the pipe is full. */
  private void read(Process process, CompletableFuture<Integer> port) {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        last.addLast(line);
        if (last.size() > LINES_TO_SHOW) {
          last.removeFirst();
        }
        Matcher found = listening.matcher(line);
        if (found.find()) {
          port.complete(Integer.parseInt(found.group(1)));
        }
      }
    } catch (IOException e) {
      last.addLast(e.toString());
    }
    port.completeExceptionally(
        new IllegalStateException(title + " ended without listening:\n" + String.join("\n", last)));
  }
}
