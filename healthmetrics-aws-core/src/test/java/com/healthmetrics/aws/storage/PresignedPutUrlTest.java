package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.FixedRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Two URLs, byte for byte, whose signatures were computed by another program. {@link
 * SdkPresignerComparisonTest} compares thousands more with those of the SDK, and takes its time.
 */
class PresignedPutUrlTest {
  private static String url(AwsCredentials credentials, UploadPolicy policy, UploadRequest upload) {
    return S3Bucket.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(StaticCredentialsProvider.create(credentials))
        .clock(Clock.fixed(Instant.parse("2026-03-01T10:15:30Z"), ZoneOffset.UTC))
        .random(new FixedRandom(new byte[16]))
        .build()
        .uploads()
        .presignPut(policy, upload)
        .url()
        .toString();
  }

  private static UploadPolicy.Builder policy() {
    return UploadPolicy.builder()
        .keyPrefix("avatars/")
        .types(ImageType.PNG)
        .maxBytes(100_000)
        .lifetime(Duration.ofMinutes(5));
  }

  @Test
  void signsWithLongTermCredentials() {
    AwsCredentials credentials = AwsBasicCredentials.create("AKIDEXAMPLE", "secret");

    assertThat(url(credentials, policy().build(), UploadRequest.of("user-42", "image/png", 48_213)))
        .isEqualTo(
            "https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com/pending/avatars/user-42/"
                + "00000000000000000000000000000000.png?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Date=20260301T101530Z"
                + "&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match"
                + "&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Feu-central-1%2Fs3%2Faws4_request"
                + "&X-Amz-Expires=300"
                + "&X-Amz-Signature=ee404cd45d760d8f5d612af7fddad671e96b8ac29b88396c9689fe4e1fdd7307");
  }

  @Test
  void signsWithASessionTokenAndEveryHeader() {
    AwsCredentials credentials =
        AwsSessionCredentials.create("ASIAEXAMPLE", "secret", "token+with/reserved=characters");
    UploadRequest upload =
        UploadRequest.of("user-42", "image/png", 48_213)
            .withFileName("Mein Bild.png")
            .withMetadata("album", "summer")
            .withCrc32c("yZRlqg==");

    assertThat(url(credentials, policy().cacheControl("no-cache").build(), upload))
        .isEqualTo(
            "https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com/pending/avatars/user-42/"
                + "00000000000000000000000000000000.png?X-Amz-Security-Token=token%2Bwith%2Freserved%3Dcharacters"
                + "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Date=20260301T101530Z"
                + "&X-Amz-SignedHeaders=cache-control%3Bcontent-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-crc32c%3Bx-amz-meta-album%3Bx-amz-meta-filename"
                + "&X-Amz-Credential=ASIAEXAMPLE%2F20260301%2Feu-central-1%2Fs3%2Faws4_request"
                + "&X-Amz-Expires=300"
                + "&X-Amz-Signature=553ee2003c88580ae82a0080534e8887f2c9a20672dabd4e7673ce27e089d100");
  }
}
