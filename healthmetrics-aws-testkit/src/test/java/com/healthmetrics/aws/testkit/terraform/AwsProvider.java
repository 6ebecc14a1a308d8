package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.MachineTool;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The provider hashicorp/aws, installed once, until {@code mvn clean}, and running once for all
 * checks.
 *
 * <p>It has 700 MB. Terraform alone would fetch it for every folder and start it four times for
 * every run of a test, two thirds of the time; so it runs as in its developers' debugger, and
 * terraform reattaches to it. It ends with this JVM, unless the JVM is killed.
 */
final class AwsProvider {
  private static final Path FOLDER =
      Path.of("target", "terraform-provider-" + ofTheRequirements()).toAbsolutePath();
  private static final Path NO_SETTINGS = FOLDER.resolve("no-settings.tfrc");
  private static final Pattern UNAVAILABLE =
      Pattern.compile(
          "Failed to (query available provider packages|install provider)\\s.*", Pattern.DOTALL);
  private static final String VARIABLE = "TF_REATTACH_PROVIDERS";
  private static final Pattern STARTED = Pattern.compile(VARIABLE + "='(.*)'");
  private static final Pattern SOCKET = Pattern.compile("\"String\":\"(/[^\"]+)\"");

  private static Terraform.Output installation;
  private static AwsProvider running;

  private final String address;

  private AwsProvider(String address) {
    this.address = address;
  }

  /**
   * Installs and starts the provider unless it is running. Skips the check if it is unavailable.
   *
   * @param check what is checked with it
   */
  static synchronized AwsProvider running(Terraform terraform, String check) {
    try {
      if (running == null) {
        Path program = installed(terraform, check);
        Files.writeString(NO_SETTINGS, "");
        running = start(program);
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One folder for each requirement of the module, which may select another version. */
  private static String ofTheRequirements() {
    return Integer.toHexString(
        HclBlock.in(ModuleFolder.SOURCE.resolve("versions.tf")).get(0).body().hashCode());
  }

  /** Once only: each init queries the registry, which is not always reachable. */
  private static Path installed(Terraform terraform, String check) throws IOException {
    Optional<Path> program = program();
    if (program.isPresent()) {
      return program.get();
    }
    if (installation == null) {
      Files.createDirectories(FOLDER);
      Files.copy(
          ModuleFolder.SOURCE.resolve("versions.tf"),
          FOLDER.resolve("versions.tf"),
          StandardCopyOption.REPLACE_EXISTING);
      installation = terraform.run(FOLDER, "init", "-backend=false", "-input=false", "-no-color");
    }
    Matcher refusal = UNAVAILABLE.matcher(installation.stderr());
    if (refusal.find()) {
      throw MachineTool.forChecking(
              check, "give terraform access to its registry, or a mirror in its CLI configuration")
          .giveUp(
              "the provider hashicorp/aws is unavailable: "
                  + refusal.group().strip().replaceAll("\\s+", " "));
    }
    installation.assertSucceeded();
    return program().orElseThrow();
  }

  private static Optional<Path> program() throws IOException {
    // Terraform writes it last; without it, the program may be incomplete.
    if (!Files.exists(FOLDER.resolve(".terraform.lock.hcl"))) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(FOLDER, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("terraform-provider-aws"))
          .findFirst();
    }
  }

  private static AwsProvider start(Path program) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-debug").redirectErrorStream(true);
    Terraform.isolate(builder.environment());
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader =
        new Thread(() -> read(process.inputReader(), address), "terraform-provider-aws");
    reader.setDaemon(true);
    reader.start();
    try {
      AwsProvider provider = new AwsProvider(address.get(2, TimeUnit.MINUTES));
      removeSocketAtExit(provider.address);
      return provider;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("The provider did not start.", e);
    }
  }

  /** Reads to the end: the provider would block once the pipe is full. */
  private static void read(BufferedReader log, CompletableFuture<String> address) {
    String lines =
        log.lines().peek(line -> findAddress(line, address)).collect(Collectors.joining("\n"));
    address.completeExceptionally(new IllegalStateException(lines));
  }

  private static void findAddress(String line, CompletableFuture<String> address) {
    Matcher started = STARTED.matcher(line);
    if (started.find()) {
      address.complete(started.group(1));
    }
  }

  /** The provider is killed, so it cannot remove its socket itself. */
  private static void removeSocketAtExit(String address) {
    SOCKET
        .matcher(address)
        .results()
        .map(socket -> new File(socket.group(1)))
        .forEach(File::deleteOnExit);
  }

  /** The variables that make terraform reattach to the provider. */
  Map<String, String> environment() {
    return Map.of(VARIABLE, address);
  }

  /**
   * Keeps terraform from replacing files of a developer's plugin cache with links to this folder.
   */
  Map<String, String> environmentOfInit() {
    return Map.of("TF_CLI_CONFIG_FILE", NO_SETTINGS.toString(), "TF_PLUGIN_CACHE_DIR", "");
  }

  /** The folder in which terraform looks for matching versions. */
  Path pluginFolder() {
    return FOLDER.resolve(".terraform").resolve("providers");
  }
}
