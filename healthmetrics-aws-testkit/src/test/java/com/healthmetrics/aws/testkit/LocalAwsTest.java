package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class LocalAwsTest {
  private static final byte[] PNG = {
    (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'
  };

  private final HttpClient http = HttpClient.newHttpClient();

  private PresignedPut upload(HealthMetricsAws aws, UploadPolicy policy) throws Exception {
    PresignedPut upload =
        aws.uploads().presignPut(policy, UploadRequest.of("ada", "image/png", PNG.length));
    assertThat(send(upload)).isEqualTo(200);
    return upload;
  }

  private int send(PresignedPut upload) throws IOException, InterruptedException {
    HttpRequest.Builder put =
        HttpRequest.newBuilder(upload.url()).PUT(BodyPublishers.ofByteArray(PNG));
    upload.headers().forEach(put::header);
    return http.send(put.build(), BodyHandlers.discarding()).statusCode();
  }

  private int get(URI url) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()).statusCode();
  }

  @Test
  void uploadsVerifiesServesAndSendsThroughAllServers() throws Exception {
    try (LocalAws local = LocalAws.start()) {
      HealthMetricsAws aws = local.aws();

      PresignedPut upload = upload(aws, UploadPolicy.avatars());
      aws.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");

      assertThat(aws.uploadVerifier().verify(UploadPolicy.avatars(), "ada", upload.key()))
          .isInstanceOf(UploadVerification.Accepted.class);
      assertThat(get(upload.publicUrl().orElseThrow())).isEqualTo(200);
      assertThat(local.s3().keys()).containsExactly(upload.key().value());
      local.mailbox().hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email");
    }
  }

  @Test
  void servesPrivatePicturesToSignedUrlsOnly() throws Exception {
    try (LocalAws local = LocalAws.start()) {
      HealthMetricsAws aws = local.aws();
      for (UploadPolicy policy :
          new UploadPolicy[] {UploadPolicy.progressPhotos(), UploadPolicy.foodPhotos()}) {
        PresignedPut upload = upload(aws, policy);

        assertThat(get(aws.cdn().resolve(upload.key()))).isEqualTo(403);
        assertThat(get(aws.signedUrls().sign(upload.key(), Duration.ofMinutes(1)).url()))
            .isEqualTo(200);
      }
    }
  }

  @Test
  void configuresAnApplicationByItsEnvironment() throws Exception {
    try (LocalAws local = LocalAws.builder().appUrl(URI.create("http://localhost:8080")).start();
        HealthMetricsAws application =
            HealthMetricsAws.builder(AwsSettings.fromEnvironment(local.environment()))
                .credentials(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            local.environment().get("AWS_ACCESS_KEY_ID"),
                            local.environment().get("AWS_SECRET_ACCESS_KEY"))))
                .build()) {
      PresignedPut upload = upload(application, UploadPolicy.progressPhotos());
      application.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");

      assertThat(get(application.signedUrls().sign(upload.key(), Duration.ofMinutes(1)).url()))
          .isEqualTo(200);
      assertThat(local.mailbox().hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email"))
          .isNotNull();
      assertThat(local.ses().emails().get(0).links())
          .allMatch(link -> link.startsWith("http://localhost:8080/"));
    }
  }

  @Test
  void expiresUploadsByItsClock() throws Exception {
    TestClock clock = TestClock.startingNow();
    try (LocalAws local = LocalAws.builder().clock(clock).start()) {
      PresignedPut upload =
          local
              .aws()
              .uploads()
              .presignPut(UploadPolicy.avatars(), UploadRequest.of("ada", "image/png", PNG.length));

      clock.advance(UploadPolicy.avatars().lifetime());

      assertThat(send(upload)).isEqualTo(403);
    }
  }

  @Test
  void listensOnPreferredPortsOrOnFreeOnes() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int first = Math.min(taken.getLocalPort(), 65_533);
      try (LocalAws local = LocalAws.builder().preferredPorts(first).start()) {
        assertThat(local.s3().endpoint().getPort()).isNotEqualTo(taken.getLocalPort());
      }
    }
    assertThatIllegalArgumentException().isThrownBy(() -> LocalAws.builder().preferredPorts(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAws.builder().preferredPorts(65_534));
  }

  @Test
  void stopsEverythingWithTheRest() {
    LocalAws local = LocalAws.start();
    HealthMetricsAws aws = local.aws();

    local.close();
    local.close();

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(local.s3().endpoint()));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> get(local.cloudFront().baseUrl()));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(local.ses().endpoint()));
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(
            () ->
                aws.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken"));
  }

  @Test
  void startsNothingWithInvalidSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAws.builder().appUrl(URI.create("http://localhost/path")).start());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAws.builder().bucket("UPPER").start());
    assertThatNullPointerException().isThrownBy(() -> LocalAws.builder().bucket(null));
    assertThatNullPointerException().isThrownBy(() -> LocalAws.builder().appUrl(null));
    assertThatNullPointerException().isThrownBy(() -> LocalAws.builder().clock(null));
    assertThatNullPointerException().isThrownBy(() -> LocalAws.builder().allowedOrigin(null));
  }

  @Test
  void showsNoSecret() {
    try (LocalAws local = LocalAws.start()) {
      assertThat(local.toString())
          .contains("LocalS3[", "LocalCloudFront[", "LocalSes[")
          .doesNotContain(local.s3().secretAccessKey());
    }
  }
}
