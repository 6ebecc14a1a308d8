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
 * <p>Without it, the check is skipped with a visible warning; in continuous integration it fails.
 */
public final class MachineTool {
  private final String check;
  private final String remedy;

  private MachineTool(String check, String remedy) {
    this.check = check;
    this.remedy = remedy;
  }

  /** What is checked, and the command that installs the tool, for example on Debian. */
  public static MachineTool forChecking(String check, String remedy) {
    return new MachineTool(check, remedy);
  }

  /** Whether no check may be skipped and no warning ignored. */
  public static boolean inContinuousIntegration() {
    return "true".equals(System.getenv("CI"));
  }

  /** The first of these programs that is on the PATH. */
  public Path find(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name, name + ".exe"))
        .flatMap(name -> onThePath(name).stream())
        .findFirst()
        .orElseThrow(() -> giveUp("no " + names[0] + " is on the PATH"));
  }

  private static Optional<Path> onThePath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A file that a command other than the package manager's creates. */
  public Path require(Path file) {
    if (!Files.isRegularFile(file)) {
      throw giveUp(file + " does not exist");
    }
    return file;
  }

  /** Never returns; the result type lets callers write {@code throw} for the compiler. */
  public RuntimeException giveUp(String why) {
    String message = "SKIPPED: " + check + ", because " + why + ". To check it: " + remedy;
    if (inContinuousIntegration()) {
      return fail(message);
    }
    System.err.println("\n" + "!".repeat(80) + "\n" + message + "\n" + "!".repeat(80) + "\n");
    return abort(message);
  }
}
