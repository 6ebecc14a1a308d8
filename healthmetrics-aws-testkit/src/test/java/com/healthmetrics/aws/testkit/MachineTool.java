package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program or another tool that a check needs and a machine may lack.
 *
 * <p>Where it is missing, the check is skipped with a warning that cannot be overlooked, and fails
 * in continuous integration.
 */
public final class MachineTool {
  private final String check;
  private final String remedy;

  private MachineTool(String check, String remedy) {
    this.check = check;
    this.remedy = remedy;
  }

  /** What is checked, and the command that gets what is needed for it, on Debian for instance. */
  public static MachineTool forChecking(String check, String remedy) {
    return new MachineTool(check, remedy);
  }

  /** Whether nothing may be left out, and no warning passed over. */
  public static boolean inContinuousIntegration() {
    return "true".equals(System.getenv("CI"));
  }

  /** The first of these programs that is on the PATH. */
  public Path find(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name, name + ".exe"))
        .flatMap(name -> onThePath(name).stream())
        .findFirst()
        .orElseThrow(() -> giveUp("there is no " + names[0] + " on the PATH"));
  }

  private static Optional<Path> onThePath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** This file, which something other than the package manager has put there. */
  public Path require(Path file) {
    if (!Files.isRegularFile(file)) {
      throw giveUp("there is no " + file);
    }
    return file;
  }

  /** Never returns; the result lets callers write {@code throw}, which the compiler understands. */
  public RuntimeException giveUp(String why) {
    String message = "NOT CHECKED: " + check + ", as " + why + ". To check it: " + remedy;
    if (inContinuousIntegration()) {
      return fail(message);
    }
    System.err.println("\n" + "!".repeat(80) + "\n" + message + "\n" + "!".repeat(80) + "\n");
    return abort(message);
  }
}
