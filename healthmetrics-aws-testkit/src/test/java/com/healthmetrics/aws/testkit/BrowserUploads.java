package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A page with the module for browsers, and the application that it belongs to. */
final class BrowserUploads implements AutoCloseable {
  private static final String MODULE = "/healthmetrics-aws/healthmetrics-upload.mjs";
  private static final Path PAGE = Path.of("src", "test", "browser", "page.html");
  private static final String USER = "user-42";
  private static final UploadPolicy POLICY = UploadPolicy.progressPhotos();

  private final Queue<PresignedUpload> signed = new ConcurrentLinkedQueue<>();
  private final Queue<ServerResponse> nextStart = new ConcurrentLinkedQueue<>();
  private final Queue<ServerResponse> nextFinish = new ConcurrentLinkedQueue<>();
  private final Queue<ServerResponse> nextPicture = new ConcurrentLinkedQueue<>();
  private final BrowserPage browser;
  private final LoopbackServer application;
  private final UnreliableNetwork network = UnreliableNetwork.open();
  private final LocalAws local;
  private final HealthMetricsAws aws;

  /** What the page saw. */
  record Report(Map<?, ?> seen) {
    String outcome() {
      return (String) seen.get("outcome");
    }

    String source() {
      return (String) seen.get("source");
    }

    String message() {
      return (String) seen.get("message");
    }

    String code() {
      return (String) seen.get("code");
    }

    String key() {
      return (String) seen.get("key");
    }

    long status() {
      return (Long) seen.get("status");
    }

    boolean aborted() {
      return (Boolean) seen.get("aborted");
    }

