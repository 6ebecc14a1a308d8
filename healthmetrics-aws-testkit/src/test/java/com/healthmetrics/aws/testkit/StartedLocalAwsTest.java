package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class StartedLocalAwsTest {
  private static final byte[] PNG = Pictures.png();

  private final HttpClient http = HttpClient.newHttpClient();

  private PresignedPut upload(HealthMetricsAws aws, UploadPolicy policy) throws Exception {
    PresignedPut upload =
        aws.uploads().presignPut(policy, UploadRequest.of("ada", "image/png", PNG.length));
    assertThat(send(upload)).isEqualTo(200);
    return upload;
  }

  private PresignedPut published(HealthMetricsAws aws, UploadPolicy policy) throws Exception {
    PresignedPut upload = upload(aws, policy);
    aws.uploadVerifier().verify(policy, "ada", upload.key()).orThrow();
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
        PresignedPut upload = published(aws, policy);

        assertThat(get(aws.cdn().resolve(upload.key()))).isEqualTo(403);
        assertThat(get(aws.signedUrls().sign(upload.key(), Duration.ofMinutes(1)).url()))
            .isEqualTo(200);
      }
    }
  }

  @Test
  void letsBrowsersUploadBelowPendingAndServesNothingOfIt() throws Exception {
    try (LocalAws local = LocalAws.start();
        S3Presigner presigner =
            S3Presigner.builder()
                .endpointOverride(local.s3().endpoint())
                .region(local.s3().region())
                .credentialsProvider(local.credentials())
                .serviceConfiguration(
                    S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build()) {
      assertThat(putPresigned(presigner, local, "avatars/ada/a.png")).isEqualTo(403);
      assertThat(putPresigned(presigner, local, "pending/avatars/ada/a.png")).isEqualTo(200);

      assertThat(get(URI.create(local.cloudFront().baseUrl() + "/pending/avatars/ada/a.png")))
          .isEqualTo(403);
      assertThat(local.s3().keys()).containsExactly("pending/avatars/ada/a.png");
    }
  }

  private int putPresigned(S3Presigner presigner, LocalAws local, String key) throws Exception {
    URI url =
        presigner
            .presignPutObject(
                b ->
                    b.signatureDuration(Duration.ofMinutes(1))
                        .putObjectRequest(put -> put.bucket(local.s3().bucket()).key(key)))
            .url()
            .toURI();
    return http.send(
            HttpRequest.newBuilder(url).PUT(BodyPublishers.ofByteArray(PNG)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void configuresAnApplicationByItsEnvironment() throws Exception {
    try (LocalAws local = LocalAws.builder().appUrl(URI.create("http://localhost:8080")).start();
        HealthMetricsAws application = application(local.environment())) {
      PresignedPut upload = published(application, UploadPolicy.progressPhotos());
      application.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");

      assertThat(get(application.signedUrls().sign(upload.key(), Duration.ofMinutes(1)).url()))
          .isEqualTo(200);
      assertThat(local.mailbox().hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email"))
          .isNotNull();
      assertThat(local.ses().emails().get(0).links())
          .allMatch(link -> link.startsWith("http://localhost:8080/"));
    }
  }

  /** Sends it as a browser does, for which every name below localhost is this machine. */
  private static String sendFromABrowser(PresignedPut upload) throws IOException {
    URI url = upload.url();
    StringBuilder head = new StringBuilder();
    head.append("PUT ").append(url.getRawPath()).append('?').append(url.getRawQuery());
    head.append(" HTTP/1.1\r\nHost: ").append(url.getAuthority());
    head.append("\r\nConnection: close\r\nContent-Length: ").append(PNG.length).append("\r\n");
    upload
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), url.getPort())) {
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(PNG);
      String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return response.substring(0, response.indexOf("\r\n"));
    }
  }

  private static HealthMetricsAws application(Map<String, String> environment) {
    return HealthMetricsAws.builder(AwsSettings.fromEnvironment(environment))
        .credentials(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    environment.get("AWS_ACCESS_KEY_ID"),
                    environment.get("AWS_SECRET_ACCESS_KEY"))))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"s3.localhost, false", "10.0.2.2, true", "minio, true", "192.168.1.20, true"})
  void isReachedByBrowsersUnderAnotherName(String host, boolean cleartext) throws Exception {
    try (LocalAws local = LocalAws.builder().allowedHost(host).start()) {
      Map<String, String> environment = new HashMap<>(local.environment());
      environment.put(
          "S3_PUBLIC_ENDPOINT_URL", "http://" + host + ":" + local.s3().endpoint().getPort());
      environment.put("CLOUDFRONT_URL", "http://" + host);
      environment.put("APP_URL", "http://" + host + ":3003");
      environment.put("ALLOW_CLEARTEXT_HTTP", Boolean.toString(cleartext));
      try (HealthMetricsAws application = application(environment)) {
        PresignedPut upload =
            application
                .uploads()
                .presignPut(
                    UploadPolicy.avatars(), UploadRequest.of("ada", "image/png", PNG.length));
        application.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");

        assertThat(upload.url()).hasHost(host);
        assertThat(sendFromABrowser(upload)).isEqualTo("HTTP/1.1 200 OK");
        assertThat(application.uploadVerifier().verify(UploadPolicy.avatars(), "ada", upload.key()))
            .isInstanceOf(UploadVerification.Accepted.class);
        assertThat(upload.publicUrl()).get().asString().startsWith("http://" + host + "/avatars/");
        assertThat(local.ses().emails().get(0).links())
            .isNotEmpty()
            .allMatch(link -> link.startsWith("http://" + host + ":3003/auth/verify-email"));
      }
    }
  }

  @Test
  void startsForAnApplicationOnAnEmulator() {
    URI emulator = URI.create("http://10.0.2.2:3003");
    try (LocalAws local = LocalAws.builder().appUrl(emulator).start()) {
      local.aws().accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");

      local.mailbox().hasEmailTo("ada@example.com").withLinkTo("10.0.2.2");
      assertThat(local.environment()).containsEntry("ALLOW_CLEARTEXT_HTTP", "true");
    }
    try (LocalAws local = LocalAws.start()) {
      assertThat(local.environment()).doesNotContainKey("ALLOW_CLEARTEXT_HTTP");
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
  void sendsEachEmailThroughItsChain() {
    MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
    try (LocalAws local = LocalAws.builder().mailerChain(chain).start()) {
      AccountEmails emails = local.aws().accountEmails().toBuilder().oneEmailPerToken().build();
      EmailAddress ada = EmailAddress.of("ada@example.com");

      assertThat(local.aws().mailerChain()).isSameAs(chain);
      String first = emails.sendVerification(ada, "t0ken").messageId();
      assertThat(emails.sendVerification(ada, "t0ken").messageId()).isEqualTo(first);
      assertThat(local.ses().emails()).hasSize(1);

      local.clear();
      assertThat(emails.sendVerification(ada, "t0ken").messageId())
          .as("the key is kept")
          .isEqualTo(first);
      assertThat(local.ses().emails()).isEmpty();
    }
    assertThatNullPointerException().isThrownBy(() -> LocalAws.builder().mailerChain(null));
  }

  @Test
  void startsOverWhenCleared() throws Exception {
    try (LocalAws local = LocalAws.start()) {
      PresignedPut upload = upload(local.aws(), UploadPolicy.avatars());
      local.aws().accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");
      local.ses().failNext(SesFault.dailyQuotaExceeded());

      local.clear();

      assertThat(local.s3().keys()).isEmpty();
      assertThat(get(upload.publicUrl().orElseThrow())).isEqualTo(403);
      assertThat(send(upload)).as("the same upload again").isEqualTo(200);
      assertThat(local.ses().sendAttempts()).isZero();
      local.mailbox().isEmpty();
      local.aws().accountEmails().sendVerification(EmailAddress.of("bob@example.com"), "t0ken");
      local.mailbox().hasSize(1).hasEmailTo("bob@example.com");
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
        .isThrownBy(() -> LocalAws.builder().appUrl(URI.create("capacitor://localhost")).start())
        .withMessageContaining("allowedOrigin");
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
