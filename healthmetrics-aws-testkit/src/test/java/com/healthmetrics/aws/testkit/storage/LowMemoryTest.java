package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.testkit.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A LocalS3 in a JVM with a heap of 80 MB, of which it can use 50 for one array. */
class LowMemoryTest {
  private static final int MIB = 1024 * 1024;
  private static final int FITS_ONCE = 40 * MIB;
  private static final int FITS_NEVER = 100 * MIB;

  private static Process process;
  private static URI endpoint;

  @AutoClose
  private final S3Client client =
      S3Client.builder()
          .endpointOverride(endpoint)
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")))
          .httpClientBuilder(Apache5HttpClient.builder())
          .overrideConfiguration(c -> c.retryStrategy(retry -> retry.maxAttempts(1)))
          .build();

  /** The program of the other JVM; it ends with its standard input. */
  static final class Server {
    private Server() {}

    public static void main(String[] args) throws IOException {
      try (LocalS3 s3 =
          LocalS3.builder().credentials("AKID", "secret").maxObjectBytes(1L << 30).start()) {
        System.out.println(s3.endpoint());
        while (System.in.read() >= 0) {
          // Nothing is ever written to it.
        }
      }
    }
  }

  @BeforeAll
  static void start() throws IOException {
    process =
        new ProcessBuilder(
                JavaProgram.command(Server.class, List.of("-Xmx80m", "-XX:+UseSerialGC")))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    endpoint = URI.create(out.readLine());
  }

  @AfterAll
  static void stop() {
    process.destroy();
  }

  private void put(String key, int size) {
    client.putObject(
        r -> r.bucket("healthmetrics-local").key(key), RequestBody.fromBytes(new byte[size]));
  }

  @Test
  void holdsAnUploadOnce() {
    put("large", FITS_ONCE);
    long served =
        client
            .getObject(
                r -> r.bucket("healthmetrics-local").key("large"), ResponseTransformer.toBytes())
            .asByteArrayUnsafe()
            .length;
    assertThat(served).isEqualTo(FITS_ONCE);
    client.deleteObject(r -> r.bucket("healthmetrics-local").key("large"));
  }

  @Test
  void respondsToAnUploadForWhichThereIsNoMemory() {
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> put("larger", FITS_NEVER))
        .withMessageContaining("raise its heap (-Xmx)")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503));

    put("small", 1);
  }
}