    @SuppressWarnings("unchecked") // JSON's objects have text as names.
    Map<String, Object> value() {
      return (Map<String, Object>) seen.get("value");
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> body() {
      return (Map<String, Object>) seen.get("body");
    }

    String bodyOfS3() {
      return (String) seen.get("body");
    }

    @SuppressWarnings("unchecked")
    List<String> states() {
      return (List<String>) seen.get("states");
    }

    /** The responses of S3 before the application was asked. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> responses() {
      return (List<Map<String, Object>>) seen.get("responses");
    }

    @SuppressWarnings("unchecked")
    List<Long> progress() {
      return (List<Long>) seen.get("progress");
    }

    @SuppressWarnings("unchecked")
    List<Long> totals() {
      return (List<Long>) seen.get("totals");
    }
  }

  BrowserUploads(BrowserPage browser) {
    this.browser = browser;
    HostCheck hosts =
        new HostCheck(List.of(), (request, refused) -> ServerResponse.of(refused.status()));
    this.application = LoopbackServer.start("application", 0, hosts, this::handle);
    this.local = LocalAws.builder().appUrl(application.uri()).allowedHost("127.0.0.1").start();
    network.leadTo(local.s3().endpoint());
    Map<String, String> environment = new HashMap<>(local.environment());
    environment.put("S3_PUBLIC_ENDPOINT_URL", network.uri().toString());
    this.aws =
        HealthMetricsAws.builder(AwsSettings.fromEnvironment(environment))
            .credentials(local.credentials())
            .build();
  }

  /** Forgets what was before, and loads the page. */
  void open() {
    local.clear();
    network.clear();
    signed.clear();
    nextStart.clear();
    nextFinish.clear();
    nextPicture.clear();
    browser.open(application.uri() + "/page.html");
  }

  /** Uploads a small PNG. */
  Report upload(String method, Map<String, ?> options) {
    return upload(method, Pictures.png(), options);
  }

  Report upload(String method, byte[] picture, Map<String, ?> options) {
    Map<String, Object> all = new HashMap<>(Map.of("method", method, "type", "image/png"));
    all.put("picture", Base64.getEncoder().encodeToString(picture));
    all.putAll(options);
    return new Report(browser.call("run", all));
  }

  /** Shows a picture, whose requests get these responses, and what the page shows instead. */
  Map<?, ?> show(List<ServerResponse> responses, Map<String, ?> options) {
    nextPicture.addAll(responses);
    return browser.call("shows", options);
  }

  /** The responses that no request has got. */
  int unusedPictures() {
    return nextPicture.size();
  }

  /** Lets the next requests of the browser to S3 fail, and none of the application's. */
  void failNext(String method, List<S3Fault> faults) {
    for (S3Fault fault : faults) {
      S3Fault ofTheBrowser = fault.onlyFor(method.toUpperCase(Locale.ROOT));
      local
          .s3()
          .failNext(
              method.equals("put")
                  ? ofTheBrowser.onlyForKeys(key -> key.startsWith("pending/"))
                  : ofTheBrowser);
    }
  }

  /** Lets the connections of the next uploads break. */
  void breakNext(UnreliableNetwork.Fault... faults) {
    network.breakNext(faults);
  }

  /** How many uploads are still to break. */
  int unbroken() {
    return network.unbroken();
  }

  /** Lets the application respond to the next requests for a signature with something else. */
  void nextStart(ServerResponse... responses) {
    nextStart.addAll(List.of(responses));
  }

  /** Lets the application respond to the next requests to verify with something else. */
  void nextFinish(ServerResponse... responses) {
    nextFinish.addAll(List.of(responses));
  }

  /** The upload that was signed. */
  PresignedUpload signed() {
    return signed.element();
  }

  List<String> keys() {
    return local.s3().keys();
  }

  /** The key of the one object in the bucket, which is that of the one upload. */
  String publishedKey() {
    if (signed.size() != 1 || !keys().equals(List.of(signed().key().value()))) {
      throw new AssertionError("not one published object for one signed upload: " + keys());
    }
    return keys().get(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    ServerResponse response =
        switch (exchange.getRequestURI().getPath()) {
          case "/page.html" -> ok("text/html; charset=utf-8", Files.readAllBytes(PAGE));
          case "/healthmetrics-upload.mjs" -> ok("text/javascript", module());
          case "/uploads" -> Optional.ofNullable(nextStart.poll()).orElseGet(() -> sign(exchange));
          case "/uploads/done" ->
              Optional.ofNullable(nextFinish.poll()).orElseGet(() -> verify(exchange));
          case "/picture.png" ->
              Optional.ofNullable(nextPicture.poll()).orElse(ServerResponse.of(404));
          default -> ServerResponse.of(404);
        };
    response.send(exchange);
  }

  private static byte[] module() throws IOException {
    try (InputStream module = HealthMetricsAws.class.getResourceAsStream(MODULE)) {
      return Objects.requireNonNull(module, MODULE).readAllBytes();
    }
  }

  private ServerResponse sign(HttpExchange exchange) {
    JsonObject body = read(exchange);
    byte[] firstBytes =
        text(body, "firstBytes").map(Base64.getDecoder()::decode).orElse(new byte[0]);
    String named = text(body, "contentType").orElseThrow();
    String type =
        ImageType.ofMediaType(named)
            .or(() -> ImageType.ofFirstBytes(firstBytes))
            .map(ImageType::mediaType)
            .orElse(named);
    try {
      UploadRequest request = UploadRequest.of(USER, type, number(body, "sizeBytes"));
      PresignedUpload upload =
          exchange.getRequestURI().getQuery().equals("method=put")
              ? aws.uploads().presignPut(POLICY, request)
              : aws.uploads().presignPost(POLICY, request);
      signed.add(upload);
      return ok("application/json", upload.toJson().getBytes(StandardCharsets.US_ASCII));
    } catch (UploadRejectedException e) {
      return rejection(e);
    }
  }

  private ServerResponse verify(HttpExchange exchange) {
    ObjectKey key = ObjectKey.of(text(read(exchange), "key").orElseThrow());
    try {
      aws.uploadVerifier().verify(POLICY, USER, key).orThrow();
      return json(200, JsonObject.empty().with("key", key.value()));
    } catch (UploadRejectedException e) {
      return rejection(e);
    } catch (StorageException e) {
      return ServerResponse.of(e.kind() == StorageException.Kind.NOT_FOUND ? 404 : 503);
    }
  }

  private static ServerResponse rejection(UploadRejectedException e) {
    return json(
        422, JsonObject.empty().with("rule", e.rule().name()).with("message", e.getMessage()));
  }

  private static ServerResponse json(int status, JsonValue value) {
    return ServerResponse.of(status)
        .withBody("application/json", JsonWriter.write(value).getBytes(StandardCharsets.UTF_8));
  }

  private static ServerResponse ok(String type, byte[] body) {
    return ServerResponse.of(200).withBody(type, body);
  }

  private static JsonObject read(HttpExchange exchange) {
    try {
      return (JsonObject) JsonReader.read(exchange.getRequestBody().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> text(JsonObject body, String name) {
    return body.member(name).map(value -> ((JsonString) value).value());
  }

  private static long number(JsonObject body, String name) {
    return ((JsonNumber) body.member(name).orElseThrow()).value().longValueExact();
  }

  @Override
  public void close() {
    browser.close();
    application.close();
    network.close();
    aws.close();
    local.close();
  }
}
