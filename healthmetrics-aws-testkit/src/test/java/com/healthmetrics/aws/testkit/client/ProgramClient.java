package com.healthmetrics.aws.testkit.client;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A client in a process of its own: a program in {@code src/test/clients}, which runs one operation
 * at a time.
 *
 * <p>Its arguments are a command and what the command needs, as the methods here write them. It
 * finds the bucket in the environment, prints results only, and ends with status 99 if the client
 * does not offer the operation.
 */
final class ProgramClient implements StorageClient {
  static final Path FOLDER = Path.of("src", "test", "clients").toAbsolutePath();

  private static final int NOT_OFFERED = 99;
  private static final int TIMEOUT_SECONDS = 600;
  private static final Path NOTHING = Path.of("/dev/null");

  private final List<String> program;
  private final Map<String, String> environment;
  private final Path folder;

  /**
   * Prepares a client.
   *
   * @param program the command line, without the command and what follows it
   * @param folder an empty folder: home and working directory
   */
  ProgramClient(List<String> program, BucketAccess access, Path folder) {
    this.program = program;
    this.folder = folder;
    this.environment =
        Map.ofEntries(
            // The system's programs, whatever else this machine has.
            Map.entry("PATH", "/usr/bin:/bin"),
            Map.entry("HOME", folder.toString()),
            Map.entry("LANG", "C.UTF-8"),
            Map.entry("S3_ENDPOINT", access.endpoint().toString()),
            Map.entry("S3_BUCKET", access.bucket()),
            Map.entry("AWS_REGION", access.region()),
            Map.entry("AWS_DEFAULT_REGION", access.region()),
            Map.entry("AWS_ACCESS_KEY_ID", access.accessKeyId()),
            Map.entry("AWS_SECRET_ACCESS_KEY", access.secretAccessKey()));
  }

  @Override
  public String version() {
    return line("version");
  }

  @Override
  public void put(Path file, String key) {
    run(NOTHING, "put", file.toString(), key);
  }

  @Override
  public void putWhole(Path file, String key) {
    run(NOTHING, "put-whole", file.toString(), key);
  }

  @Override
  public void putStream(Path content, String key) {
    run(content, "put-stream", key, Long.toString(content.toFile().length()));
  }

  @Override
  public byte[] get(String key) {
    return download(target -> run(NOTHING, "get", key, target));
  }

  @Override
  public byte[] getRange(String key, int first, int last) {
    return download(
        target -> run(NOTHING, "get-range", key, target, "bytes=" + first + "-" + last));
  }

  private byte[] download(Consumer<String> command) {
    try {
      Path target = Files.createTempDirectory(folder, "get").resolve("downloaded");
      command.accept(target.toString());
      return Files.readAllBytes(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long size(String key) {
    return Long.parseLong(line("size", key));
  }

  @Override
  public List<String> list(String prefix) {
    return run(NOTHING, "list", prefix).lines().toList();
  }

  @Override
  public List<String> listFirstVersion(String prefix) {
    return run(NOTHING, "list-v1", prefix).lines().toList();
  }

  @Override
  public void copy(String from, String to) {
    run(NOTHING, "copy", from, to);
  }

  @Override
  public void copyAs(String from, String to) {
    run(NOTHING, "copy-as", from, to);
  }

  @Override
  public void delete(String key) {
    run(NOTHING, "delete", key);
  }

  @Override
  public void deleteSeveral(List<String> keys) {
    run(NOTHING, Stream.concat(Stream.of("delete-several"), keys.stream()).toArray(String[]::new));
  }

  @Override
  public URI presignPut(String key) {
    return URI.create(line("presign-put", key));
  }

  private String line(String... command) {
    return run(NOTHING, command).strip();
  }

  private String run(Path input, String... command) {
    List<String> line = new ArrayList<>(program);
    line.addAll(List.of(command));
    try {
      // Files, because a full pipe would stop the program.
      Path output = Files.createTempFile(folder, "out", null);
      Path errors = Files.createTempFile(folder, "err", null);
      ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = start(builder, input.toFile(), output.toFile(), errors.toFile());
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command[0] + " took over " + TIMEOUT_SECONDS + " s");
      }
      if (process.exitValue() == NOT_OFFERED) {
        throw new NotOffered();
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            command[0] + " failed: " + Files.readString(errors) + Files.readString(output));
      }
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Process start(ProcessBuilder builder, File input, File output, File errors)
      throws IOException {
    return builder.redirectInput(input).redirectOutput(output).redirectError(errors).start();
  }
}
