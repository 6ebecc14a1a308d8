package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine's terraform, without the machine's credentials. */
final class Terraform {
  private static final Set<String> WHERE_PROVIDERS_COME_FROM =
      Set.of("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR");

  private final String check;
  private final Path program;
  private final Optional<AwsProvider> provider;

  private Terraform(String check, Path program, Optional<AwsProvider> provider) {
    this.check = check;
    this.program = program;
    this.provider = provider;
  }

  /** Finds terraform, or skips the check with a warning. */
  static Terraform forChecking(String check) {
    MachineTool machine =
        MachineTool.forChecking(
            check, "terraform 1.9 or newer; https://developer.hashicorp.com/terraform/install");
    Terraform terraform =
        new Terraform(check, machine.find("terraform").toAbsolutePath(), Optional.empty());
    String version =
        JsonMembers.text(
            JsonMembers.read(terraform.run(Path.of("."), "version", "-json").stdout()),
            "terraform_version");
    if (version.matches("(0|1\\.[0-8])\\..*")) {
      throw machine.giveUp("the terraform on the PATH is " + version);
    }
    return terraform;
  }

  /** The same terraform with the provider for AWS; skips the check with a warning without it. */
  Terraform withProvider() {
    return new Terraform(check, program, Optional.of(AwsProvider.running(this, check)));
  }

  /** The result of a command. */
  record Output(int exitValue, String stdout, String stderr) {
    /** The messages of a command with {@code -json}, one per line. */
    List<JsonObject> messages() {
      return stdout.lines().map(JsonMembers::read).toList();
    }

    /** The diagnostics among these messages. */
    List<Diagnostic> diagnostics() {
      return messages().stream()
          .flatMap(message -> JsonMembers.object(message, "diagnostic").stream())
          .map(Diagnostic::of)
          .filter(Diagnostic::counts)
          .toList();
    }

    void assertSucceeded() {
      assertThat(exitValue).as(toString()).isZero();
    }

    @Override
    public String toString() {
      return "terraform ended with " + exitValue + ":\n" + stdout + stderr;
    }
  }

  /** Prepares a folder for the commands below. */
  void init(Path folder) {
    List<String> arguments =
        new ArrayList<>(List.of("init", "-backend=false", "-input=false", "-no-color"));
    provider.ifPresent(aws -> arguments.add("-plugin-dir=" + aws.pluginFolder()));
    run(folder, provider.map(AwsProvider::environmentOfInit).orElse(Map.of()), arguments)
        .assertSucceeded();
    unlinkPlugins(folder);
  }

  /** Unused, because the provider is already running; and links disturb JUnit's clean-up. */
  private static void unlinkPlugins(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The diagnostics of {@code terraform validate} in a folder. */
  List<Diagnostic> validate(Path folder) {
    Output output = run(folder, "validate", "-json");
    assertThat(output.stdout()).as(output.toString()).startsWith("{");
    return ((JsonArray) JsonMembers.read(output.stdout()).members().get("diagnostics"))
        .elements().stream()
            .map(JsonObject.class::cast)
            .map(Diagnostic::of)
            .filter(Diagnostic::counts)
            .toList();
  }

  /** The diagnostics of {@code terraform plan} in a folder. */
  List<Diagnostic> plan(Path folder) {
    return run(folder, "plan", "-json", "-input=false").diagnostics();
  }

  /** Runs a command to its end, successful or not. */
  Output run(Path folder, String... arguments) {
    return run(folder, provider.map(AwsProvider::environment).orElse(Map.of()), List.of(arguments));
  }

  private Output run(Path folder, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    try {
      Path stdout = Files.createTempFile("terraform", ".out");
      Path stderr = Files.createTempFile("terraform", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        isolate(builder.environment());
        // Short-lived: garbage collection took a third of the time.
        builder.environment().put("GOGC", "400");
        builder.environment().putAll(environment);
        int exitValue = waitFor(builder.start(), command);
        return new Output(exitValue, Files.readString(stdout), Files.readString(stderr));
      } finally {
        Files.delete(stdout);
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the machine's AWS credentials and settings from the environment of a process. */
  static void isolate(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(
            name ->
                name.startsWith("AWS_")
                    || (name.startsWith("TF_")
                        && !name.startsWith("TF_TOKEN_")
                        && !WHERE_PROVIDERS_COME_FROM.contains(name)));
    String nowhere = Path.of("target", "no-such-file").toAbsolutePath().toString();
    environment.put("AWS_SHARED_CREDENTIALS_FILE", nowhere);
    environment.put("AWS_CONFIG_FILE", nowhere);
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("CHECKPOINT_DISABLE", "1");
    environment.put("TF_IN_AUTOMATION", "1");
  }

  private static int waitFor(Process process, List<String> command) {
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        throw new AssertionError("Still running after ten minutes: " + command);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
