package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.BrowserUploads.Report;
import com.healthmetrics.aws.testkit.UnreliableNetwork.Fault;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The module for browsers, in a real one, while responses and connections are lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
abstract class BrowserModuleContract {
  static final String CHECK = "uploads with the module for browsers";

  private static final byte[] HEIC =
      HexFormat.of().parseHex("00000018667479706865696300000000" + "6d69663168656963");

  private static final byte[] LARGE = Pictures.png(700, 700, 1);

  private BrowserUploads page;

  /** Starts the browser; it may write into the folder. */
  abstract BrowserPage start(Path folder);

  @BeforeAll
  void startTheBrowser(@TempDir Path folder) {
    page = new BrowserUploads(start(folder));
  }

  @AfterAll
  void stop() {
    if (page != null) {
      page.close();
    }
  }

  @BeforeEach
  void openThePage() {
    page.open();
  }

  @ParameterizedTest
  @CsvSource({"put, false", "post, false", "put, true", "post, true"})
  void publishesAPicture(String method, boolean values) {
    Report report = page.upload(method, Map.of("values", values));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.states()).containsExactly("signing", "sending", "sent", "confirming");
    assertThat(report.value()).containsEntry("key", page.publishedKey());
  }

  @ParameterizedTest
  @MethodSource
  void aStoredPictureWhoseResponseIsLostIsDone(String method, List<S3Fault> faults) {
    page.failNext(method, faults);

    Report report = page.upload(method, Map.of("idleTimeout", 2_000));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.states()).as("not sent again").doesNotContain("waiting");
    assertThat(report.value()).containsEntry("key", page.publishedKey());
  }

  static Stream<Arguments> aStoredPictureWhoseResponseIsLostIsDone() {
    return forBothMethods(
        List.of(
            List.of(S3Fault.acceptThenReset()),
            List.of(S3Fault.acceptThenReset(), S3Fault.acceptThenReset()),
            List.of(S3Fault.acceptThenStatus(500)),
            List.of(S3Fault.acceptThenStatus(503)),
            List.of(S3Fault.acceptThenHang())));
  }

  @ParameterizedTest
  @MethodSource
  void aPictureThatWasNotStoredIsSentAgain(String method, List<S3Fault> faults) {
    page.failNext(method, faults);

    Report report = page.upload(method, Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.states())
        .containsSubsequence("sending", "confirming", "waiting", "sending", "sent", "confirming");
    assertThat(report.value()).containsEntry("key", page.publishedKey());
  }

  static Stream<Arguments> aPictureThatWasNotStoredIsSentAgain() {
    return forBothMethods(
        List.of(
            List.of(S3Fault.reset(), S3Fault.reset()),
            List.of(S3Fault.resetWhileReceiving(), S3Fault.resetWhileReceiving()),
            List.of(S3Fault.conflict()),
            List.of(S3Fault.status(500)),
            List.of(S3Fault.slowDown()),
            List.of(S3Fault.refused(400, "RequestTimeout", "Your socket connection was idle.")),
            List.of(S3Fault.proxyPage(200, "<p>Sign in to use this network</p>"))));
  }

  @Test
  void eachResponseOfS3IsReported() {
    page.failNext("put", List.of(S3Fault.slowDown()));

    Report report = page.upload("put", Map.of());

    assertThat(report.responses())
        .extracting(response -> response.get("status"))
        .containsExactly(503L, 200L);
    assertThat(report.responses().get(0)).containsEntry("code", "SlowDown");
    assertThat(report.responses().get(0).get("body")).asString().contains("<Code>SlowDown</Code>");
  }

  @ParameterizedTest
  @MethodSource
  void aConnectionThatBreaksEndsWell(String method, Fault[] faults) {
    page.breakNext(faults);

    Report report = page.upload(method, LARGE, Map.of("idleTimeout", 800));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(page.unbroken()).as("connections that did not break").isLessThan(faults.length);
    assertThat(report.value()).containsEntry("key", page.publishedKey());
  }

  static Stream<Arguments> aConnectionThatBreaksEndsWell() {
    return Stream.of("put", "post")
        .flatMap(
            method ->
                Stream.of(Fault.values())
                    .flatMap(
                        fault ->
                            Stream.of(new Fault[] {fault}, new Fault[] {fault, fault})
                                .map(faults -> Arguments.of(method, faults))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void aConnectionThatAlwaysStallsIsGivenUp(String method) {
    Fault stall = Fault.STALLS_IN_MID_BODY;
    page.breakNext(stall, stall, stall, stall);

    Report report = page.upload(method, LARGE, Map.of("idleTimeout", 400));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("not-done");
    assertThat(report.message()).contains("after 4 attempts", "no response");
    assertThat(page.keys()).isEmpty();
  }

  @Test
  void clientsThatThrowErrorsWithAStatusAreUnderstood() {
    page.failNext("put", List.of(S3Fault.slowDown()));

    Report report = page.upload("put", Map.of("values", true));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
  }

  @ParameterizedTest
  @CsvSource({
    "put, 403, SignatureDoesNotMatch",
    "post, 403, AccessDenied",
    "post, 400, EntityTooLarge",
    "put, 400, BadDigest",
  })
  void aRefusalOfS3IsReportedAtOnce(String method, int status, String code) {
    page.failNext(method, List.of(S3Fault.refused(status, code, "No.")));

    Report report = page.upload(method, Map.of());

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("s3");
    assertThat(report.status()).isEqualTo(status);
    assertThat(report.code()).isEqualTo(code);
    assertThat(report.message()).contains("S3 refused", String.valueOf(status), code);
    assertThat(report.bodyOfS3()).contains("<Message>No.");
    assertThat(report.states()).doesNotContain("confirming", "waiting");
  }

  @Test
  void theFirstAttemptMayHaveBeenStoredWhenS3RefusesTheSecond() {
    page.failNext("put", List.of(S3Fault.slowDown(), S3Fault.refused(403, "AccessDenied", "Late")));

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.code()).isEqualTo("AccessDenied");
    assertThat(report.states()).endsWith("sending", "sent", "confirming");
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void afterFourAttemptsItIsNotDone(String method) {
    S3Fault busy = S3Fault.slowDown();
    page.failNext(method, List.of(busy, busy, busy, busy));

    Report report = page.upload(method, Map.of());

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.message()).contains("after 4 attempts", "503", "SlowDown");
    assertThat(report.states()).filteredOn("sending"::equals).hasSize(4);
    assertThat(page.keys()).isEmpty();
  }

  @Test
  void itIsNotSentAgainOnceItHasExpired() {
    page.failNext("put", List.of(S3Fault.slowDown()));

    Report report = page.upload("put", Map.of("expiresIn", 400));

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.message()).contains("before it expired", "503", "SlowDown");
    assertThat(report.states()).filteredOn("sending"::equals).hasSize(1);
  }

  @Test
  void aClockThatIsAheadDoesNotExpireAnUpload() {
    page.failNext("put", List.of(S3Fault.slowDown()));
    String past = Instant.now().minusSeconds(3600).toString();

    Report report = page.upload("put", Map.of("changed", Map.of("expiresAt", past)));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
  }

  @Test
  void aServerThatNeverRespondsIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> elsewhere = Map.of("url", "http://127.0.0.1:" + silent.getLocalPort());

      Report report = page.upload("put", Map.of("changed", elsewhere, "idleTimeout", 200));

      assertThat(report.outcome()).isEqualTo("not-done");
      assertThat(report.message()).contains("after 4 attempts", "no response");
      assertThat(report.status()).isZero();
    }
  }

  @Test
  void aTypeThatThePolicyRejectsIsAClearError() {
    Report report = page.upload("put", Map.of("type", "text/html"));

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("application");
    assertThat(report.status()).isEqualTo(422);
    assertThat(report.message())
        .contains("returned no signed upload", "422", "text/html")
        .doesNotContain("..");
    assertThat(report.body()).containsEntry("rule", "CONTENT_TYPE");
    assertThat(report.states()).containsExactly("signing");
  }

  @ParameterizedTest
  @CsvSource({
    "500, <h1>Whitelabel Error Page</h1>, 500",
    "200, <h1>Sign in</h1>, not JSON",
    "200, null, it is not an object",
    "200, {}, method is not PUT or POST",
    "200, '{\"method\": \"PUT\"}', headers is not an object",
    "200, '{\"method\": \"POST\", \"fields\": {}, \"url\": \"/\"}', key is not a string",
  })
  void aResponseThatIsNoPresignedUploadIsAClearError(int status, String body, String message) {
    page.nextStart(response(status, body));

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("application");
    assertThat(report.message()).contains("The application", message);
    assertThat(report.states()).containsExactly("signing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void aFileThatIsRejectedAfterTheUploadIsNotDone(String method) {
    byte[] disguised = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);

    Report report = page.upload(method, disguised, Map.of());

    assertThat(report.outcome()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("application");
    assertThat(report.status()).isEqualTo(422);
    assertThat(report.body()).containsEntry("rule", "FILE_TYPE");
    assertThat(page.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"polyfill", "plain", "axios"})
  void aRejectionIsUnderstoodWhateverClientOfHttpReportsIt(String responses) {
    byte[] disguised = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);

    Report report = page.upload("put", disguised, Map.of("responses", responses));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("application");
    assertThat(report.status()).isEqualTo(422);
    assertThat(report.body()).containsEntry("rule", "FILE_TYPE");
  }

  @Test
  void aResponseOfAPolyfillIsReadAsJson() {
    Report report = page.upload("put", Map.of("responses", "polyfill"));

    assertThat(report.value()).containsEntry("key", page.publishedKey());
  }

  @Test
  void aFailureWithoutAStatusIsUnknown() {
    ServerResponse failed = response(422, "");
    page.nextFinish(failed, failed, failed, failed);

    Report report = page.upload("put", Map.of("responses", "withoutStatus"));

    assertThat(report.outcome()).as(report.toString()).isEqualTo("unknown");
    assertThat(report.message()).endsWith("not known: no response.");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  void aRefusalAfterALostResponseDoesNotShowThatNothingWasPublished(int status) {
    ServerResponse refused = response(status, "");
    page.nextFinish(response(502, ""), refused, refused, refused);

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("unknown");
    assertThat(report.status()).isEqualTo(status);
  }

  @Test
  void aFirstRefusalOfTheApplicationIsNotDone() {
    page.nextFinish(response(403, ""));

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("not-done");
    assertThat(report.message()).contains("rejected", "403");
  }

  @Test
  void aRejectionAfterALostResponseIsNotDone() {
    page.nextFinish(response(502, ""), response(422, ""));

    assertThat(page.upload("put", Map.of()).outcome()).isEqualTo("not-done");
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void whatS3HasIsNotSentAgainWhenTheApplicationDoesNotFindIt(String method) {
    ServerResponse missing = response(404, "");
    page.nextFinish(missing, missing, missing, missing);

    Report report = page.upload(method, Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("not-done");
    assertThat(report.source()).isEqualTo("application");
    assertThat(report.status()).isEqualTo(404);
    assertThat(report.message()).contains("S3 has the file", "found no upload", "404");
    assertThat(report.states()).filteredOn("sending"::equals).hasSize(1);
  }

  @Test
  void aFileThatS3HadBeforeIsNotBlamedOnS3() {
    ServerResponse missing = response(404, "");
    page.failNext("put", List.of(S3Fault.refused(412, "PreconditionFailed", "It exists.")));
    page.nextFinish(missing, missing, missing, missing);

    Report report = page.upload("put", Map.of());

    assertThat(report.source()).as(report.toString()).isEqualTo("application");
    assertThat(report.states()).filteredOn("sending"::equals).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void anApplicationThatFindsTheUploadLateIsAskedAgain(String method) {
    page.nextFinish(response(404, ""));

    Report report = page.upload(method, Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.states()).as("not sent again").doesNotContain("waiting");
  }

  @Test
  void anApplicationThatIsBrieflyDownIsAskedAgain() {
    page.nextFinish(response(503, ""), response(502, "<h1>Bad Gateway</h1>"));

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.states()).as("not sent again").doesNotContain("waiting");
  }

  @Test
  void withoutAResponseOfTheApplicationTheOutcomeIsUnknown() {
    ServerResponse signIn = response(200, "<h1>Sign in</h1>");
    page.nextFinish(signIn, signIn, signIn, signIn);

    Report report = page.upload("put", Map.of());

    assertThat(report.outcome()).isEqualTo("unknown");
    assertThat(report.message()).contains("not known", "not JSON");
    assertThat(page.keys()).containsExactly("pending/" + report.key());
  }

  @ParameterizedTest
  @CsvSource({"put, signing", "put, sending", "put, sent", "post, sent", "put, confirming"})
  void anAbortedUploadEndsWithTheReasonOfTheSignal(String method, String state) {
    page.failNext(method, List.of(S3Fault.acceptThenHang()));

    Report report = page.upload(method, Map.of("abortAt", state, "idleTimeout", 400));

    assertThat(report.message()).isEqualTo("The user left the page");
    assertThat(report.states()).endsWith(state);
    assertThat(page.keys()).allMatch(key -> key.startsWith("pending/"));
  }

  @Test
  void abortingEndsTheRequestToS3() {
    page.failNext("put", List.of(S3Fault.acceptThenHang()));

    assertThat(page.upload("put", Map.of("abortAt", "sent")).aborted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void progressCountsTheFileAndNeverDecreases(String method) {
    page.failNext(method, List.of(S3Fault.slowDown(), S3Fault.slowDown()));

    Report report = page.upload(method, LARGE, Map.of());

    assertThat(report.outcome()).as(report.toString()).isEqualTo("done");
    assertThat(report.progress()).isSorted().doesNotHaveDuplicates().endsWith((long) LARGE.length);
    assertThat(report.totals()).containsOnly((long) LARGE.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "application/octet-stream"})
  void aFileWithoutATypeIsSignedAsWhatItsFirstBytesAre(String type) {
    page.upload("put", HEIC, Map.of("type", type));

    assertThat(page.signed().contentType()).isEqualTo("image/heic");
  }

  private static ServerResponse response(int status, String body) {
    return ServerResponse.of(status)
        .withBody("text/html", body.getBytes(StandardCharsets.US_ASCII));
  }

  private static Stream<Arguments> forBothMethods(List<List<S3Fault>> faults) {
    return Stream.of("put", "post")
        .flatMap(method -> faults.stream().map(some -> Arguments.of(method, some)));
  }

  @Test
  void aPictureThatTheCdnDoesNotHaveYetIsLoadedOnceMore() {
    List<ServerResponse> responses = List.of(ServerResponse.of(403), picture(), picture());

    Map<?, ?> report = page.show(responses, Map.of());

    assertThat(report.get("outcome")).isEqualTo("shown");
    assertThat((Long) report.get("width")).isPositive();
    assertThat(page.unusedPictures()).as("not loaded again once it is shown").isEqualTo(1);
  }

  @Test
  void aPictureThatDoesNotLoadTwiceIsReported() {
    ServerResponse missing = ServerResponse.of(404);

    Map<?, ?> report = page.show(List.of(missing, missing, picture()), Map.of());

    assertThat(report.get("outcome")).isEqualTo("not shown");
    assertThat((String) report.get("message"))
        .contains("does not load")
        .doesNotContain("picture.png");
    assertThat(page.unusedPictures()).isEqualTo(1);
  }

  @Test
  void aPictureThatThePageShowsInsteadStays() {
    String another = "data:image/png;base64," + Base64.getEncoder().encodeToString(Pictures.png());

    Map<?, ?> report =
        page.show(List.of(ServerResponse.of(404), picture()), Map.of("another", another));

    assertThat(report.get("src")).isEqualTo(another);
    assertThat(page.unusedPictures()).isEqualTo(1);
  }

  private static ServerResponse picture() {
    return ServerResponse.of(200).withBody("image/png", Pictures.png());
  }
}
