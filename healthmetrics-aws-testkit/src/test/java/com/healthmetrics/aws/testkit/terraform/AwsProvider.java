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
 * <p>It is 700 MB large. Terraform alone would fetch it for every folder, and start it four times
 * for every run of a test, which took two thirds of the time; so it runs the way its developers run
 * it under a debugger, and terraform is told where. It ends with this JVM, unless that is killed.
 */
final class AwsProvider {
  private static final Path FOLDER =
      Path.of("target", "terraform-provider-" + ofTheRequirements()).toAbsolutePath();
  private static final Path NO_SETTINGS = FOLDER.resolve("no-settings.tfrc");
  private static final Pattern NOT_TO_BE_HAD =
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
   * Installs and starts it unless it runs. Where it is not to be had, nothing can be checked.
   *
   * @param what what is to be checked
   */
  static synchronized AwsProvider running(Terraform terraform, String what) {
    try {
      if (running == null) {
        Path program = installed(terraform, what);
        Files.writeString(NO_SETTINGS, "");
        running = start(program);
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another requirement of the module may want another version. */
  private static String ofTheRequirements() {
    return Integer.toHexString(
        HclBlock.in(ModuleFolder.SOURCE.resolve("versions.tf")).get(0).body().hashCode());
  }

  /** Asked again, terraform would ask the registry again, which is not always within reach. */
  private static Path installed(Terraform terraform, String what) throws IOException {
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
    Matcher refusal = NOT_TO_BE_HAD.matcher(installation.stderr());
    if (refusal.find()) {
      throw MachineTool.forChecking(
              what, "let terraform reach its registry, or a mirror by its CLI configuration")
          .giveUp(
              "the provider hashicorp/aws is not to be had: "
                  + refusal.group().strip().replaceAll("\\s+", " "));
    }
    installation.assertSucceeded();
    return program().orElseThrow();
  }

  private static Optional<Path> program() throws IOException {
    // Terraform writes it last: without it, the program may be there in part.
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

  /** Reads until it ends, or it would block once the pipe is full. */
  private static void read(BufferedReader log, CompletableFuture<String> address) {
    String all = log.lines().peek(line -> tell(line, address)).collect(Collectors.joining("\n"));
    address.completeExceptionally(new IllegalStateException(all));
  }

  private static void tell(String line, CompletableFuture<String> address) {
    Matcher started = STARTED.matcher(line);
    if (started.find()) {
      address.complete(started.group(1));
    }
  }

  /** Killed, it cannot remove it itself. */
  private static void removeSocketAtExit(String address) {
    SOCKET
        .matcher(address)
        .results()
        .map(socket -> new File(socket.group(1)))
        .forEach(File::deleteOnExit);
  }

  /** What tells terraform to use it. */
  Map<String, String> environment() {
    return Map.of(VARIABLE, address);
  }

  /** Keeps terraform from putting links to here in place of what a developer's cache has. */
  Map<String, String> environmentOfInit() {
    return Map.of("TF_CLI_CONFIG_FILE", NO_SETTINGS.toString(), "TF_PLUGIN_CACHE_DIR", "");
  }

  /** Where terraform finds it when it looks which version fits. */
  Path pluginFolder() {
    return FOLDER.resolve(".terraform").resolve("providers");
  }
}
