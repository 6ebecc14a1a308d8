package com.healthmetrics.aws.testkit.deliverability;

import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The machine's rspamd with its stock rules, started for a test on loopback. */
final class Rspamd implements AutoCloseable {
  private final Process process;
  private final URI check;

  /** At the offer of HTTP/2 that is the default, rspamd stops before most of its rules. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Rspamd(Process process, int port) {
    this.process = process;
    this.check = URI.create("http://127.0.0.1:" + port + "/checkv2");
  }

  /** Starts it in an empty folder; skips the check with a warning where it is not installed. */
  static Rspamd start(RecordedDns dns, Path folder) throws IOException {
    Path program =
        MachineTool.forChecking("how rspamd rates the emails", "apt-get install rspamd")
            .find("rspamd");
    int port = freePort();
    Path settings = Files.createDirectories(folder.resolve("local.d"));
    Files.writeString(
        settings.resolve("options.inc"),
        """
        dns { nameserver = ["127.0.0.1:%s"]; timeout = 1s; retransmits = 1; }
        # Compiling all expressions takes longer than matching a few emails.
        disable_hyperscan = true;
        task_timeout = 60s;
        """
            .formatted(dns.port()));
    Files.writeString(settings.resolve("logging.inc"), "type = \"console\"; level = \"info\";\n");
    Files.writeString(
        settings.resolve("worker-normal.inc"),
        "bind_socket = \"127.0.0.1:%s\"; count = 1;\n".formatted(port));
    for (String unused : List.of("controller", "proxy", "fuzzy")) {
      Files.writeString(settings.resolve("worker-" + unused + ".inc"), "enabled = false;\n");
    }
    List<String> command = new ArrayList<>(List.of(program.toString(), "-f", "-i"));
    for (String place : List.of("RUNDIR", "DBDIR", "LOGDIR", "LOCAL_CONFDIR")) {
      command.addAll(List.of("--var", place + "=" + folder));
    }
    command.addAll(List.of("-c", "/etc/rspamd/rspamd.conf"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    awaitListening(process);
    return new Rspamd(process, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** It listens before it starts the process that responds. */
  private static void awaitListening(Process process) throws IOException {
    BufferedReader log = process.inputReader();
    List<String> lines = new ArrayList<>();
    String line = log.readLine();
    while (line != null && !line.contains("starting normal process")) {
      lines.add(line);
      line = log.readLine();
    }
    if (line == null) {
      throw new AssertionError("rspamd did not start:\n" + String.join("\n", lines));
    }
    Thread drain = new Thread(() -> drain(log), "rspamd-log");
    drain.setDaemon(true);
    drain.start();
  }

  /** A full pipe would stop the process. */
  private static void drain(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The log ends with the process.
    }
  }

  /** The score of each rule that applies to an email from {@link SendingHost}. */
  Map<String, Double> scores(byte[] message, String mailFrom, String to)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(check)
            .header("From", mailFrom)
            .header("Rcpt", to)
            .header("IP", SendingHost.IP)
            .header("Helo", SendingHost.NAME)
            .header("Hostname", SendingHost.NAME)
            .POST(HttpRequest.BodyPublishers.ofByteArray(message))
            .build();
    JsonObject result =
        (JsonObject) JsonReader.read(client.send(request, BodyHandlers.ofByteArray()).body());
    Map<String, Double> scores = new TreeMap<>();
    JsonObject symbols = (JsonObject) result.member("symbols").orElseThrow();
    symbols.members().forEach((name, symbol) -> scores.put(name, score(symbol)));
    return scores;
  }

  private static double score(JsonValue symbol) {
    JsonNumber score = (JsonNumber) ((JsonObject) symbol).member("score").orElseThrow();
    return score.value().doubleValue();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
