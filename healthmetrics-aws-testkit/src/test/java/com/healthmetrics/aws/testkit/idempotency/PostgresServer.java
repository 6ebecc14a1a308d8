package com.healthmetrics.aws.testkit.idempotency;

import com.healthmetrics.aws.testkit.MachineTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * PostgreSQL of this machine with a data folder of its own, on loopback, until the run ends.
 *
 * <p>It refuses to run as root, so root starts it as the user that Debian's package creates.
 */
final class PostgresServer {
  private static final MachineTool TOOL =
      MachineTool.forChecking(
          "stores of idempotency keys in PostgreSQL", "apt-get install postgresql");
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";
  private static final int STARTS = 3;

  private static Optional<Database> running = Optional.empty();

  private final Path programs;
  private final Path folder;

  private PostgresServer(Path programs, Path folder) {
    this.programs = programs;
    this.folder = folder;
  }

  /** The one server of this run; skips the test with a warning if there is none. */
  static synchronized Database shared() throws IOException, InterruptedException {
    if (running.isEmpty()) {
      running = Optional.of(start());
    }
    return running.get();
  }

  private static Database start() throws IOException, InterruptedException {
    Path programs = programs();
    Path folder = Files.createTempDirectory("postgres-test");
    PostgresServer server = new PostgresServer(programs, folder);
    String password = UUID.randomUUID().toString();
    Path passwordFile = Files.writeString(folder.resolve("password"), password);
    if (isRoot()) {
      UserPrincipal owner = user();
      Files.setOwner(folder, owner);
      Files.setOwner(passwordFile, owner);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    server.run(
        "initdb",
        "--pgdata=" + server.data(),
        "--username=" + USER,
        "--pwfile=" + passwordFile,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync");
    return new Database(
        "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(server.listen()), USER, password);
  }

  private static Path programs() throws IOException {
    if (Files.isDirectory(DEBIAN)) {
      try (Stream<Path> versions = Files.list(DEBIAN)) {
        Optional<Path> newest =
            versions
                .map(version -> version.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                .max(Comparator.naturalOrder());
        if (newest.isPresent()) {
          return newest.get();
        }
      }
    }
    return TOOL.find("initdb").toRealPath().getParent();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static UserPrincipal user() throws IOException {
    try {
      return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(USER);
    } catch (UserPrincipalNotFoundException e) {
      throw TOOL.giveUp("it does not run as root, and there is no user " + USER);
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Another program may take a free port before the server does. */
  private int listen() throws IOException, InterruptedException {
    for (int i = 1; ; i++) {
      int port;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = socket.getLocalPort();
      }
      try {
        run(
            "pg_ctl",
            "start",
            "--wait",
            "--timeout=120",
            "--pgdata=" + data(),
            "--log=" + folder.resolve("log"),
            // What a crash of the machine would lose does not matter here.
            "--options=-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                + " -c shared_buffers=16MB -p "
                + port);
        return port;
      } catch (AssertionError e) {
        if (i == STARTS) {
          throw e;
        }
      }
    }
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    // A file, as the server keeps what pg_ctl inherits open.
    Path output = Files.createTempFile("postgres", ".txt");
    try {
      int exit =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      if (exit != 0) {
        throw new AssertionError(
            program + " failed:\n" + Files.readString(output, StandardCharsets.UTF_8));
      }
    } finally {
      Files.delete(output);
    }
  }

  private void stop() {
    try {
      if (Files.exists(data().resolve("postmaster.pid"))) {
        run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata=" + data());
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
