package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.DoctorEnvironment.bucket;
import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the doctor finds about the distribution. */
class CdnChecksTest {
  /** Changes the responses of the distribution. */
  private static DoctorEnvironment changed(Function<Http.Response, Http.Response> change) {
    DoctorEnvironment environment = DoctorEnvironment.healthy();
    return environment.http(
        http ->
            request -> {
              Http.Response response = http.send(request);
              return DoctorEnvironment.isFor(request.uri(), environment.cdn().baseUrl())
                  ? change.apply(response)
                  : response;
            });
  }

  private static Http.Response withHeaders(
      Http.Response response, UnaryOperator<Map<String, List<String>>> change) {
    return new Http.Response(
        response.status(),
        HttpHeaders.of(
            change.apply(new HashMap<>(response.headers().map())), (name, value) -> true),
        response.body());
  }

  @Test
  void provesADistributionThatIsAllRight() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      assertThat(environment.report().findings())
          .filteredOn(finding -> finding.check().startsWith("cdn."))
          .hasSize(4)
          .allSatisfy(finding -> assertPassed(finding, ""));
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-type",
        "cache-control",
        "x-content-type-options",
        "content-security-policy",
        "access-control-allow-origin"
      })
  void namesAHeaderThatIsMissing(String name) {
    try (DoctorEnvironment environment =
        changed(
            response ->
                withHeaders(
                    response,
                    headers -> {
                      headers.keySet().removeIf(name::equalsIgnoreCase);
                      return headers;
                    }))) {
      assertFailed(
          environment.finding("cdn.load"),
          "other headers than expected: " + name + ".",
          "response headers policy");
    }
  }

  @Test
  void findsThatThePublishedPictureIsNotServed() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.of(
            bucket(), cdn -> cdn.privatePrefix("progress-photos/").privatePrefix("avatars/"))) {
      assertFailed(
          environment.finding("cdn.load"),
          "does not serve the published picture (403)",
          "CLOUDFRONT_URL");
    }
  }

  @Test
  void findsThatThePictureWasChanged() {
    try (DoctorEnvironment environment =
        changed(
            response -> new Http.Response(response.status(), response.headers(), new byte[1]))) {
      assertFailed(environment.finding("cdn.load"), "serves other bytes", "Lambda@Edge");
    }
  }

  @Test
  void findsThatPendingObjectsAreServed() {
    try (DoctorEnvironment environment =
        changed(response -> new Http.Response(200, response.headers(), TestPictures.png()))) {
      assertFailed(
          environment.finding("cdn.pending"),
          "CloudFront serves a pending object (200)",
          "Remove pending/");
    }
  }

  @Test
  void findsThatPrivatePicturesAreServedToEveryone() {
    try (DoctorEnvironment environment = DoctorEnvironment.of(bucket(), UnaryOperator.identity())) {
      assertFailed(
          environment.finding("cdn.private-unsigned"),
          "CloudFront serves a private picture without a signature (200)",
          "signed_urls");
      assertThat(environment.s3().keys()).isEmpty();
    }
  }

  @Test
  void findsThatTheKeyIsNotTrusted() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().with("CLOUDFRONT_KEY_PAIR_ID", "KOTHER")) {
      assertFailed(
          environment.finding("cdn.private-signed"),
          "does not serve a private picture to a signed URL (403)",
          "key group");
      assertNotChecked(
          environment.finding("cdn.private-unsigned"),
          "(403), but perhaps everything, see cdn.private-signed");
    }
  }

  @Test
  void doesNotTakeTheRefusalsOfAnotherBucketsDistributionForProtection() {
    try (DoctorEnvironment environment =
        changed(response -> new Http.Response(403, response.headers(), new byte[0]))) {
      assertNotChecked(
          environment.finding("cdn.pending"), "(403), but perhaps everything, see cdn.load");
      assertNotChecked(
          environment.finding("cdn.private-unsigned"),
          "perhaps everything, see cdn.private-signed");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302})
  void doesNotTakeAnErrorPageOfTheDistributionForAnObject(int status) {
    try (DoctorEnvironment environment =
        changed(
            response ->
                response.status() == 403
                    ? new Http.Response(status, response.headers(), new byte[0])
                    : response)) {
      assertNotChecked(environment.finding("cdn.pending"), "with " + status + " and something");
      assertNotChecked(
          environment.finding("cdn.private-unsigned"), "with " + status + " and something");
    }
  }

  @Test
  void letsEveryPageReadPictures() {
    try (DoctorEnvironment environment =
        changed(
            response ->
                withHeaders(
                    response,
                    headers -> {
                      headers.keySet().removeIf("access-control-allow-origin"::equalsIgnoreCase);
                      headers.put("access-control-allow-origin", List.of("*"));
                      return headers;
                    }))) {
      assertPassed(environment.finding("cdn.load"), "with the expected headers");
    }
  }

  @Test
  void checksNoPrivatePicturesWithoutAKey() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().without("CLOUDFRONT_KEY_PAIR_ID", "CLOUDFRONT_PRIVATE_KEY")) {
      assertNotChecked(environment.finding("cdn.private-signed"), "are not set");
      assertNotChecked(environment.finding("cdn.private-unsigned"), "are not set");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdn.load", "cdn.pending", "cdn.private-unsigned", "cdn.private-signed"})
  void doesNotTakeAProxysPageForAResponseOfCloudFront(String check) {
    try (DoctorEnvironment environment =
        changed(
            response ->
                new Http.Response(
                    403, HttpHeaders.of(Map.of(), (name, value) -> true), new byte[0]))) {
      assertNotChecked(
          environment.finding(check), "A server that is not CloudFront responded with 403");
    }
  }

  @Test
  void doesNotCallAnErrorOfCloudFrontAFailure() {
    try (DoctorEnvironment environment =
        changed(response -> new Http.Response(504, response.headers(), response.body()))) {
      assertNotChecked(environment.finding("cdn.load"), "(504). Try again.");
    }
  }

  @Test
  void usesThePrefixesOfTheCommandLine() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.of(bucket(), cdn -> cdn.privatePrefix("notes/"))) {
      assertPassed(
          environment.finding("cdn.private-signed", "--private-prefix", "notes/"), "signed URL");
      assertFailed(
          environment.finding("cdn.load", "--public-prefix", "notes/"), "(403)", "public_prefixes");
    }
  }
}
