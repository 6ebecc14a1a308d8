package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.testkit.HttpClientKind.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Responses without an end, over real sockets and through each HTTP client of the SDK, some of
 * which read on to the end when a response is closed.
 */
class EndlessResponsesTest {
  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.of("noreply@example.com"))
          .to(EmailAddress.of("ada@example.com"))
          .subject("Hello")
          .text("Hello")
          .build();

  /** More than a busy machine needs; the response would take years. */
  private static final Duration LONG = Duration.ofMinutes(2);

  /** How fast a server sends. */
  private enum Pace {
    /** As fast as the connection allows. */
    FAST,
    /** Slowly, so that no limit of size is reached, and often, so that no read times out. */
    SLOW
  }

  /** Reads a request, and responds without an end. */
  private static final class Endless implements AutoCloseable {
    private final ServerSocket server;
    private final int status;
    private final Pace pace;
    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);

    Endless(int status, Pace pace) throws IOException {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      this.status = status;
      this.pace = pace;
      Thread thread = new Thread(this::serveAll, "endless");
      thread.setDaemon(true);
      thread.start();
    }

    private void serveAll() {
      while (!server.isClosed()) {
        try (Socket connection = server.accept()) {
          readRequest(connection.getInputStream());
          respond(connection.getOutputStream());
        } catch (IOException e) {
          // The client has given up, or the server was closed.
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private static void readRequest(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      String length =
          head.toString()
              .lines()
              .map(line -> line.toLowerCase(Locale.ROOT))
              .filter(line -> line.startsWith("content-length:"))
              .map(line -> line.substring("content-length:".length()).strip())
              .findFirst()
              .orElse("0");
      in.readNBytes(Integer.parseInt(length));
    }

    private void respond(OutputStream out) throws IOException, InterruptedException {
      String head = "HTTP/1.1 " + status + " Endless\r\nContent-Length: 99999999999\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] blanks = new byte[pace == Pace.FAST ? 65_536 : 1];
      Arrays.fill(blanks, (byte) ' ');
      while (pace == Pace.FAST || !over.await(50, TimeUnit.MILLISECONDS)) {
        out.write(blanks);
        out.flush();
        written.addAndGet(blanks.length);
      }
    }

    URI endpoint() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() {
      over.countDown();
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Else a deadline of the slow ones may end while classes are loaded, before a byte is sent. */
  @BeforeAll
  static void loadEachClient() throws IOException {
    for (HttpClientKind client : HttpClientKind.values()) {
      for (boolean apiV1 : new boolean[] {true, false}) {
        new EndlessResponsesTest().endsASend(client, 200, Pace.FAST, apiV1);
      }
    }
  }

  static Stream<Arguments> sends() {
    return Stream.of(HttpClientKind.values())
        .flatMap(
            client ->
                Stream.of(200, 400)
                    .flatMap(
                        status ->
                            Stream.of(Pace.values())
                                .flatMap(
                                    pace ->
                                        Stream.of(true, false)
                                            .map(
                                                apiV1 ->
                                                    Arguments.of(client, status, pace, apiV1)))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}, API v1: {3}")
  @MethodSource("sends")
  void endsASend(HttpClientKind client, int status, Pace pace, boolean apiV1) throws IOException {
    Duration deadline = pace == Pace.FAST ? LONG : Duration.ofSeconds(2);
    try (Endless ses = new Endless(status, pace);
        SdkHttpClient http = client.create(Limits.USUAL, null)) {
      SesMailer.Builder builder =
          SesMailer.builder()
              .region(Region.EU_CENTRAL_1)
              .credentials(CREDENTIALS)
              .endpoint(ses.endpoint())
              .httpClient(http)
              .deadline(deadline);
      try (SesMailer mailer = (apiV1 ? builder.apiV1() : builder).build()) {
        long start = System.nanoTime();

        MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));

        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(MailException.Kind.UNKNOWN_OUTCOME);
        if (pace == Pace.FAST) {
          assertThat(failure).hasMessageContaining("larger than 262144 bytes");
        }
        assertThat(Thread.interrupted()).as("the SDK's own interrupt is left").isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        assertThat(ses.written.get()).as("bytes sent").isLessThan(100_000_000);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsARequestToS3(HttpClientKind client) throws IOException {
    for (int status : new int[] {200, 403}) {
      try (Endless s3 = new Endless(status, Pace.FAST);
          SdkHttpClient http = client.create(Limits.USUAL, null);
          S3Bucket bucket =
              S3Bucket.builder()
                  .bucket("healthmetrics-uploads")
                  .region(Region.EU_CENTRAL_1)
                  .credentials(CREDENTIALS)
                  .endpoint(s3.endpoint())
                  .pathStyle()
                  .httpClient(http)
                  .build()) {
        long start = System.nanoTime();

        StorageException listing =
            catchThrowableOfType(
                StorageException.class, () -> bucket.objects().deletePrefix("avatars/u/"));

        assertThat(listing).hasMessageContaining("larger than ");
        if (status == 403) {
          StorageException reading =
              catchThrowableOfType(
                  StorageException.class,
                  () -> bucket.objects().open(ObjectKey.of("avatars/u/1.png")));
          assertThat(reading).hasMessageContaining("larger than ");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        assertThat(s3.written.get()).as("bytes sent").isLessThan(200_000_000);
      }
    }
  }
}
