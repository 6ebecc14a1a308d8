package com.healthmetrics.aws.testkit.junit;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The servers and clients of one test, and then of the next. Thread-safe. */
final class Servers {
  private static final Map<Class<?>, Function<LocalAws, Object>> PARTS =
      Map.of(
          LocalAws.class, local -> local,
          LocalS3.class, LocalAws::s3,
          LocalCloudFront.class, LocalAws::cloudFront,
          LocalSes.class, LocalAws::ses,
          HealthMetricsAws.class, LocalAws::aws,
          Mailbox.class, LocalAws::mailbox);

  /** Each takes longer to build than a test runs, so one is built when a test first needs it. */
  private static final Map<Class<?>, Function<LocalAws, SdkAutoCloseable>> CLIENTS =
      Map.of(
          S3Client.class, local -> at(local.s3(), S3Client.builder().forcePathStyle(true)).build(),
          S3AsyncClient.class,
              local -> at(local.s3(), S3AsyncClient.builder().forcePathStyle(true)).build(),
          S3Presigner.class, local -> presigner(local.s3()),
          SesV2Client.class, local -> sesV2(local.ses()));

  /** What a test can ask for. */
  static final Set<Class<?>> TYPES =
      Stream.of(PARTS, CLIENTS)
          .flatMap(types -> types.keySet().stream())
          .collect(Collectors.toUnmodifiableSet());

  private final LocalAws local;
  private final Map<Class<?>, SdkAutoCloseable> clients = new ConcurrentHashMap<>();

  Servers(LocalAws local) {
    this.local = local;
  }

  private static <B extends AwsClientBuilder<B, ?>> B at(LocalS3 s3, B builder) {
    return builder
        .region(s3.region())
        .endpointOverride(s3.endpoint())
        .credentialsProvider(s3.credentials());
  }

  private static S3Presigner presigner(LocalS3 s3) {
    return S3Presigner.builder()
        .region(s3.region())
        .endpointOverride(s3.endpoint())
        .credentialsProvider(s3.credentials())
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }

  private static SesV2Client sesV2(LocalSes ses) {
    return SesV2Client.builder()
        .region(ses.region())
        .endpointOverride(ses.endpoint())
        .credentialsProvider(ses.credentials())
        .build();
  }

  /** The part or client of a type that {@link #TYPES} contains. */
  Object get(Class<?> type) {
    Function<LocalAws, Object> part = PARTS.get(type);
    return part == null
        ? clients.computeIfAbsent(
            type, key -> Objects.requireNonNull(CLIENTS.get(key)).apply(local))
        : part.apply(local);
  }

  /** Whether no test stopped a server, to see what the application does then. */
  boolean areRunning() {
    return Stream.of(local.s3().endpoint(), local.cloudFront().baseUrl(), local.ses().endpoint())
        .allMatch(Servers::accepts);
  }

  private static boolean accepts(URI server) {
    try (Socket connection = new Socket(server.getHost(), server.getPort())) {
      return connection.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  void clear() {
    local.clear();
  }

  void close() {
    clients.values().forEach(SdkAutoCloseable::close);
    local.close();
  }
}
