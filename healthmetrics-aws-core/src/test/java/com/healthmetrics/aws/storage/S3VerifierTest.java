package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class S3VerifierTest {
  private static final BucketLocation LOCATION =
      new BucketLocation("healthmetrics-uploads", Region.EU_CENTRAL_1, null, false, false, false);

  private final RecordingCredentials credentials = RecordingCredentials.longTerm();
  private final VirtualTime time = new VirtualTime();

  /** A client that takes longer to build than a verification may take. */
  private Lazy<S3Client> slowClient() {
    S3ClientFactory factory =
        new S3ClientFactory(
            LOCATION, credentials, StubHttp.responding(404, ""), Duration.ofSeconds(60));
    return new Lazy<>(
        () -> {
          time.advance(Duration.ofMinutes(2));
          return factory.get();
        });
  }

  @Test
  void buildsTheClientBeforeTheDeadlineOfTheFirstVerificationBegins() {
    S3Objects objects =
        new S3Objects(
            LOCATION.bucket(),
            BucketEndpoint.of(LOCATION),
            new S3Connection(slowClient(), credentials, Clock.systemUTC(), Optional.empty()));
    ObjectKey key = ObjectKey.of("avatars/user-42/0123456789abcdef0123456789abcdef.png");

    assertThat(Verifiers.of(objects, time).verify(UploadPolicy.avatars(), "user-42", key))
        .isInstanceOf(NotUploaded.class);
  }
}
