package com.healthmetrics.aws.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.JavaProgram;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** The command in a process of its own, as a shell starts and stops it. */
class DoctorProcessTest {
  private static final int ATTEMPTS = 10;

  @TempDir Path files;

  private Process start(DoctorEnvironment environment, String... options) throws IOException {
    ProcessBuilder process =
        new ProcessBuilder(JavaProgram.command(Doctor.class, List.of(options)));
    // Only these: AWS_SESSION_TOKEN and JAVA_TOOL_OPTIONS of this machine would change the outcome.
    process.environment().clear();
    process.environment().putAll(environment.settings());
    AwsCredentials credentials = environment.credentials().resolveCredentials();
    process.environment().put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    process.environment().put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    return process
        .redirectOutput(files.resolve("out").toFile())
        .redirectError(files.resolve("err").toFile())
        .start();
  }

  private static void end(Process process) throws InterruptedException {
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
  }

  /** The distribution is asked when a picture is published, which no lifecycle rule removes. */
  @Test
  void removesItsObjectsWhenItIsToldToStop() throws Exception {
    AtomicReference<CompletableFuture<Process>> doctor =
        new AtomicReference<>(new CompletableFuture<>());
    HttpServer distribution =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CompletableFuture<Integer> written = new CompletableFuture<>();
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      distribution.createContext(
          "/",
          exchange -> {
            written.complete(environment.s3().keys().size());
            doctor.get().join().destroy();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
          });
      distribution.start();
      environment.with("CLOUDFRONT_URL", "http://127.0.0.1:" + distribution.getAddress().getPort());
      // A busy machine can use up the time of all checks before a picture is published.
      for (int i = 0; i < ATTEMPTS && !written.isDone(); i++) {
        doctor.set(new CompletableFuture<>());
        doctor.get().complete(start(environment));
        end(doctor.get().join());
      }

      assertThat(written).as("objects when the distribution was asked").isDone();
      assertThat(written.join()).isPositive();
      assertThat(environment.s3().keys()).isEmpty();
    } finally {
      doctor.get().thenAccept(Process::destroyForcibly);
      distribution.stop(0);
    }
  }

  @Test
  void dropsWhatLoggersWithoutAConfigurationWrite() throws Exception {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      Process doctor = start(environment, "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace");
      try {
        end(doctor);
      } finally {
        doctor.destroyForcibly();
      }

      assertThat(files.resolve("err")).isEmptyFile();
      assertThat(Files.readString(files.resolve("out"))).contains("storage.put");
    }
  }
}
