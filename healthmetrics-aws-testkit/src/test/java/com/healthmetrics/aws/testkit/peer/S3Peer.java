package com.healthmetrics.aws.testkit.peer;

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
 * An independent S3 server, in a JVM of its own, so that its class path never meets ours.
 *
 * <p>It starts on first use, once in a test run, and is killed when the run ends.
 */
enum S3Peer {
  /** Verifies signatures. */
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

  /** Verifies no signature, by design. */
  S3_MOCK("S3Mock", "s3mock", Pattern.compile("Tomcat started on ports (\\d+) \\(http\\)")) {
    @Override
    List<String> program() {
      return List.of(
          "com.adobe.testing.s3mock.S3MockApplication",
          "--server.address=127.0.0.1",
          "--server.port=0",
          "--server.ssl.enabled=false",
          // A second connector; it cannot be switched off or bound to an address.
          "--http.port=0");
    }
  };

  /** The origin that {@code s3proxy.properties} allows; S3Mock allows every origin. */
  static final String ALLOWED_ORIGIN = "https://app.example.com";

  private static final String REGION = "us-east-1";

  /** The credentials in {@code s3proxy.properties}; S3Mock accepts any. */
  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDPEER", "peer-secret"));

  /** A start takes seconds, and many of them on a loaded machine. */
  private static final int START_TIMEOUT_SECONDS = 120;

  private static final int LINES_TO_SHOW = 40;

  private final String title;
  private final Path folder;
  private final Pattern listening;
  private final ReentrantLock starting = new ReentrantLock();
  private final AtomicInteger buckets = new AtomicInteger();
  private S3Client client;
  private URI endpoint;
  private RuntimeException failure;

  S3Peer(String title, String folder, Pattern listening) {
    this.title = title;
    this.folder = Path.of("peers", folder);
    this.listening = listening;
  }

  /** JVM options, main class and arguments; the peer's folder is the working directory. */
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

  /** Creates an empty bucket. */
  Bucket newBucket() {
    start();
    String name = "bucket-" + buckets.incrementAndGet();
    client.createBucket(request -> request.bucket(name));
    return new Bucket(endpoint, Region.of(REGION), name, CREDENTIALS);
  }

  /** The SDK's own client, with which a test stores what it needs. */
  S3Client client() {
    start();
    return client;
  }

  /** Starts the peer unless it is running. Skips the test if the class path was not written. */
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
                // Saves a round trip for each of thousands of small objects.
                .serviceConfiguration(s3 -> s3.expectContinueEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(CREDENTIALS)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
      }
    } catch (RuntimeException e) {
      // Reported once; later tests do not wait for the timeout again.
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
      throw MachineTool.forChecking(
              "that the contract suites run against " + title, "./mvnw verify -Ppeers")
          .giveUp(classPathFile() + " does not exist");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a minute; optimizing compilers do not pay off.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                // mvn clean removes what it leaves there.
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

  /** Reads the port that the system chose from the log. */
  private int port(Process process) {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, port), title + "'s log");
    reader.setDaemon(true);
    reader.start();
    try {
      return port.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          title + " did not listen within " + START_TIMEOUT_SECONDS + " seconds.", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps reading after the port is known: the peer would block once the pipe is full. */
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
