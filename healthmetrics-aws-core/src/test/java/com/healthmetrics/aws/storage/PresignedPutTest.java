package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;

class PresignedPutTest {
  private static final PresignedPut UPLOAD =
      S3Bucket.builder()
          .bucket("healthmetrics-uploads")
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.session())
          .build()
          .uploads()
          .presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 100));

  /** What a browser sends that uses the upload unchanged. */
  private static Map<String, String> unchanged() {
    Map<String, String> headers = new HashMap<>(UPLOAD.headers());
    headers.put("Content-Length", "100");
    headers.put("Host", UPLOAD.url().getAuthority());
    headers.put("Accept", "*/*");
    return headers;
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> headers = unchanged();
    headers.keySet().removeIf(name::equalsIgnoreCase);
    headers.put(name, value);
    return headers;
  }

  private static Map<String, String> without(String name) {
    Map<String, String> headers = unchanged();
    headers.keySet().removeIf(name::equalsIgnoreCase);
    return headers;
  }

  private static URI url(String part, String replacement) {
    String url = UPLOAD.url().toString();
    assertThat(url).contains(part);
    return URI.create(url.replace(part, replacement));
  }

  @Test
  void findsNoDifferenceInAnUnchangedRequest() {
    assertThat(UPLOAD.differences("PUT", UPLOAD.url(), unchanged())).isEmpty();
    assertThat(PresignedPut.differences(UPLOAD.url(), "PUT", UPLOAD.url(), unchanged())).isEmpty();
  }

  static Stream<Arguments> changes() {
    URI url = UPLOAD.url();
    return Stream.of(
        Arguments.of("POST", url, unchanged(), "The method was \"POST\"; PUT was signed."),
        Arguments.of("PUT", url, with("host", "proxy.internal"), "The host was \"proxy.internal\""),
        Arguments.of("PUT", url("s3.eu-", "s3.us-"), without("host"), "The host was"),
        Arguments.of("PUT", url("user-42", "user-1"), unchanged(), "The path was"),
        Arguments.of(
            "PUT",
            url("X-Amz-Expires=300", "X-Amz-Expires=900"),
            unchanged(),
            "The query parameter X-Amz-Expires differs: \"900\" was sent, \"300\" was signed."),
        Arguments.of(
            "PUT",
            url("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""),
            unchanged(),
            "The query parameter X-Amz-Algorithm is missing."),
        Arguments.of(
            "PUT",
            URI.create(url + "&utm_source=mail"),
            unchanged(),
            "The query parameter \"utm_source\" was added."),
        Arguments.of(
            "PUT",
            url("X-Amz-Signature=", "X-Amz-Signature=0"),
            unchanged(),
            "The query parameter X-Amz-Signature differs."),
        Arguments.of(
            "PUT",
            url,
            without("content-type"),
            "The header content-type was signed and not sent."),
        Arguments.of(
            "PUT",
            url,
            with("x-amz-acl", "public-read"),
            "The header \"x-amz-acl\" was sent and not signed."));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void namesTheOneThingThatDiffers(
      String method, URI url, Map<String, String> headers, String difference) {
    assertThat(UPLOAD.differences(method, url, headers))
        .singleElement()
        .asString()
        .startsWith(difference);
    assertThat(PresignedPut.differences(UPLOAD.url(), method, url, headers))
        .singleElement()
        .asString()
        .startsWith(difference);
  }

  @Test
  void comparesTheValuesOfSignedHeaders() {
    assertThat(UPLOAD.differences("PUT", UPLOAD.url(), with("Content-Length", "101")))
        .containsExactly(
            "The header content-length differs: \"101\" was sent, \"100\" was signed.");
    assertThat(UPLOAD.differences("PUT", UPLOAD.url(), with("CONTENT-TYPE", "text/html")))
        .containsExactly(
            "The header content-type differs: \"text/html\" was sent, \"image/png\" was signed.");
  }

  @Test
  void repeatsNoSecret() {
    String signature = UPLOAD.url().toString().replaceAll(".*X-Amz-Signature=", "");
    URI unsigned = url(signature, "0".repeat(64));
    URI other = URI.create(UPLOAD.url().toString().replaceAll("Token=[^&]*", "Token=stolen"));

    assertThat(UPLOAD.differences("PUT", other, unchanged()))
        .singleElement()
        .asString()
        .contains("X-Amz-Security-Token")
        .doesNotContain("stolen", "neverToBePrinted");
    assertThat(PresignedPut.differences(UPLOAD.url(), "PUT", unsigned, unchanged()))
        .containsExactly("The query parameter X-Amz-Signature differs.");
    assertThat(UPLOAD.toString()).doesNotContain(signature, "neverToBePrinted");
  }

  @Test
  void needsAUrlThatWasPresigned() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PresignedPut.differences(
                    URI.create("https://b.s3.amazonaws.com/key"), "PUT", UPLOAD.url(), unchanged()))
        .withMessageContaining("not presigned");
  }

  @Test
  void escapesWhatCameFromOutside() {
    assertThat(UPLOAD.differences("PUT", UPLOAD.url(), with("content-type", "a\r\nb")))
        .singleElement()
        .asString()
        .doesNotContain("\n")
        .contains("\\u000d\\u000a");
  }
}
