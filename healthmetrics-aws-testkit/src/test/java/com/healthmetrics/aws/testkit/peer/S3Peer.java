package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.MachineTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;

/**
 * An independent S3 server, in a process of its own, so that its class path never meets ours.
 *
 * <p>It starts on first use, once in a test run, and is killed when the run ends.
 */
enum S3Peer {
  /** Verifies signatures. */
  S3_PROXY(
      "S3Proxy",
      "s3proxy",
      // Those in s3proxy.properties.
      credentials("AKIDPEER", "peer-secret"),
      Pattern.compile("ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}")) {
    @Override
    List<String> command() {
      return java(
          "-Dlogback.configurationFile=logback.xml",
          "org.gaul.s3proxy.Main",
          "--properties",
          "s3proxy.properties");
    }
  },

  /** Verifies no signature, by design. */
  S3_MOCK(
      "S3Mock",
      "s3mock",
      // It accepts any.
      credentials("AKIDPEER", "peer-secret"),
      Pattern.compile("Tomcat started on ports (\\d+) \\(http\\)")) {
    @Override
    List<String> command() {
      return java(
          "com.adobe.testing.s3mock.S3MockApplication",
          "--server.address=127.0.0.1",
          "--server.port=0",
          "--server.ssl.enabled=false",
          // A second connector; it cannot be switched off or bound to an address.
          "--http.port=0");
    }
  },

  /** The npm package; it verifies no signature of version 4, only access key and time. */
  S3RVER(
      "s3rver",
      "s3rver",
      // It accepts these only.
      credentials("S3RVER", "S3RVER"),
      Pattern.compile("S3rver listening on 127\\.0\\.0\\.1:(\\d+)")) {
    @Override
    List<String> command() {
      return List.of(
          tool().find("node").toString(),
          tool().require(installed()).toAbsolutePath().toString(),
          "--address",
          "127.0.0.1",
          "--port",
          "0",
          "--silent",
          "--directory",
          temporaryFolder().toString());
    }

    @Override
    Path installed() {
      return folder().resolve(Path.of("node_modules", "s3rver", "bin", "s3rver.js"));
    }

    @Override
    String version() {
      return firstMatch(
          read(folder().resolve("package.json")), Pattern.compile("\"s3rver\": \"([0-9.]+)\""));
    }

    @Override
    MachineTool tool() {
      return MachineTool.forChecking(
          "that s3rver responds as the table says",
          "apt-get install npm; npm ci, in the testkit's " + folder());
    }

    @Override
    void configure(S3Client client, String bucket) {
      CORSRule rule =
          CORSRule.builder()
              .allowedOrigins(ALLOWED_ORIGIN)
              .allowedMethods("PUT", "POST")
              .allowedHeaders("content-type", "cache-control", "if-none-match")
              .build();
      client.putBucketCors(
          request -> request.bucket(bucket).corsConfiguration(cors -> cors.corsRules(rule)));
    }
  };

  /** The origin that all peers allow; S3Mock allows every origin. */
  static final String ALLOWED_ORIGIN = "https://app.example.com";

  private static final String REGION = "us-east-1";

  private final String title;
  private final Path folder;
  private final AwsCredentialsProvider credentials;
  private final Pattern listening;
  private final ReentrantLock starting = new ReentrantLock();
  private final AtomicInteger buckets = new AtomicInteger();
  private S3Client client;
  private URI endpoint;
  private RuntimeException failure;

  S3Peer(String title, String folder, AwsCredentialsProvider credentials, Pattern listening) {
    this.title = title;
    this.folder = Path.of("peers", folder);
    this.credentials = credentials;
    this.listening = listening;
  }

  private static AwsCredentialsProvider credentials(String accessKeyId, String secret) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret));
  }

  /** Program and arguments; the peer's folder is the working directory. */
  abstract List<String> command();

  /** A file that exists once the peer can be started. */
  Path installed() {
    return folder.resolve("target").resolve("class-path.txt");
  }

  String version() {
    return firstMatch(
        read(installed()), Pattern.compile("/" + folder.getFileName() + "-([0-9.]+)\\.jar"));
  }

  MachineTool tool() {
    return MachineTool.forChecking(
        "that the contract suites run against " + title, "./mvnw verify -Ppeers");
  }

  /** Gives a new bucket what a bucket of the Terraform module has. */
  void configure(S3Client client, String bucket) {
    // S3Proxy has a configuration file, S3Mock has none.
  }

  Path folder() {
    return folder;
  }

  /** Name and version. */
  String title() {
    return title + " " + version();
  }

  /** Creates an empty bucket. */
  Bucket newBucket() {
    start();
    String name = "bucket-" + buckets.incrementAndGet();
    client.createBucket(request -> request.bucket(name));
    configure(client, name);
    return new Bucket(endpoint, Region.of(REGION), name, credentials);
  }

  /** The SDK's own client, with which a test stores what it needs. */
  S3Client client() {
    start();
    return client;
  }

  /** Starts the peer unless it is running. Skips the test if the peer is not installed. */
  void start() {
    starting.lock();
    try {
      if (failure != null) {
        throw failure;
      }
      if (endpoint == null) {
        tool().require(installed());
        int port = PeerProcess.start(title, folder, command(), listening);
        endpoint = URI.create("http://127.0.0.1:" + port);
        client =
            S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                // Saves a round trip for each of thousands of small objects.
                .serviceConfiguration(s3 -> s3.expectContinueEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(credentials)
                .httpClient(Apache5HttpClient.create())
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

  /** The command that runs a program of the peer's class path. */
  List<String> java(String... program) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a minute; optimizing compilers do not pay off.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                // mvn clean removes what it leaves there.
                "-Djava.io.tmpdir=" + installed().toAbsolutePath().getParent(),
                "-cp",
                read(installed())));
    Stream.of(program).forEach(command::add);
    return command;
  }

  /** A folder that mvn clean removes. */
  Path temporaryFolder() {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "objects");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstMatch(String text, Pattern pattern) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("No " + pattern + " in " + text);
    }
    return found.group(1);
  }
}
