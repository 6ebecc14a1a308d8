package com.healthmetrics.aws.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/** The doctor's own signatures against those of the SDK. */
class SignedRequestTest {
  private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");
  private static final String FORM = "Action=GetCallerIdentity&Version=2011-06-15";

  static Stream<AwsCredentials> credentials() {
    return Stream.of(
        AwsBasicCredentials.create("AKIDEXAMPLE", "secret/with+signs"),
        AwsSessionCredentials.create("ASIAEXAMPLE", "secret", "token/with+signs=="));
  }

  @ParameterizedTest
  @MethodSource("credentials")
  void signsAFormAsTheSdkDoes(AwsCredentials by) {
    URI url = URI.create("https://sts.eu-central-1.amazonaws.com");
    HttpRequest request = SignedRequest.form(url, FORM, "eu-central-1", "sts", by, AT);
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(url)
            .putHeader("content-type", request.headers().firstValue("content-type").orElseThrow())
            .build();

    SdkHttpRequest expected =
        AwsV4HttpSigner.create()
            .sign(
                signing ->
                    signing
                        .identity(by)
                        .request(unsigned)
                        .payload(
                            () -> new ByteArrayInputStream(FORM.getBytes(StandardCharsets.UTF_8)))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(AT, ZoneOffset.UTC)))
            .request();

    assertThat(request.headers().firstValue("authorization"))
        .isEqualTo(expected.firstMatchingHeader("Authorization"));
    assertThat(request.headers().firstValue("x-amz-security-token"))
        .isEqualTo(expected.firstMatchingHeader("X-Amz-Security-Token"));
  }

  @ParameterizedTest
  @MethodSource("credentials")
  void presignsAPutAsTheSdkDoes(AwsCredentials by) {
    URI object = URI.create("https://pictures.s3.eu-central-1.amazonaws.com/avatars/doctor/a.png");
    URI signed = SignedRequest.put(object, Duration.ofMinutes(2), "eu-central-1", by, AT);

    SdkHttpRequest expected =
        AwsV4HttpSigner.create()
            .sign(
                signing ->
                    signing
                        .identity(by)
                        .request(
                            SdkHttpRequest.builder().method(SdkHttpMethod.PUT).uri(object).build())
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(
                            AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(2))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(AT, ZoneOffset.UTC)))
            .request();

    assertThat(signed.getQuery())
        .contains(
            "X-Amz-Signature=" + expected.firstMatchingRawQueryParameter("X-Amz-Signature").get());
  }
}
