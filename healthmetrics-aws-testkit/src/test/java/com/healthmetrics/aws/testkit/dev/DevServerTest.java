package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class DevServerTest {
  private static final byte[] PNG = Pictures.png();

  @TempDir Path folder;

  private final DevServer server = DevServer.start(0);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void reportsThatAPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> DevServer.start(taken.getLocalPort()))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(BindException.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " is in use")
          .hasMessageContaining("-Dport=");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void refusesAPortOutOfRange(int port) {
    assertThatThrownBy(() -> DevServer.start(port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Port " + port);
  }

  @Test
  void anApplicationStartedWithItsEnvironmentUploadsAndSends() throws Exception {
    Map<String, String> environment = readByAShell(server.environment());
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(
                environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")));
    try (HealthMetricsAws aws =
        HealthMetricsAws.builder(AwsSettings.fromEnvironment(environment))
            .credentials(credentials)
            .build()) {
      UploadRequest request = UploadRequest.of("ada", "image/png", PNG.length);
      PresignedPut upload = aws.uploads().presignPut(UploadPolicy.avatars(), request);
      HttpRequest.Builder put =
          HttpRequest.newBuilder(upload.url())
              .header("Origin", "http://localhost:3003")
              .PUT(BodyPublishers.ofByteArray(PNG));
      upload.headers().forEach(put::header);
      HttpResponse<String> stored = http.send(put.build(), BodyHandlers.ofString());
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
      assertThat(stored.headers().firstValue("access-control-allow-origin"))
          .contains("http://localhost:3003");
      HttpRequest picture = HttpRequest.newBuilder(upload.publicUrl().orElseThrow()).build();
      assertThat(http.send(picture, BodyHandlers.ofByteArray()).statusCode())
          .as("while it is pending")
          .isIn(403, 404);
      aws.uploadVerifier().verify(UploadPolicy.avatars(), request, upload.key()).orThrow();
      assertThat(http.send(picture, BodyHandlers.ofByteArray()).body()).isEqualTo(PNG);

      aws.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "token");
    }
    assertThat(get("/api/mails").body()).contains("ada@example.com");
  }

  @Test
  void anApplicationStartedWithItsEnvironmentSignsUrlsOfPrivatePictures() throws Exception {
    server.localAws().s3().put("progress-photos/ada/1.png", "image/png", PNG);

    try (HealthMetricsAws aws =
        HealthMetricsAws.fromEnvironment(readByAShell(server.environment()))) {
      ObjectKey key = ObjectKey.of("progress-photos/ada/1.png");
      HttpRequest bare = HttpRequest.newBuilder(aws.cdn().resolve(key)).build();
      HttpRequest signed =
          HttpRequest.newBuilder(aws.signedUrls().sign(key, Duration.ofMinutes(5)).url()).build();

      assertThat(http.send(bare, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(403);
      assertThat(http.send(signed, BodyHandlers.ofByteArray()).body()).isEqualTo(PNG);
    }
  }

  /** Only the private key needs quotes; Docker strips none. */
  @Test
  void printsEachVariableInOneLineAndAsFewQuotesAsPossible() {
    assertThat(server.environment())
        .allSatisfy(line -> assertThat(line).doesNotContain("\n").matches("[A-Z0-9_]+=.*"))
        .filteredOn(line -> line.contains("'"))
        .singleElement()
        .asString()
        .startsWith("CLOUDFRONT_PRIVATE_KEY='-----BEGIN PRIVATE KEY-----\\n");
  }

  /** The lines in a file that is loaded as the documentation shows. */
  private Map<String, String> readByAShell(List<String> lines) throws Exception {
    Path shell =
        MachineTool.forChecking("the printed environment", "apt-get install dash").find("sh");
    Path file = Files.write(folder.resolve("local-aws.env"), lines);
    ProcessBuilder reader =
        new ProcessBuilder(shell.toString(), "-c", "set -a; . \"$0\"; env -0", file.toString());
    reader.environment().keySet().retainAll(Set.of("PATH"));
    Process process = reader.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String variables = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Stream.of(variables.split("\0"))
        .map(variable -> variable.split("=", 2))
        .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1]));
  }

  @Test
  void showsTheEmailsOfAnApplicationInItsOwnProcess() throws Exception {
    HealthMetricsAws application = server.localAws().aws();

    application.accountEmails().sendVerification(EmailAddress.of("grace@example.com"), "token");

    assertThat(get("/api/mails").body()).contains("grace@example.com");
  }

  @Test
  void allowsAnApplicationAtAnotherAddress() throws Exception {
    try (DevServer other = DevServer.start(0, URI.create("http://localhost:8080"))) {
      assertThat(other.environment()).contains("APP_URL=http://localhost:8080");
      String s3 =
          other.environment().stream()
              .filter(line -> line.startsWith("AWS_ENDPOINT_URL_S3="))
              .map(line -> line.substring(line.indexOf('=') + 1))
              .findFirst()
              .orElseThrow();
      HttpRequest preflight =
          HttpRequest.newBuilder(URI.create(s3 + "/healthmetrics-dev/key"))
              .method("OPTIONS", BodyPublishers.noBody())
              .header("Origin", "http://localhost:8080")
              .header("Access-Control-Request-Method", "PUT")
              .build();
      assertThat(http.send(preflight, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "localhost:8080", "http://localhost:8080/path"})
  void refusesAnAddressThatIsNotAnOrigin(String application) {
    assertThatThrownBy(() -> DevServer.start(0, URI.create(application)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesRequestsUnderAForeignHostName() throws IOException {
    assertThat(statusOfRequestTo("attacker.example")).isEqualTo(421);
    assertThat(statusOfRequestTo("/api/mails/live", "attacker.example")).isEqualTo(421);
    assertThat(statusOfRequestTo("localhost:" + server.pageUrl().getPort())).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "http://attacker.example, application/json, 403",
    "null, application/json, 403",
    ", text/plain, 403",
    ", application/json, 200",
  })
  void letsNoOtherPageSendEmails(String origin, String contentType, int status) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(page("/api/mails"))
            .header("Content-Type", contentType)
            .POST(
                BodyPublishers.ofString("{\"kind\":\"verification\",\"to\":\"ada@example.com\"}"));
    if (origin != null) {
      request.header("Origin", origin);
    }
    assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(status);
    boolean sent = !get("/api/mails").body().equals("[]");
    assertThat(sent).isEqualTo(status == 200);
  }

  @Test
  void showsEmailsUnderAPolicyThatRunsNothing() throws Exception {
    post("/api/mails", "{\"kind\":\"passwordReset\",\"to\":\"ada@example.com\"}");
    String id = get("/api/mails").body().replaceFirst(".*\"id\":\"([^\"]+)\".*", "$1");

    HttpResponse<String> preview = get("/api/mails/" + id + "/html");

    assertThat(preview.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "sandbox allow-popups")
        .doesNotContain("allow-scripts", "allow-same-origin");
    assertThat(preview.body()).contains("<base target=\"_blank\">", "/auth/reset-password?token");
  }

  @Test
  void returnsAnEmailAsAFileAndItsAttachmentsAsDownloads() throws Exception {
    post("/api/mails", "{\"kind\":\"report\",\"to\":\"ada@example.com\"}");
    String id = get("/api/mails").body().replaceFirst(".*\"id\":\"([^\"]+)\".*", "$1");

    HttpResponse<String> eml = get("/api/mails/" + id + "/eml");
    HttpResponse<String> file = get("/api/mails/" + id + "/attachments/1");

    assertThat(eml.headers().firstValue("content-type")).contains("message/rfc822");
    assertThat(eml.body()).contains("Subject: Your steps", "Content-ID: <chart>", "steps.csv");
    assertThat(file.headers().firstValue("content-disposition"))
        .contains("attachment; filename*=UTF-8''steps.csv");
    assertThat(file.headers().firstValue("content-type")).contains("application/octet-stream");
    assertThat(file.body()).startsWith("week,steps");
    assertThat(get("/api/mails/" + id + "/html").body()).contains("src=\"data:image/png;base64,");
    for (String nothing : new String[] {"attachments", "attachments/2", "attachments/x", "other"}) {
      assertThat(get("/api/mails/" + id + "/" + nothing).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void announcesEmailsAsTheyArrive() throws Exception {
    HttpResponse<InputStream> live =
        http.send(
            HttpRequest.newBuilder(page("/api/mails/live")).build(), BodyHandlers.ofInputStream());
    assertThat(live.headers().firstValue("content-type")).contains("text/event-stream");
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(live.body(), StandardCharsets.UTF_8))) {
      assertThat(events.readLine()).isEqualTo(": listening");
      assertThat(events.readLine()).isEmpty();

      post("/api/mails", "{\"kind\":\"verification\",\"to\":\"ada@example.com\"}");

      assertThat(events.readLine()).isEqualTo("event: mail");
      assertThat(get("/api/mails").body()).contains(events.readLine().substring("data: ".length()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/templates/verification/de, 200",
    "/api/templates/verification/de/html, 200",
    "/api/templates/verification/fr, 404",
    "/api/templates/nothing/de, 404",
    "/api/templates/verification, 404",
    "/api/templates/verification/de/html/x, 404",
    "/api/templates/verification/de/text, 404",
  })
  void showsTheExistingTemplates(String path, int status) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"method\":\"DELETE\",\"contentType\":\"image/png\",\"sizeBytes\":1}",
        "{\"method\":\"PUT\",\"contentType\":\"image/png\",\"sizeBytes\":\"1\"}",
        "{\"method\":\"PUT\",\"contentType\":\"image/png\",\"sizeBytes\":1.5}",
        "{\"method\":\"PUT\",\"contentType\":\"image/png\",\"sizeBytes\":1e30}",
      })
  void refusesAMalformedRequest(String body) throws Exception {
    HttpResponse<String> response = post("/api/uploads", body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"message\":\"The");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "progress-photos/somebody-else/0f3c.png",
        "avatars/demo/0f3c.png",
        "progress-photos/demo/",
        "progress-photos/demo/../somebody-else/0f3c.png",
        "progress-photos/demo//0f3c.png",
        ""
      })
  void signsOnlyPicturesOfItsOwnUser(String key) throws Exception {
    HttpResponse<String> response = post("/api/pictures", "{\"key\":\"" + key + "\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).doesNotContain("Signature=");
  }

  @ParameterizedTest
  @CsvSource({
    "AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWlj, 200, image/heic",
    "PHNjcmlwdD4=, 422, application/octet-stream",
    "not Base64, 400, not Base64",
  })
  void signsAFileWithoutATypeAsWhatItsFirstBytesAre(String firstBytes, int status, String expected)
      throws Exception {
    HttpResponse<String> response =
        post(
            "/api/uploads",
            "{\"method\":\"PUT\",\"contentType\":\"application/octet-stream\",\"sizeBytes\":100,"
                + "\"private\":true,\"firstBytes\":\""
                + firstBytes
                + "\"}");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(expected);
  }

  @Test
  void servesTheModuleForBrowsers() throws Exception {
    HttpResponse<String> module = get("/healthmetrics-upload.mjs");
    assertThat(module.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/javascript");
    assertThat(module.body()).contains("export async function upload(");
  }

  @ParameterizedTest
  @CsvSource({
    "avatars/somebody-else/0123456789abcdef0123456789abcdef.png, 422, not uploaded for this account",
    "progress-photos/demo/0123456789abcdef0123456789abcdef.png, 422, not uploaded for this account",
    "avatars/demo/../x.png, 400, The key",
    "avatars/demo/0123456789abcdef0123456789abcdef.png, 404, missing"
  })
  void inspectsOnlyUploadsOfItsOwnUser(String key, int status, String reason) throws Exception {
    HttpResponse<String> response = post("/api/verifications", "{\"key\":\"" + key + "\"}");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/missing.js",
        "/missing.mjs",
        "/DevServer.class",
        "/%2e%2e/secret.js",
        "/api/nothing"
      })
  void servesNothingElse(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void sendsAnEmailOnceHoweverOftenABrowserRepeatsTheRequest() throws Exception {
    String email = "{\"kind\":\"signInCode\",\"to\":\"ada@example.com\",\"key\":\"key-1\"}";

    String first = post("/api/mails", email).body();
    String second = post("/api/mails", email).body();

    assertThat(second).isEqualTo(first).contains("\"outcome\":\"sent\"");
    assertThat(server.localAws().ses().emails()).hasSize(1);
  }

  @Test
  void reportsWhatBecameOfAnEmailAndSendsNothing() throws Exception {
    String key = "{\"key\":\"key-1\"}";
    assertThat(post("/api/sendings", key).body()).contains("\"outcome\":\"not-sent\"");
    server.localAws().ses().failNext(SesFault.acceptThenReset());
    String sent =
        post("/api/mails", "{\"kind\":\"report\",\"to\":\"ada@example.com\",\"key\":\"key-1\"}")
            .body();
    assertThat(sent).contains("\"outcome\":\"unknown\"", "\"delivery\":\"UNKNOWN\"");

    String settled = post("/api/sendings", key).body();

    ReceivedMail received = server.localAws().ses().emails().get(0);
    assertThat(settled).contains("\"outcome\":\"sent\"", received.messageId());
    assertThat(server.localAws().ses().emails()).hasSize(1);
  }

  @Test
  void reportsThatAnEmailWasNotSentIfItCannotBe() throws Exception {
    assertThat(post("/api/mails", "{\"kind\":\"verification\",\"to\":\"nobody\"}").body())
        .contains("\"outcome\":\"not-sent\"");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void publishesAPictureAlthoughTheCdnDoesNotRespond(boolean isPrivate) throws Exception {
    server.localAws().cloudFront().close();
    HealthMetricsAws aws = server.localAws().aws();
    UploadPolicy policy = isPrivate ? UploadPolicy.progressPhotos() : UploadPolicy.avatars();
    PresignedPut upload =
        aws.uploads().presignPut(policy, UploadRequest.of("demo", "image/png", PNG.length));
    assertThat(new Browser().send(upload, PNG).statusCode()).isEqualTo(200);
    String key = "{\"key\":\"%s\",\"private\":%s}".formatted(upload.key().value(), isPrivate);

    String verified = post("/api/verifications", key).body();

    assertThat(verified).contains("\"outcome\":\"accepted\"", "\"status\":0");
    if (isPrivate) {
      assertThat(post("/api/pictures", key).body()).contains("Signature=", "\"status\":0");
    }
  }

  private URI page(String path) {
    return URI.create("http://127.0.0.1:" + server.pageUrl().getPort() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(page(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(page(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** By hand, as the JDK's client does not allow setting the Host header. */
  private int statusOfRequestTo(String host) throws IOException {
    return statusOfRequestTo("/", host);
  }

  private int statusOfRequestTo(String path, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.pageUrl().getPort())) {
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] response = socket.getInputStream().readAllBytes();
      return Integer.parseInt(new String(response, StandardCharsets.ISO_8859_1).substring(9, 12));
    }
  }
}
