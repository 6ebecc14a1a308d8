package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.LocalS3Uploads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCloudFrontTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final LocalS3 s3 = LocalS3.start();
  private final LocalCloudFront cdn = LocalCloudFront.inFrontOf(s3);

  @AfterEach
  void stop() {
    cdn.close();
    s3.close();
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(cdn.baseUrl() + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void servesAnObjectWithHeadersThatMakeItHarmless() throws Exception {
    LocalS3Uploads.put(
        s3,
        "avatars/7/a.png",
        Map.of("content-type", "image/png", "cache-control", "max-age=60"),
        "12345");

    HttpResponse<String> response = send("GET", "/avatars/7/a.png");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("12345");
    assertThat(response.headers().map())
        .containsEntry("content-type", List.of("image/png"))
        .containsEntry("content-length", List.of("5"))
        .containsEntry("cache-control", List.of("max-age=60"))
        .containsEntry("etag", List.of("\"827ccb0eea8a706c4c34a16891f84e7b\""))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("content-security-policy", List.of("default-src 'none'; sandbox"))
        .containsEntry("cross-origin-resource-policy", List.of("cross-origin"))
        .containsEntry("x-cache", List.of("Miss from cloudfront"));
  }

  @Test
  void respondsToHeadWithoutABody() throws Exception {
    LocalS3Uploads.put(s3, "a", Map.of(), "12345");
    HttpResponse<String> response = send("HEAD", "/a");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("5");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"a b, a%20b", "a+b, a%2Bb", "ü/😀, %C3%BC/%F0%9F%98%80", "a//b, a//b", "/a/b, /a/b"})
  void decodesTheKey(String key, String path) throws Exception {
    LocalS3Uploads.put(s3, key, Map.of(), "x");
    assertThat(send("GET", "/" + path).statusCode()).isEqualTo(200);
  }

  @Test
  void readsAnUnescapedPlusAsASpace() throws Exception {
    LocalS3Uploads.put(s3, "a+b", Map.of(), "x");
    assertThat(send("GET", "/a+b").statusCode()).isEqualTo(403);
    LocalS3Uploads.put(s3, "a b", Map.of(), "y");
    assertThat(send("GET", "/a+b").body()).isEqualTo("y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/missing", "/", "/%ff"})
  void deniesAMissingObjectAsAnOriginWithoutListPermission(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("<Code>AccessDenied</Code>");
    assertThat(response.headers().firstValue("x-cache")).contains("Error from cloudfront");
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "DELETE", "OPTIONS"})
  void refusesOtherMethods(String method) throws Exception {
    LocalS3Uploads.put(s3, "a", Map.of(), "x");
    assertThat(send(method, "/a").statusCode()).isEqualTo(403);
  }

  @Test
  void leavesItsOriginRunning() {
    cdn.close();
    LocalS3Uploads.put(s3, "a", Map.of(), "x");
    assertThat(s3.keys()).containsExactly("a");
    assertThat(cdn).hasToString("LocalCloudFront[" + cdn.baseUrl() + ", in front of " + s3 + "]");
  }
}
