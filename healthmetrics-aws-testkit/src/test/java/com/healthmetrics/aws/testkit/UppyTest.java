package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.chrome.ChromeDriver;

/** The real Uppy, in a real browser, uploads with the unchanged JSON of an upload. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class UppyTest {
  private static final String CHECK = "that Uppy accepts an upload's JSON";
  private static final Path FOLDER = Path.of("src", "test", "uppy");
  private static final Path PAGE = FOLDER.resolve("page.html");
  private static final Path BUNDLES = FOLDER.resolve("node_modules").resolve("bundles");
  private static final String USER = "user-42";
  private static final String PICTURE = "\u0089PNG\r\n\u001a\n and \u0000 more";

  private final BlockingQueue<PresignedUpload> signed = new LinkedBlockingQueue<>();

  private ChromeDriver browser;
  private LoopbackServer application;
  private LocalS3 s3;
  private S3Bucket bucket;

  @BeforeAll
  void start() {
    MachineTool.forChecking(CHECK, "apt-get install npm; npm ci, in the testkit's " + FOLDER)
        .require(bundle("/v6/uppy.js"));
    browser = Chromium.start(CHECK);
    HostCheck hosts =
        new HostCheck(List.of(), (request, refused) -> ServerResponse.of(refused.status()));
    application = LoopbackServer.start("application", 0, hosts, this::handle);
    s3 = LocalS3.builder().allowedOrigin(application.uri().toString()).start();
    bucket =
        S3Bucket.builder()
            .bucket(s3.bucket())
            .region(s3.region())
            .endpoint(s3.endpoint())
            .credentials(s3.credentials())
            .build();
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (application != null) {
      application.close();
    }
    if (bucket != null) {
      bucket.close();
    }
    if (s3 != null) {
      s3.close();
    }
  }

  @BeforeEach
  void openThePage() {
    signed.clear();
    browser.manage().timeouts().scriptTimeout(Duration.ofMinutes(1));
    browser.get(application.uri() + "/page.html");
  }

  @ParameterizedTest
  @CsvSource({"v5, put", "v5, post", "v6, put", "v6, post"})
  void uploadsWithTheUnchangedJson(String version, String method) {
    Map<String, Object> report = upload(version, method, PICTURE, PICTURE.length());

    assertThat(report).containsEntry("event", "upload-success");
    PresignedUpload upload = signed.remove();
    assertThat(upload.method()).isEqualToIgnoringCase(method);
    StoredObject stored = s3.find(upload.pendingKey().value()).orElseThrow();
    assertThat(stored.bytes()).isEqualTo(PICTURE.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(stored.contentType()).isEqualTo("image/png");
    assertThat(stored.cacheControl()).isPresent();
    assertThat(stored.metadata()).containsEntry("from", "uppy");
  }

  /** So the documentation advises to use the key of the JSON. */
  @Test
  void reportsTheFinalKeyOfAPutAndThePendingKeyOfAForm() {
    Map<String, Object> put = upload("v6", "put", PICTURE, PICTURE.length());
    assertThat(put).containsEntry("key", signed.remove().key().value());

    Map<String, Object> form = upload("v6", "post", PICTURE, PICTURE.length());
    assertThat(form).containsEntry("key", signed.remove().pendingKey().value());
  }

  /** Without this test, a page that always reports success would pass. */
  @ParameterizedTest
  @CsvSource({
    "v5, put, 0, Non 2xx",
    "v5, post, 5242880, Non 2xx",
    "v6, put, 0, S3 returned 403",
    "v6, post, 5242880, S3 returned 400",
  })
  void reportsThatS3RefusesALargerFile(String version, String method, int more, String message) {
    Map<String, Object> report =
        upload(version, method, PICTURE + " ".repeat(more), PICTURE.length() - 1);

    assertThat(report).containsEntry("event", "upload-error");
    assertThat(report.get("message")).asString().contains(message);
    assertThat(s3.find(signed.remove().pendingKey().value())).isEmpty();
  }

  /** The browser or Uppy repeats the PUT, and S3 refuses the second one with 412. */
  @ParameterizedTest
  @ValueSource(strings = {"v5", "v6"})
  void whatUppyReportsAsAnErrorMayHaveBeenStored(String version) {
    String picture = new String(Pictures.png(), StandardCharsets.ISO_8859_1);
    s3.failNext(S3Fault.acceptThenReset().onlyFor("PUT"));

    Map<String, Object> report = upload(version, "put", picture, picture.length());

    assertThat(report).as(report.toString()).containsEntry("event", "accepted");
    assertThat(s3.find(signed.remove().key().value())).isPresent();
  }

  /** Uppy's report on the upload of a file, with one octet per character. */
  private Map<String, Object> upload(String version, String method, String file, int declaredSize) {
    Map<?, ?> report =
        (Map<?, ?>)
            browser.executeAsyncScript("upload(...arguments)", version, method, file, declaredSize);
    Map<String, Object> entries = new LinkedHashMap<>();
    Objects.requireNonNull(report).forEach((name, value) -> entries.put((String) name, value));
    return entries;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/page.html" -> send(exchange, "text/html", Files.readAllBytes(PAGE));
      case "/v5/uppy.js", "/v6/uppy.js" ->
          send(exchange, "text/javascript", Files.readAllBytes(bundle(path)));
      case "/sign" -> {
        PresignedUpload upload = sign(Query.parse(exchange.getRequestURI().getRawQuery()));
        signed.add(upload);
        send(exchange, "application/json", upload.toJson().getBytes(StandardCharsets.US_ASCII));
      }
      case "/verify" -> {
        String key = Query.parse(exchange.getRequestURI().getRawQuery()).first("key").orElseThrow();
        UploadVerification result =
            bucket.verifier().verify(UploadPolicy.avatars(), USER, ObjectKey.of(key));
        int status = result instanceof UploadVerification.Accepted ? 200 : 404;
        ServerResponse.of(status).send(exchange);
      }
      default -> ServerResponse.of(404).send(exchange);
    }
  }

  private static Path bundle(String path) {
    return BUNDLES.resolve(path.substring(1));
  }

  private PresignedUpload sign(Query query) {
    UploadPolicy policy = UploadPolicy.avatars();
    UploadRequest request =
        UploadRequest.of(
                USER,
                query.first("type").orElseThrow(),
                Long.parseLong(query.first("size").orElseThrow()))
            .withMetadata("from", "uppy");
    return query.first("method").orElseThrow().equals("put")
        ? bucket.uploads().presignPut(policy, request)
        : bucket.uploads().presignPost(policy, request);
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    ServerResponse.of(200).withBody(type + "; charset=utf-8", body).send(exchange);
  }
}
