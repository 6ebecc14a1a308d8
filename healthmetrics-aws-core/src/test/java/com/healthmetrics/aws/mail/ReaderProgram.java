package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in {@code src/test/readers}, which reads emails or texts as a mail client does.
 *
 * <p>Where node, Python or the packages are missing, the test is skipped with a visible warning; in
 * continuous integration it fails.
 */
final class ReaderProgram {
  private static final Path FOLDER = Path.of("src", "test", "readers").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_SECONDS = 600;

  private ReaderProgram() {}

  /** Returns what a program finds in each of these texts, or messages in base64. */
  static JsonNode read(String program, List<String> inputs) {
    boolean node = program.endsWith(".mjs");
    if (node && !Files.isDirectory(FOLDER.resolve("node_modules"))) {
      throw giveUp("the packages of " + FOLDER + " are not installed");
    }
    try {
      // Files, because a full pipe would stop the program.
      Path in = Files.createTempFile("reader", ".in");
      Path out = Files.createTempFile("reader", ".out");
      Path errors = Files.createTempFile("reader", ".err");
      JSON.writeValue(in.toFile(), inputs);
      Process process = start(node ? "node" : "python3", program, in, out, errors);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(program + " did not end.");
      }
      assertThat(process.exitValue()).as(program + ": %s", Files.readString(errors)).isZero();
      JsonNode found = JSON.readTree(out.toFile());
      Files.delete(in);
      Files.delete(out);
      Files.delete(errors);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(program + " was interrupted.", e);
    }
  }

  private static Process start(String command, String program, Path in, Path out, Path errors) {
    try {
      return new ProcessBuilder(command, FOLDER.resolve(program).toString())
          .redirectInput(in.toFile())
          .redirectOutput(out.toFile())
          .redirectError(errors.toFile())
          .start();
    } catch (IOException e) {
      throw giveUp("there is no " + command + " on the PATH");
    }
  }

  /** Never returns; the result type lets callers write {@code throw} for the compiler. */
  private static RuntimeException giveUp(String why) {
    String message =
        "SKIPPED: how mail clients read emails, because "
            + why
            + ". To check it: install node and python3, and run npm ci in "
            + FOLDER;
    if ("true".equals(System.getenv("CI"))) {
      return fail(message);
    }
    System.err.println("\n" + "!".repeat(80) + "\n" + message + "\n" + "!".repeat(80) + "\n");
    return abort(message);
  }
}
