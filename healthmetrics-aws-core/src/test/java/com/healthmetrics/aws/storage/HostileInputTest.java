package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;

/**
 * Every request ends in a rejection, or in a signature for exactly that request and nothing else.
 *
 * <p>A build tries a few thousand requests; {@code -Dhostile.batch=25} tries that many times more,
 * as continuous integration does.
 */
class HostileInputTest {
  private static final int TRIES = 2_000;
  private static final int BATCH = Integer.getInteger("hostile.batch", 1);

  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final Region REGION = Region.EU_CENTRAL_1;
  private static final String ORIGIN =
      "https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com";

  /** A hostile request, and the instant of signing. */
  record Attempt(UploadRequest request, Instant now) {}

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void aPutSignsWhatWasRequestedOrNothing(@ForAll("batches") List<Attempt> attempts) {
    attempts.forEach(HostileInputTest::assertThatAPutSignsWhatWasRequestedOrNothing);
  }

  private static void assertThatAPutSignsWhatWasRequestedOrNothing(Attempt attempt) {
    sign(attempt, signer -> signer.presignPut(POLICY, attempt.request()))
        .ifPresent(
            put -> {
              assertThatKeyIsOurs(put, attempt.request());
              assertThat(put.url().toString())
                  .startsWith(
                      ORIGIN + "/" + PercentEncoding.encodePath(put.pendingKey().value()) + "?");
              Map<String, String> query = query(put.url());
              assertThat(query)
                  .containsOnlyKeys(
                      "X-Amz-Algorithm",
                      "X-Amz-Date",
                      "X-Amz-SignedHeaders",
                      "X-Amz-Credential",
                      "X-Amz-Expires",
                      "X-Amz-Signature");
              assertThat(query.get("X-Amz-SignedHeaders").split("%3B"))
                  .containsExactlyInAnyOrderElementsOf(signedNames(put));
              assertThat(put.contentLength()).isEqualTo(attempt.request().sizeBytes());
              assertThatNothingCanBreakOut(put.headers());
            });
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void aPostSignsWhatWasRequestedOrNothing(@ForAll("batches") List<Attempt> attempts) {
    attempts.forEach(HostileInputTest::assertThatAPostSignsWhatWasRequestedOrNothing);
  }

  private static void assertThatAPostSignsWhatWasRequestedOrNothing(Attempt attempt) {
    sign(attempt, signer -> signer.presignPost(POLICY, attempt.request()))
        .ifPresent(
            post -> {
              assertThatKeyIsOurs(post, attempt.request());
              assertThat(post.url()).hasToString(ORIGIN + "/");
              assertThat(post.fields()).containsEntry("key", post.pendingKey().value());
              assertThatNothingCanBreakOut(post.fields());
              Map<String, String> uncovered = new LinkedHashMap<>(post.fields());
              uncovered.keySet().removeAll(List.of("policy", "x-amz-signature"));
              assertThat(conditions(post))
                  .containsAllEntriesOf(uncovered)
                  .hasSize(uncovered.size() + 1);
            });
  }

  private interface Signing<T> {
    T by(UploadUrlSigner signer);
  }

  private static <T extends PresignedUpload> Optional<T> sign(Attempt attempt, Signing<T> signing) {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    UploadUrlSigner signer =
        S3Bucket.builder()
            .bucket("healthmetrics-uploads")
            .region(REGION)
            .credentials(credentials)
            .clock(Clock.fixed(attempt.now(), ZoneOffset.UTC))
            .build()
            .uploads();
    try {
      return Optional.of(signing.by(signer));
    } catch (UploadRejectedException e) {
      assertThat(e.getMessage()).matches("\\p{Print}{1,600}");
      assertThat(credentials.timesAsked()).as("nothing was signed").isZero();
      return Optional.empty();
    }
  }

  private static void assertThatKeyIsOurs(PresignedUpload upload, UploadRequest request) {
    String prefix = POLICY.keyPrefix() + request.owner() + "/";
    assertThat(upload.key().value()).startsWith(prefix);
    assertThat(upload.key().value().substring(prefix.length()))
        .matches("[0-9a-f]{32}\\.(jpg|png|webp)");
    assertThat(upload.contentType()).isEqualToIgnoringCase(request.contentType());
    assertThat(SimpleJson.parse(upload.toJson()).isObject()).isTrue();
  }

  private static List<String> signedNames(PresignedPut put) {
    List<String> names = new ArrayList<>(put.headers().keySet());
    names.addAll(List.of("host", "content-length"));
    return names;
  }

  private static void assertThatNothingCanBreakOut(Map<String, String> namesAndValues) {
    namesAndValues.forEach(
        (name, value) -> {
          assertThat(name).matches("[A-Za-z0-9-]+");
          assertThat(value).matches("[ -~]+");
        });
  }

  private static Map<String, String> query(URI url) {
    return Arrays.stream(url.getRawQuery().split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static Map<String, String> conditions(PresignedPost post) {
    byte[] json = Base64.getDecoder().decode(post.fields().get("policy"));
    JsonNode policy = SimpleJson.parse(new String(json, StandardCharsets.UTF_8));
    Map<String, String> exact = new LinkedHashMap<>();
    for (JsonNode condition : SimpleJson.at(policy, "conditions").asArray()) {
      if (condition.isObject()) {
        exact.putAll(SimpleJson.texts(condition));
      }
    }
    return exact;
  }

  @Provide
  Arbitrary<List<Attempt>> batches() {
    return attempts().list().ofSize(BATCH);
  }

  private static Arbitrary<Attempt> attempts() {
    Arbitrary<UploadRequest> requests =
        Combinators.combine(
                mostly(
                    "user-42", texts(), Arbitraries.of("..", ".", "a/b", "a\r\nb", "${x}", "%2e")),
                mostly(
                    "image/png", texts(), Arbitraries.of("image/svg+xml", "IMAGE/JPEG", "a\r\nb")),
                Arbitraries.oneOf(
                    Arbitraries.longs().between(1, POLICY.maxBytes()), Arbitraries.longs()),
                texts().optional(0.5),
                Arbitraries.maps(mostly("note", texts(), texts()), texts()).ofMaxSize(2),
                Arbitraries.oneOf(texts(), base64(32)).optional(0.2),
                Arbitraries.oneOf(texts(), base64(4)).optional(0.2))
            .as(HostileInputTest::request);
    Arbitrary<Instant> instants =
        Arbitraries.longs()
            .between(
                Instant.parse("1970-01-02T00:00:00Z").getEpochSecond(),
                Instant.parse("9999-12-30T00:00:00Z").getEpochSecond())
            .map(Instant::ofEpochSecond);
    return Combinators.combine(requests, instants).as(Attempt::new);
  }

  private static UploadRequest request(
      String owner,
      String contentType,
      long size,
      Optional<String> fileName,
      Map<String, String> metadata,
      Optional<String> sha256,
      Optional<String> crc32c) {
    UploadRequest request = UploadRequest.of(owner, contentType, size);
    request = fileName.map(request::withFileName).orElse(request);
    request = sha256.map(request::withSha256).orElse(request);
    request = crc32c.map(request::withCrc32c).orElse(request);
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      request = request.withMetadata(entry.getKey(), entry.getValue());
    }
    return request;
  }

  /** Most of the time a value that passes, so that the others are checked, too. */
  private static Arbitrary<String> mostly(
      String usual, Arbitrary<String> any, Arbitrary<String> nasty) {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just(usual)), Tuple.of(1, any), Tuple.of(1, nasty));
  }

  private static Arbitrary<String> base64(int bytes) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofSize(bytes)
        .map(Base64.getEncoder()::encodeToString);
  }

  /**
   * Any characters at all: controls, lone surrogates, what is special in HTML, JSON and headers.
   */
  private static Arbitrary<String> texts() {
    Arbitrary<Character> characters =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.chars().range(' ', '~')),
            Tuple.of(1, Arbitraries.chars().range('\u0000', '\u001f')),
            Tuple.of(1, Arbitraries.chars().all()),
            Tuple.of(1, Arbitraries.of('\r', '\n', '"', '\\', '<', '$', '{', '%', '/')));
    return characters.list().ofMaxSize(40).map(HostileInputTest::text);
  }

  private static String text(List<Character> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }
}
