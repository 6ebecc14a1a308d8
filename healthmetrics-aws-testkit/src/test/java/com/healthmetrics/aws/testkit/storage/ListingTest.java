package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {
  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");

  private static final Pattern ENTRY =
      Pattern.compile("<(?:Contents><Key|CommonPrefixes><Prefix)>(.*?)<");

  @AutoClose private final LocalS3 s3 = LocalS3.builder().versioning().start();

  private void put(String... keys) {
    for (String key : keys) {
      s3.put(key, "image/png", new byte[3]);
    }
  }

  private SignedRequest list() {
    return SignedRequest.ofBucket(s3).query("list-type", "2");
  }

  private SignedRequest versions() {
    return SignedRequest.ofBucket(s3).query("versions", "");
  }

  private static List<String> keys(Response response) {
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    List<String> keys = new ArrayList<>();
    Matcher matcher = KEY.matcher(response.body());
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  @Test
  void listsInTheOrderOfUtf8() {
    // In UTF-16 the emoji comes before the ligature.
    put("b", "\uFB01", "😀", "B", "a/1");
    assertThat(keys(list().send())).containsExactly("B", "a/1", "b", "\uFB01", "😀");
    assertThat(keys(list().query("prefix", "a/").send())).containsExactly("a/1");
    assertThat(keys(list().query("prefix", "nothing").send())).isEmpty();
  }

  @Test
  void describesObjects() {
    put("a&b");
    Response response = list().send();
    assertThat(response.element("Size")).isEqualTo("3");
    assertThat(response.element("ETag")).startsWith("&quot;");
    assertThat(response.element("KeyCount")).isEqualTo("1");
    assertThat(response.element("IsTruncated")).isEqualTo("false");
    assertThat(response.element("Key")).isEqualTo("a&amp;b");
    assertThat(list().query("encoding-type", "url").send().element("Key")).isEqualTo("a%26b");
  }

  @Test
  void listsPageByPage() {
    put("a", "b", "c");
    Response first = list().query("max-keys", "2").send();
    assertThat(keys(first)).containsExactly("a", "b");
    assertThat(first.element("IsTruncated")).isEqualTo("true");
    Response second =
        list().query("continuation-token", first.element("NextContinuationToken")).send();
    assertThat(keys(second)).containsExactly("c");
    assertThat(second.element("IsTruncated")).isEqualTo("false");
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 2", "2, 3", "2, 9", "1, 1", "1, 2", "1, 9"})
  void rollsKeysUpToCommonPrefixes(int version, int size) {
    put("a", "b/1", "b/2", "b/c/3", "d", "e/4");
    List<String> names = new ArrayList<>();
    SignedRequest next = folders(version, size);
    for (int page = 0; page < 5 && next != null; page++) {
      Response response = next.send();
      Matcher entry = ENTRY.matcher(response.body());
      while (entry.find()) {
        names.add(entry.group(1));
      }
      String from = response.element(version == 1 ? "NextMarker" : "NextContinuationToken");
      next =
          response.element("IsTruncated").equals("true")
              ? folders(version, size).query(version == 1 ? "marker" : "continuation-token", from)
              : null;
    }
    assertThat(names).containsExactlyInAnyOrder("a", "b/", "d", "e/");
  }

  private SignedRequest folders(int version, int size) {
    SignedRequest request = version == 1 ? SignedRequest.ofBucket(s3) : list();
    return request.query("delimiter", "/").query("max-keys", "" + size);
  }

  @Test
  void rollsUpBelowAPrefix() {
    put("a/b/1", "a/b/2", "a/c", "d");
    Response response = list().query("prefix", "a/").query("delimiter", "/").send();
    assertThat(keys(response)).containsExactly("a/c");
    assertThat(response.body()).contains("<CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes>");
    assertThat(response.element("Delimiter")).isEqualTo("/");
    assertThat(response.element("KeyCount")).isEqualTo("2");
    assertThat(keys(list().query("delimiter", "").send())).hasSize(4);
  }

  @Test
  void listsAsTheFirstVersionDoes() {
    put("a", "b", "c d");
    Response response =
        SignedRequest.ofBucket(s3)
            .query("marker", "a")
            .query("max-keys", "1")
            .query("encoding-type", "url")
            .send();
    assertThat(keys(response)).containsExactly("b");
    assertThat(response.element("Marker")).isEqualTo("a");
    assertThat(response.element("IsTruncated")).isEqualTo("true");
    // As on S3, only a list with a delimiter says where it goes on.
    assertThat(response.element("NextMarker")).isEmpty();
    assertThat(response.body()).contains("<Owner><ID>").doesNotContain("<KeyCount>");
    assertThat(
            keys(
                SignedRequest.ofBucket(s3)
                    .query("marker", "b")
                    .query("encoding-type", "url")
                    .send()))
        .containsExactly("c+d");
  }

  @Test
  void startsAfterAKeyAndNamesTheOwnerOnRequest() {
    put("a", "b", "c");
    Response response = list().query("start-after", "a").query("fetch-owner", "true").send();
    assertThat(keys(response)).containsExactly("b", "c");
    assertThat(response.element("StartAfter")).isEqualTo("a");
    assertThat(response.body()).contains("<Owner><ID>");
    assertThat(list().send().body()).doesNotContain("<Owner>");
  }

  @Test
  void returnsNothingOfAPageWithoutKeys() {
    put("a");
    Response response = list().query("max-keys", "0").send();
    assertThat(keys(response)).isEmpty();
    assertThat(response.element("IsTruncated")).isEqualTo("false");
  }

  @Test
  void returnsAtMostAThousand() {
    for (int i = 0; i < 1_001; i++) {
      put("k" + i);
    }
    assertThat(keys(list().query("max-keys", "5000").send())).hasSize(1_000);
    assertThat(keys(versions().send())).hasSize(1_000);
  }

  @ParameterizedTest
  @CsvSource({
    "max-keys, -1, 400 InvalidArgument",
    "max-keys, many, 400 InvalidArgument",
    "continuation-token, made-up, 400 InvalidArgument",
    "continuation-token, ***, 400 InvalidArgument",
    "encoding-type, base64, 400 InvalidArgument",
    "marker, a, 501 NotImplemented",
    "max-kyes, 3, 501 NotImplemented",
    "list-type, 1, 400 InvalidArgument"
  })
  void refusesUnsupportedListParameters(String name, String value, String refusal) {
    assertThat(list().query(name, value).send().refusal()).isEqualTo(refusal);
  }

  @Test
  void listsVersionsAndDeleteMarkers() {
    put("a", "a", "b");
    SignedRequest.ofObject(s3, "DELETE", "a").send();

    Response response = versions().send();

    assertThat(keys(response)).containsExactly("a", "a", "a", "b");
    assertThat(response.body()).containsOnlyOnce("<DeleteMarker>");
    assertThat(response.body().split("<IsLatest>true")).hasSize(3);
    assertThat(keys(list().send())).containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void listsVersionsPageByPage(int size) {
    put("a", "a", "a", "b", "c", "c");
    List<String> all = new ArrayList<>();
    SignedRequest next = versions().query("max-keys", "" + size);
    for (int page = 0; page < 7 && next != null; page++) {
      Response response = next.send();
      all.addAll(keys(response));
      next =
          response.element("IsTruncated").equals("true")
              ? versions()
                  .query("max-keys", "" + size)
                  .query("key-marker", response.element("NextKeyMarker"))
                  .query("version-id-marker", response.element("NextVersionIdMarker"))
              : null;
    }
    assertThat(all).containsExactly("a", "a", "a", "b", "c", "c");
  }

  @Test
  void goesOnAfterAKeyWithAllItsVersions() {
    put("a", "a", "b");
    assertThat(keys(versions().query("key-marker", "a").send())).containsExactly("b");
    assertThat(versions().query("version-id-marker", "x").send().refusal())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void returnsTheNullVersionWithoutVersioning() {
    try (LocalS3 plain = LocalS3.start()) {
      plain.put("a", "image/png", new byte[1]);
      plain.put("a", "image/png", new byte[2]);
      Response response = SignedRequest.ofBucket(plain).query("versions", "").send();
      assertThat(keys(response)).containsExactly("a");
      assertThat(response.element("VersionId")).isEqualTo("null");
      assertThat(
              SignedRequest.ofObject(plain, "DELETE", "a")
                  .query("versionId", "null")
                  .send()
                  .status())
          .isEqualTo(204);
      assertThat(plain.keys()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list-type", "versions", "prefix"})
  void listsNothingWithoutListPermission(String list) {
    try (LocalS3 secretive = LocalS3.builder().withoutListPermission().start()) {
      assertThat(SignedRequest.ofBucket(secretive).query(list, "2").send().refusal())
          .isEqualTo("403 AccessDenied");
    }
  }
}
