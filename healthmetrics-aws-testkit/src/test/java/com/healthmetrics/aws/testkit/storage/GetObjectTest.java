package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.PresignedRequest.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GetObjectTest {
  @AutoClose private final LocalS3 s3 = LocalS3.builder().versioning().start();
  @AutoClose private final LocalS3 secretive = LocalS3.builder().withoutListPermission().start();

  @BeforeEach
  void upload() {
    put("a", "0123456789");
    put("empty", "");
  }

  private String put(String key, String content) {
    s3.put(key, "text/plain", content.getBytes(StandardCharsets.UTF_8));
    return s3.find(key).orElseThrow().versionId().orElseThrow();
  }

  private SignedRequest get(String key) {
    return SignedRequest.ofObject(s3, "GET", key);
  }

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, bytes 0-0/10",
    "2-4, 234, bytes 2-4/10",
    "7-, 789, bytes 7-9/10",
    "-3, 789, bytes 7-9/10",
    "-99, 0123456789, bytes 0-9/10",
    "8-99999999999999999999999, 89, bytes 8-9/10"
  })
  void servesARange(String range, String content, String contentRange) {
    Answer answer = get("a").header("range", "bytes=" + range).send();
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(content);
    assertThat(answer.header("Content-Range")).contains(contentRange);
    assertThat(answer.header("Content-Type")).contains("text/plain");
  }

  @ParameterizedTest
  @CsvSource({"a, 10-12", "a, 99999999999999999999-", "a, -0", "empty, 0-0", "empty, -1"})
  void refusesARangeBeyondTheEnd(String key, String range) {
    Answer answer = get(key).header("range", "bytes=" + range).send();
    assertThat(answer.refusal()).isEqualTo("416 InvalidRange");
    assertThat(answer.element("ActualObjectSize")).isEqualTo(key.equals("a") ? "10" : "0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=4-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1"})
  void servesEverythingForARangeThatMakesNoSense(String range) {
    Answer answer = get("a").header("range", range).send();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("0123456789");
  }

  @Test
  void refusesSeveralRanges() {
    assertThat(get("a").header("range", "bytes=0-1,3-4").send().refusal())
        .isEqualTo("501 NotImplemented");
  }

  @Test
  void servesTheObjectThatIsStillTheSame() {
    String eTag = s3.find("a").orElseThrow().eTag();
    assertThat(get("a").header("if-match", eTag).send().status()).isEqualTo(200);
    assertThat(get("a").header("if-match", "\"x\", " + eTag).send().status()).isEqualTo(200);
    assertThat(get("a").header("if-match", "*").send().status()).isEqualTo(200);

    Answer answer = get("a").header("if-match", "\"x\"").send();
    assertThat(answer.refusal()).isEqualTo("412 PreconditionFailed");
    assertThat(answer.element("Condition")).isEqualTo("If-Match");
  }

  @Test
  void servesFormerVersionsByTheirIds() {
    String first = s3.find("a").orElseThrow().versionId().orElseThrow();
    String second = put("a", "new");

    assertThat(get("a").send().header("x-amz-version-id")).contains(second);
    assertThat(get("a").query("versionId", first).send().body()).isEqualTo("0123456789");
    assertThat(get("a").query("versionId", "none").send().refusal()).isEqualTo("404 NoSuchVersion");
    assertThat(get("a").query("versionId", "").send().refusal()).isEqualTo("400 InvalidArgument");
    assertThat(s3.versionCount()).isEqualTo(3);
  }

  @Test
  void hidesAnObjectBehindADeleteMarker() {
    Answer deleted = SignedRequest.ofObject(s3, "DELETE", "a").send();
    String marker = deleted.header("x-amz-version-id").orElseThrow();

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.header("x-amz-delete-marker")).contains("true");
    assertThat(get("a").send().refusal()).isEqualTo("404 NoSuchKey");
    assertThat(get("a").query("versionId", marker).send().refusal())
        .isEqualTo("405 MethodNotAllowed");
    assertThat(s3.find("a")).isEmpty();
    assertThat(s3.keys()).containsExactly("empty");

    Answer undone = SignedRequest.ofObject(s3, "DELETE", "a").query("versionId", marker).send();
    assertThat(undone.header("x-amz-delete-marker")).contains("true");
    assertThat(get("a").send().body()).isEqualTo("0123456789");
  }

  @Test
  void refusesADeletionUnderConditions() {
    assertThat(SignedRequest.ofObject(s3, "DELETE", "a").header("if-match", "*").send().refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(s3.find("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void doesNotTellWhatIsMissingToThoseWhoMayNotList(String method) {
    assertThat(SignedRequest.ofObject(secretive, method, "missing").send().status()).isEqualTo(403);
    assertThat(SignedRequest.ofObject(s3, method, "missing").send().status()).isEqualTo(404);
  }
}
