package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadEvent;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The documentation's example for observing uploads, with the real library. */
class ObservedUploadsTest {
  private static final byte[] PNG = Pictures.png();
  private static final byte[] HTML = "<!doctype html>".getBytes(StandardCharsets.UTF_8);

  /** The class of the documentation, to the letter. */
  static class UploadMetrics {
    /** For HealthMetricsAws.builder(settings).observeUploads(…). */
    static Consumer<UploadEvent> to(MeterRegistry registry) {
      return event -> {
        String step = event.step().name().toLowerCase(Locale.ROOT);
        registry
            .timer("upload." + step, "outcome", event.outcome(), "to", event.keyPrefix())
            .record(event.duration());
        event.bytes().ifPresent(registry.summary("upload." + step + ".bytes")::record);
      };
    }
  }

  @Test
  void countsUploadsWithMicrometer() {
    MeterRegistry registry = new SimpleMeterRegistry();
    UploadPolicy avatars = UploadPolicy.avatars();
    try (LocalAws local = LocalAws.start();
        HealthMetricsAws aws =
            HealthMetricsAws.builder(local.aws().settings())
                .credentials(local.credentials())
                .observeUploads(UploadMetrics.to(registry))
                .build()) {
      for (byte[] file : new byte[][] {PNG, HTML}) {
        UploadRequest request = UploadRequest.of("user-42", "image/png", file.length);
        PresignedPut upload = aws.uploads().presignPut(avatars, request);
        assertThat(new Browser().send(upload, file).statusCode()).isEqualTo(200);
        aws.uploadVerifier().verify(avatars, request, upload.key());
      }
    }

    assertThat(registry.get("upload.sign").tag("outcome", "signed").timer().count()).isEqualTo(2);
    assertThat(registry.get("upload.verify").tag("outcome", "accepted").timer().count()).isOne();
    assertThat(registry.get("upload.verify").tag("outcome", "rejected").timer().count()).isOne();
    assertThat(registry.get("upload.verify").timers())
        .allSatisfy(
            timer -> {
              assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
              assertThat(timer.getId().getTag("to")).isEqualTo("avatars/");
            });
    assertThat(registry.get("upload.verify.bytes").summary().totalAmount()).isEqualTo(PNG.length);
  }
}
