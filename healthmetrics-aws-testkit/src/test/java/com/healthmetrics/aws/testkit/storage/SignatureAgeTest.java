package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket policy that denies presigned requests from an age. */
class SignatureAgeTest {
  private static final String KEY = "avatars/7/a.png";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));

  @AutoClose
  private final LocalS3 s3 =
      LocalS3.builder().clock(clock).denySignaturesOlderThan(Duration.ofSeconds(60)).start();

  private SignedRequest signedBefore(String method, Duration age) {
    return SignedRequest.presigned(s3, method, KEY)
        .clock(Clock.offset(clock, age.negated()))
        .lifetime(Duration.ofHours(1));
  }

  private static void assertDenied(Response response) {
    assertThat(response.refusal()).as(response.body()).isEqualTo("403 AccessDenied");
    assertThat(response.message()).contains("explicit deny in a resource-based policy");
    assertThat(response.element("Reason")).contains("denySignaturesOlderThan(PT1M)");
  }

  @Test
  void acceptsAPresignedUploadOfThatAge() {
    assertThat(signedBefore("PUT", Duration.ofSeconds(60)).send("x").status()).isEqualTo(200);
  }

  @Test
  void deniesAPresignedUploadThatIsOlderThoughItHasNotExpired() {
    assertDenied(signedBefore("PUT", Duration.ofSeconds(61)).send("x"));
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void deniesAPresignedDownloadThatIsOlder() {
    s3.put(KEY, "image/png", new byte[1]);

    assertDenied(signedBefore("GET", Duration.ofSeconds(61)).send());
  }

  @Test
  void deniesAFormThatIsOlder() {
    SignedForm form = SignedForm.to(s3).signedField("key", KEY);
    clock.advance(Duration.ofSeconds(61));

    assertDenied(form.send("x"));
  }

  @Test
  void saysThatAnExpiredUrlHasExpired() {
    Response response =
        signedBefore("PUT", Duration.ofSeconds(61)).lifetime(Duration.ofSeconds(1)).send("x");

    assertThat(response.message()).isEqualTo("Request has expired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.999S", "-PT1S", "PT168H0.001S"})
  void refusesAnAgeThatNoSignatureHas(Duration age) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalS3.builder().denySignaturesOlderThan(age))
        .withMessage("age must be PT1S to PT168H: " + age);
  }
}
