package com.healthmetrics.aws.testkit.stranger;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.MachineTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server that others wrote, in a JVM of its own so that its class path never meets ours.
 *
 * <p>It is started when it is first asked for, once in a test run, and killed at the end of it.
 */
enum Stranger {
  /** Checks signatures. */
  S3_PROXY("S3Proxy", "s3proxy", Pattern.compile("ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}")) {
    @Override
    List<String> program() {
      return List.of(
          "-Dlogback.configurationFile=logback.xml",
          "org.gaul.s3proxy.Main",
          "--properties",
          "s3proxy.properties");
    }
  },

  /** Checks none, by design. */
  S3_MOCK("S3Mock", "s3mock", Pattern.compile("Tomcat started on ports (\\d+) \\(http\\)")) {
    @Override
    List<String> program() {
      return List.of(
          "com.adobe.testing.s3mock.S3MockApplication",
          "--server.address=127.0.0.1",
          "--server.port=0",
          "--server.ssl.enabled=false",
          // A second connector that can neither be switched off nor be told an address.
          "--http.port=0");
    }
  };

  /**
   * The pages that {@code s3proxy.properties} allows; S3Mock allows all and can be told nothing.
   */
  static final String ALLOWED_ORIGIN = "https://app.example.com";

  private static final String REGION = "us-east-1";

  /** As {@code s3proxy.properties} has them; S3Mock takes any. */
  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDPEER", "peer-secret"));

  /** Starting takes seconds; a loaded machine may need many. */
  private static final int PATIENCE_SECONDS = 120;

  private static final int LINES_TO_SHOW = 40;

  private final String title;
  private final Path folder;
  private final Pattern listening;
  private final ReentrantLock starting = new ReentrantLock();
  private final AtomicInteger buckets = new AtomicInteger();
  private S3Client client;
  private URI endpoint;
  private RuntimeException failure;

  Stranger(String title, String folder, Pattern listening) {
    this.title = title;
    this.folder = Path.of("peers", folder);
    this.listening = listening;
  }

  /** Options of the JVM, main class and arguments; run in the stranger's folder. */
  abstract List<String> program();

  /** Name and version. */
  String title() {
    Matcher jar =
        Pattern.compile("/" + folder.getFileName() + "-([0-9.]+)\\.jar").matcher(classPath());
    if (!jar.find()) {
      throw new IllegalStateException(title + " is not on the class path in " + classPathFile());
    }
    return title + " " + jar.group(1);
  }

  /** A new and empty bucket. */
  Bucket newBucket() {
    start();
    String name = "bucket-" + buckets.incrementAndGet();
    client.createBucket(request -> request.bucket(name));
    return new Bucket(endpoint, Region.of(REGION), name, CREDENTIALS);
  }

  /** The SDK's own client, to put into the bucket what a test needs to be there. */
  S3Client client() {
    start();
    return client;
  }

  /** Starts it unless it runs. Where its class path was not written, nothing can be checked. */
  void start() {
    starting.lock();
    try {
      if (failure != null) {
        throw failure;
      }
      if (endpoint == null) {
        endpoint = URI.create("http://127.0.0.1:" + launch());
        client =
            S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                // Thousands of small objects are put: one message each is enough.
                .serviceConfiguration(s3 -> s3.expectContinueEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(CREDENTIALS)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
      }
    } catch (RuntimeException e) {
      // Said once and loudly; nobody waits for it again.
      failure = e;
      throw e;
    } finally {
      starting.unlock();
    }
  }

  private Path classPathFile() {
    return folder.resolve("target").resolve("class-path.txt");
  }

  private String classPath() {
    try {
      return Files.readString(classPathFile()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int launch() {
    if (!Files.exists(classPathFile())) {
      throw MachineTool.forChecking(title + " beside LocalS3", "./mvnw verify -Ppeers")
          .giveUp("there is no " + classPathFile());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a minute: warming up does not pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                // Where mvn clean sweeps up what it leaves behind.
                "-Djava.io.tmpdir=" + classPathFile().toAbsolutePath().getParent(),
                "-cp",
                classPath()));
    command.addAll(program());
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return port(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port that the system chose, from the log. */
  private int port(Process process) {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, port), title + "'s log");
    reader.setDaemon(true);
    reader.start();
    try {
      return port.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          title + " did not listen within " + PATIENCE_SECONDS + " seconds.", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads on after the port is known, or the stranger would block once the pipe is full. */
  private void read(Process process, CompletableFuture<Integer> port) {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        last.addLast(line);
        if (last.size() > LINES_TO_SHOW) {
          last.removeFirst();
        }
        Matcher found = listening.matcher(line);
        if (found.find()) {
          port.complete(Integer.parseInt(found.group(1)));
        }
      }
    } catch (IOException e) {
      last.addLast(e.toString());
    }
    port.completeExceptionally(
        new IllegalStateException(title + " ended without listening:\n" + String.join("\n", last)));
  }
}
