package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/**
 * How a bucket is built, where it is, and when it is open; S3SignerTest and S3ObjectsTest go on.
 */
class S3BucketTest {
  private static final String BUCKET = "healthmetrics-uploads";
  private static final ObjectKey KEY = ObjectKey.of("avatars/user-42/secret-name.png");
  private static final UploadRequest REQUEST = UploadRequest.of("user-42", "image/png", 48_213);

  private final RecordingCredentials credentials = RecordingCredentials.longTerm();

  private static S3Bucket.Builder complete() {
    return S3Bucket.builder()
        .bucket(BUCKET)
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm());
  }

  private S3Bucket bucket(StubHttp http) {
    return complete().credentials(credentials).httpClient(http).build();
  }

  @Test
  void namesAllMissingValuesAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> S3Bucket.builder().build())
        .withMessage("The S3 bucket is not complete. Missing: bucket, region, credentials.");
    assertThatIllegalStateException()
        .isThrownBy(() -> S3Bucket.builder().bucket(BUCKET).build())
        .withMessageEndingWith("Missing: region, credentials.");
    assertThatIllegalStateException()
        .isThrownBy(() -> S3Bucket.builder().bucket(BUCKET).region(Region.EU_WEST_1).build())
        .withMessageEndingWith("Missing: credentials.");
    assertThatIllegalStateException()
        .isThrownBy(() -> S3Bucket.builder().credentials(RecordingCredentials.longTerm()).build())
        .withMessageEndingWith("Missing: bucket, region.");
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:s3:eu-central-1:123456789012:accesspoint/mine, ARN",
    "uploads--euc1-az1--x-s3, S3 Express",
    "access-point--euc1-az1--xa-s3, S3 Express",
    "mfzwi23gnjvgw.mrap, multi-region access point",
    "mine--ol-s3, Object Lambda",
    "mine--op-s3, Outposts",
  })
  void refusesWhatIsSignedByOtherRulesWithTheReason(String name, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Bucket.builder().bucket(name))
        .withMessageContaining(reason)
        .withMessageContaining("other rules");
  }

  @Test
  void refusesInvalidSettings() {
    S3Bucket.Builder builder = S3Bucket.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.bucket("Not_A_Bucket"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.region(Region.AWS_GLOBAL));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.endpoint(URI.create("ftp://s3.example.com")));
    assertThatNullPointerException().isThrownBy(() -> builder.credentials(null));
    assertThatNullPointerException().isThrownBy(() -> builder.httpClient(null));
    assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://s3.example.com",
        "http://localhost.example.com",
        "http://minio:9000",
        "http://10.0.0.1:9000",
        "ftp://localhost",
        "https://user:password@s3.example.com",
        "https://s3.example.com?x=1",
        "https://s3.example.com#top",
        "s3.example.com",
      })
  void refusesEndpointsThatAreNotSafe(URI endpoint) {
    assertThatIllegalArgumentException().isThrownBy(() -> complete().endpoint(endpoint).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().publicEndpoint(endpoint).build());
  }

  @Test
  void allowsPlainHttpOnOtherMachinesOnlyIfAskedAtAnyTime() {
    URI minio = URI.create("http://minio:9000");
    URI phone = URI.create("http://10.0.2.2:9000");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().endpoint(minio).build())
        .withMessageContaining("\"http://minio:9000\" is plain http")
        .withMessageContaining("call allowCleartextHttp() on the builder");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().publicEndpoint(phone).build())
        .withMessageContaining("\"http://10.0.2.2:9000\" is plain http");
    for (S3Bucket.Builder builder :
        List.of(
            complete().allowCleartextHttp().endpoint(minio).publicEndpoint(phone),
            complete().endpoint(minio).publicEndpoint(phone).allowCleartextHttp())) {
      try (S3Bucket bucket = builder.pathStyle().build()) {
        assertThat(bucket).hasToString("S3Bucket[http://minio:9000/" + BUCKET + "]");
        assertThat(
                bucket
                    .uploads()
                    .presignPost(
                        UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 3))
                    .url())
            .hasToString("http://10.0.2.2:9000/" + BUCKET);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.2:9000", "http://s3.localhost:9000", "http://[::1]:9000"})
  void allowsPlainHttpOnThisMachine(URI endpoint) {
    try (S3Bucket bucket = complete().endpoint(endpoint).pathStyle().build()) {
      assertThat(bucket).hasToString("S3Bucket[" + endpoint + "/" + BUCKET + "]");
    }
  }

  @Test
  void refusesPseudoRegions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().region(Region.AWS_GLOBAL))
        .withMessageContaining("aws-global");
  }

  @Test
  void refusesHostsThatAwsDoesNotHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().region(Region.CN_NORTH_1).fips().build())
        .withMessageContaining("no FIPS endpoints");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().endpoint(URI.create("http://127.0.0.1:1")).fips().build())
        .withMessageContaining("either the endpoint or the variant");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().endpoint(URI.create("http://127.0.0.1:1")).dualStack().build())
        .withMessageContaining("either the endpoint or the variant");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().publicEndpoint(URI.create("http://[::1]:1")).fips().build())
        .withMessageContaining("either the endpoint or the variant");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> complete().publicEndpoint(URI.create("http://[::1]:1")).dualStack().build())
        .withMessageContaining("either the endpoint or the variant");
  }

  @Test
  void refusesNulls() {
    UploadUrlSigner signer = complete().build().uploads();
    assertThatNullPointerException().isThrownBy(() -> signer.presignPut(null, REQUEST));
    assertThatNullPointerException()
        .isThrownBy(() -> signer.presignPost(UploadPolicy.avatars(), null));
    assertThatNullPointerException().isThrownBy(() -> complete().bucket(null));
    assertThatNullPointerException().isThrownBy(() -> complete().credentials(null));
    assertThatNullPointerException().isThrownBy(() -> complete().publicUrls(null));
    assertThatNullPointerException().isThrownBy(() -> complete().clock(null));
    assertThatNullPointerException().isThrownBy(() -> complete().random(null));
    assertThatNullPointerException().isThrownBy(() -> complete().region(null));
    assertThatNullPointerException().isThrownBy(() -> complete().endpoint(null));
    assertThatNullPointerException().isThrownBy(() -> complete().publicEndpoint(null));
    assertThatNullPointerException().isThrownBy(() -> complete().httpClient(null));
    assertThatNullPointerException().isThrownBy(() -> complete().refreshingCredentials(null));
  }

  @ParameterizedTest
  @CsvSource({
    "https://s3.example.com, https://healthmetrics-uploads.s3.example.com/",
    "https://s3.example.com/base/, https://healthmetrics-uploads.s3.example.com/base",
    "https://S3.EXAMPLE.com:443, https://healthmetrics-uploads.s3.example.com/",
    "http://127.0.0.1:9000, http://127.0.0.1:9000/healthmetrics-uploads",
    "http://[::1]:9000, http://[::1]:9000/healthmetrics-uploads",
  })
  void signsForTheEndpoint(URI endpoint, URI expected) {
    PresignedPost post =
        complete()
            .endpoint(endpoint)
            .build()
            .uploads()
            .presignPost(UploadPolicy.avatars(), REQUEST);

    assertThat(post.url()).isEqualTo(expected);
  }

  @Test
  void putsTheBucketIntoThePathIfRequestedOrIfTheNameHasDots() {
    assertThat(
            complete()
                .pathStyle()
                .build()
                .uploads()
                .presignPost(UploadPolicy.avatars(), REQUEST)
                .url())
        .hasToString("https://s3.eu-central-1.amazonaws.com/" + BUCKET);
    assertThat(
            complete()
                .bucket("uploads.example.com")
                .build()
                .uploads()
                .presignPost(UploadPolicy.avatars(), REQUEST)
                .url())
        .hasToString("https://s3.eu-central-1.amazonaws.com/uploads.example.com");
    assertThat(
            complete()
                .bucket("uploads.example.com")
                .endpoint(URI.create("http://localhost:9000"))
                .build()
                .uploads()
                .presignPost(UploadPolicy.avatars(), REQUEST)
                .url())
        .as("no certificate, so dots in a host do no harm")
        .hasToString("http://uploads.example.com.localhost:9000/");
  }

  @Test
  void signsForThePublicEndpointAndSendsToTheOther() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket =
        complete()
            .httpClient(http)
            .endpoint(URI.create("http://localhost:9000"))
            .publicEndpoint(URI.create("https://s3.example.com/base"))
            .pathStyle()
            .build()) {
      bucket.objects().delete(KEY);

      assertThat(http.requests().get(1).http().getUri())
          .hasToString("http://localhost:9000/" + BUCKET + "/" + KEY);
      assertThat(bucket.uploads().presignPost(UploadPolicy.avatars(), REQUEST).url())
          .hasToString("https://s3.example.com/base/" + BUCKET);
      assertThat(bucket.uploads().presignPut(UploadPolicy.avatars(), REQUEST).url())
          .hasHost("s3.example.com");
      assertThat(bucket).hasToString("S3Bucket[http://localhost:9000/" + BUCKET + "]");
    }
  }

  @Test
  void sendsToAwsIfOnlyThePublicEndpointIsSet() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket =
        complete().httpClient(http).publicEndpoint(URI.create("https://s3.example.com")).build()) {
      bucket.objects().delete(KEY);

      assertThat(http.requests().get(0).http().getUri())
          .hasHost(BUCKET + ".s3.eu-central-1.amazonaws.com");
      assertThat(bucket.uploads().presignPost(UploadPolicy.avatars(), REQUEST).url())
          .hasHost(BUCKET + ".s3.example.com");
    }
  }

  @Test
  void showsHostAndBucketAndNoSecret() {
    try (S3Bucket bucket = bucket(StubHttp.responding(204, ""))) {
      assertThat(bucket)
          .hasToString("S3Bucket[https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com]");
    }
  }

  @Test
  void buildsTheClientWhenTheFirstRequestNeedsIt() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = bucket(http)) {
      assertThat(bucket.objects().deleteAll(List.of()).isComplete()).isTrue();
      assertThatIllegalArgumentException().isThrownBy(() -> bucket.objects().deletePrefix(""));
      assertThatIllegalArgumentException().isThrownBy(() -> bucket.objects().open(KEY, 2, 1));
      assertThat(credentials.timesAsked()).isZero();
      bucket.uploads().presignPut(UploadPolicy.avatars(), REQUEST);
      assertThat(bucket.hasClient()).isFalse();
      assertThat(credentials.timesAsked()).isEqualTo(1);

      bucket.objects().delete(KEY);

      assertThat(bucket.hasClient()).isTrue();
      assertThat(credentials.timesAsked()).isEqualTo(3);
      assertThat(http.requests()).hasSize(2);
    }
  }

  @Test
  void buildsTheClientAheadOfTheFirstRequestButNotOnceItIsClosed() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = bucket(http)) {
      bucket.warmUp();

      assertThat(bucket.hasClient()).isTrue();
      assertThat(http.requests()).isEmpty();
      assertThat(credentials.timesAsked()).isZero();
    }
    S3Bucket closed = bucket(http);
    closed.close();

    closed.warmUp();

    assertThat(closed.hasClient()).isFalse();
  }

  @Test
  void buildsNoClientOnlyToCloseIt() {
    S3Bucket bucket = bucket(StubHttp.responding(204, ""));

    bucket.close();
    bucket.close();

    assertThat(bucket.hasClient()).isFalse();
  }

  @Test
  void closesNothingThatItWasGiven() {
    StubHttp http = StubHttp.responding(204, "");
    S3Bucket bucket = bucket(http);
    bucket.objects().delete(KEY);

    bucket.close();

    assertThat(http.timesClosed()).isZero();
    assertThat(credentials.timesClosed()).isZero();
  }

  @Test
  void sendsNothingOnceItIsClosed() {
    StubHttp http = StubHttp.responding(204, "");
    S3Bucket bucket = bucket(http);
    bucket.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> bucket.objects().delete(KEY))
        .withMessageContaining("closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> bucket.verifier().verify(UploadPolicy.avatars(), "user-42", uploaded()));
    assertThat(http.requests()).isEmpty();
  }

  private static ObjectKey uploaded() {
    return ObjectKey.of("avatars/user-42/" + "0123456789abcdef".repeat(2) + ".png");
  }

  @Test
  void signsAfterItIsClosed() {
    StubHttp http = StubHttp.responding(204, "");
    S3Bucket bucket = bucket(http);
    bucket.objects().delete(KEY);
    bucket.close();

    assertThat(bucket.uploads().presignPut(UploadPolicy.avatars(), REQUEST).url())
        .hasHost("healthmetrics-uploads.s3.eu-central-1.amazonaws.com");
  }
}
