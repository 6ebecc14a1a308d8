package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Lists that broken servers, proxies and caches send, as the SDK's client reads them. */
class ListingFaultTest {
  private static final String PREFIX = "avatars/user 7/";

  @AutoClose private final LocalS3 s3 = LocalS3.start();

  @AutoClose
  private final S3Client client =
      S3Client.builder()
          .endpointOverride(s3.endpoint())
          .region(s3.region())
          .credentialsProvider(s3.credentials())
          .forcePathStyle(true)
          .build();

  /** What the client reads of a page. */
  private record Page(List<String> keys, boolean truncated, String marker) {}

  private enum Kind {
    V1 {
      @Override
      Page list(S3Client client, String bucket, String marker) {
        var page =
            client.listObjects(b -> b.bucket(bucket).prefix(PREFIX).marker(emptyToNull(marker)));
        return new Page(
            page.contents().stream().map(object -> object.key()).toList(),
            page.isTruncated(),
            nullToEmpty(page.nextMarker()));
      }
    },
    V2 {
      @Override
      Page list(S3Client client, String bucket, String marker) {
        var page =
            client.listObjectsV2(
                b -> b.bucket(bucket).prefix(PREFIX).continuationToken(emptyToNull(marker)));
        assertThat(page.keyCount()).isNotNegative();
        return new Page(
            page.contents().stream().map(object -> object.key()).toList(),
            page.isTruncated(),
            nullToEmpty(page.nextContinuationToken()));
      }
    },
    VERSIONS {
      @Override
      Page list(S3Client client, String bucket, String marker) {
        var page =
            client.listObjectVersions(
                b -> b.bucket(bucket).prefix(PREFIX).keyMarker(emptyToNull(marker)));
        return new Page(
            page.versions().stream().map(version -> version.key()).toList(),
            page.isTruncated(),
            nullToEmpty(page.nextKeyMarker()));
      }
    };

    abstract Page list(S3Client client, String bucket, String marker);

    private static String emptyToNull(String text) {
      return text.isEmpty() ? null : text;
    }

    private static String nullToEmpty(String text) {
      return text == null ? "" : text;
    }
  }

  private static List<String> keys(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(PREFIX + i);
    }
    return keys;
  }

  @BeforeEach
  void upload() {
    keys(4).forEach(key -> s3.put(key, "image/png", new byte[1]));
    s3.put("avatars/user+8/ü&%41", "image/png", new byte[1]);
  }

  private Page list(Kind kind, String marker) {
    return kind.list(client, s3.bucket(), marker);
  }

  @ParameterizedTest
  @EnumSource
  void hasNoMarkerAlthoughItIsTruncated(Kind kind) {
    s3.failNext(S3Fault.listingWithoutMarker());

    assertThat(list(kind, "")).isEqualTo(new Page(keys(4), true, ""));
    assertThat(list(kind, "")).isEqualTo(new Page(keys(4), false, ""));
  }

  @ParameterizedTest
  @EnumSource
  void hasTheSamePageAndMarkerAgain(Kind kind) {
    s3.failNext(S3Fault.listingWithSameMarker(), S3Fault.listingWithSameMarker());

    Page first = list(kind, "");

    assertThat(first.keys()).isEqualTo(keys(4));
    assertThat(first.truncated()).isTrue();
    assertThat(first.marker()).isNotEmpty();
    assertThat(list(kind, first.marker())).isEqualTo(first);
    assertThat(list(kind, first.marker())).isEqualTo(new Page(keys(4), false, ""));
  }

  @ParameterizedTest
  @EnumSource
  void hasAKeyOutsideThePrefix(Kind kind) {
    s3.failNext(S3Fault.listingWithKey("avatars/user+8/ü&%41"));

    assertThat(list(kind, "").keys()).hasSize(5).endsWith("avatars/user+8/ü&%41");
    assertThat(list(kind, "").keys()).isEqualTo(keys(4));
  }

  @Test
  void encodesTheKeyWhereTheClientAsksForIt() {
    s3.failNext(S3Fault.listingWithKey("a +&"), S3Fault.listingWithKey("a +&"));
    SignedRequest list = SignedRequest.ofBucket(s3).query("list-type", "2").query("prefix", "b");

    assertThat(list.send().element("Key")).isEqualTo("a +&amp;");
    assertThat(list.query("encoding-type", "url").send().element("Key")).isEqualTo("a+%2B%26");
  }

  @ParameterizedTest
  @EnumSource
  void isCutShortWithoutStatingIt(Kind kind) {
    s3.failNext(S3Fault.listingCutShort(), S3Fault.listingCutShort());

    assertThat(list(kind, "")).isEqualTo(new Page(keys(2), false, ""));
    s3.clear();
    assertThat(list(kind, "")).isEqualTo(new Page(List.of(), false, ""));
  }

  @Test
  void isOfAnotherBucket() {
    s3.failNext(S3Fault.listing(text -> text.replace("<Name>" + s3.bucket(), "<Name>other")));

    assertThat(client.listObjectsV2(b -> b.bucket(s3.bucket())).name()).isEqualTo("other");
  }

  @Test
  void waitsForAListAndLeavesOtherRequestsAlone() {
    s3.failNext(S3Fault.listingWithoutMarker());

    client.headBucket(b -> b.bucket(s3.bucket()));
    client.getBucketLocation(b -> b.bucket(s3.bucket()));
    client.listBuckets();
    client.getObjectAsBytes(b -> b.bucket(s3.bucket()).key(PREFIX + 0));
    client.deleteObject(b -> b.bucket(s3.bucket()).key(PREFIX + 3));

    assertThat(list(Kind.V2, "")).isEqualTo(new Page(keys(3), true, ""));
  }

  @Test
  void leavesAnErrorAsItIs() {
    for (S3Fault fault :
        List.of(
            S3Fault.listingWithoutMarker(),
            S3Fault.listingWithSameMarker(),
            S3Fault.listingWithKey("a"),
            S3Fault.listingCutShort())) {
      s3.failNext(fault);
      assertThat(
              SignedRequest.ofBucket(s3)
                  .query("list-type", "2")
                  .credentials(s3.accessKeyId(), "wrong")
                  .send()
                  .refusal())
          .isEqualTo("403 SignatureDoesNotMatch");
    }
  }

  @Test
  void refusesNull() {
    UnaryOperator<String> missing = null;
    assertThatNullPointerException().isThrownBy(() -> S3Fault.listing(missing));
    assertThatNullPointerException().isThrownBy(() -> S3Fault.listingWithKey(null));
  }

  @Test
  void reportsItsName() {
    assertThat(S3Fault.listingCutShort()).hasToString("S3Fault[listingCutShort]");
  }
}
