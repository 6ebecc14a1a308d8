package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;

class SignatureDiagnosisTest {
  private static final PresignedPut UPLOAD =
      S3UploadUrlSigner.builder()
          .bucket("healthmetrics-uploads")
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.session())
          .build()
          .presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 100));

  /** What a browser sends that does as it was told. */
  private static Map<String, String> honest() {
    Map<String, String> headers = new HashMap<>(UPLOAD.headers());
    headers.put("Content-Length", "100");
    headers.put("Host", UPLOAD.url().getAuthority());
    headers.put("Accept", "*/*");
    return headers;
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> headers = honest();
    headers.keySet().removeIf(name::equalsIgnoreCase);
    headers.put(name, value);
    return headers;
  }

  private static Map<String, String> without(String name) {
    Map<String, String> headers = honest();
    headers.keySet().removeIf(name::equalsIgnoreCase);
    return headers;
  }

  private static URI url(String part, String replacement) {
    String url = UPLOAD.url().toString();
    assertThat(url).contains(part);
    return URI.create(url.replace(part, replacement));
  }

  @Test
  void findsNothingWrongWithAnHonestRequest() {
    assertThat(SignatureDiagnosis.of(UPLOAD).compare("PUT", UPLOAD.url(), honest())).isEmpty();
    assertThat(SignatureDiagnosis.of(UPLOAD.url()).compare("PUT", UPLOAD.url(), honest()))
        .isEmpty();
  }

  static Stream<Arguments> lies() {
    URI url = UPLOAD.url();
    return Stream.of(
        Arguments.of("POST", url, honest(), "The method was \"POST\"; PUT was signed."),
        Arguments.of("PUT", url, with("host", "proxy.internal"), "The host was \"proxy.internal\""),
        Arguments.of("PUT", url("s3.eu-", "s3.us-"), without("host"), "The host was"),
        Arguments.of("PUT", url("user-42", "user-1"), honest(), "The path was"),
        Arguments.of(
            "PUT",
            url("X-Amz-Expires=300", "X-Amz-Expires=900"),
            honest(),
            "The query parameter X-Amz-Expires differs: \"900\" was sent, \"300\" was signed."),
        Arguments.of(
            "PUT",
            url("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""),
            honest(),
            "The query parameter X-Amz-Algorithm is missing."),
        Arguments.of(
            "PUT",
            URI.create(url + "&utm_source=mail"),
            honest(),
            "The query parameter \"utm_source\" was added."),
        Arguments.of(
            "PUT",
            url("X-Amz-Signature=", "X-Amz-Signature=0"),
            honest(),
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
  @MethodSource("lies")
  void namesTheOneThingThatDiffers(
      String method, URI url, Map<String, String> headers, String difference) {
    for (SignatureDiagnosis diagnosis :
        List.of(SignatureDiagnosis.of(UPLOAD), SignatureDiagnosis.of(UPLOAD.url()))) {
      List<String> differences = diagnosis.compare(method, url, headers);

      assertThat(differences).singleElement().asString().startsWith(difference);
    }
  }

  @Test
  void comparesTheValuesOfHeadersThatItKnows() {
    assertThat(
            SignatureDiagnosis.of(UPLOAD)
                .compare("PUT", UPLOAD.url(), with("Content-Length", "101")))
        .containsExactly(
            "The header content-length differs: \"101\" was sent, \"100\" was signed.");
    assertThat(
            SignatureDiagnosis.of(UPLOAD)
                .compare("PUT", UPLOAD.url(), with("CONTENT-TYPE", "text/html")))
        .containsExactly(
            "The header content-type differs: \"text/html\" was sent, \"image/png\" was signed.");
  }

  @Test
  void repeatsNoSecret() {
    String signature = UPLOAD.url().toString().replaceAll(".*X-Amz-Signature=", "");
    URI other = URI.create(UPLOAD.url().toString().replaceAll("Token=[^&]*", "Token=stolen"));
    SignatureDiagnosis diagnosis = SignatureDiagnosis.of(UPLOAD);

    assertThat(diagnosis.compare("PUT", other, honest()))
        .singleElement()
        .asString()
        .contains("X-Amz-Security-Token")
        .doesNotContain("stolen", "neverToBePrinted");
    assertThat(diagnosis.toString()).doesNotContain(signature, "neverToBePrinted");
  }

  @Test
  void needsAUrlThatWasPresigned() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignatureDiagnosis.of(URI.create("https://b.s3.amazonaws.com/key")))
        .withMessageContaining("not presigned");
  }

  @Test
  void escapesWhatCameFromOutside() {
    assertThat(
            SignatureDiagnosis.of(UPLOAD)
                .compare("PUT", UPLOAD.url(), with("content-type", "a\r\nb")))
        .singleElement()
        .asString()
        .doesNotContain("\n")
        .contains("\\u000d\\u000a");
  }
}
