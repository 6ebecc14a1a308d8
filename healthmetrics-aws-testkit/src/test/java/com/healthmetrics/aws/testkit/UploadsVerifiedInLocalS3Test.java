package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadEvent;
import com.healthmetrics.aws.storage.UploadEvent.Step;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import com.healthmetrics.aws.storage.UploadVerifier;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of a browser are verified over the wire, as an application does it. */
class UploadsVerifiedInLocalS3Test {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final byte[] PNG = Pictures.png();
  private static final byte[] HTML = bytes("<!doctype html><script>alert(1)</script>");

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A bucket and everything that an application gets from it. */
  private static final class Setup implements AutoCloseable {
    private final LocalS3 s3;
    private final S3Bucket bucket;
    private final UploadUrlSigner signer;
    private final UploadVerifier verifier;
    private final Browser browser = new Browser();

    Setup(LocalS3.Builder builder) {
      s3 = builder.start();
      bucket =
          Bucket.of(s3).s3().publicUrls(key -> URI.create("https://cdn.example/" + key)).build();
      signer = bucket.uploads();
      verifier = bucket.verifier();
    }

    PresignedUpload uploaded(byte[] picture) {
      return uploaded(picture, request -> request);
    }

    PresignedUpload uploaded(byte[] picture, UnaryOperator<UploadRequest> more) {
      UploadRequest request = more.apply(UploadRequest.of("user-42", "image/png", picture.length));
      PresignedUpload upload = signer.presignPut(POLICY, request);
      assertThat(browser.send(upload, picture).statusCode()).isEqualTo(200);
      return upload;
    }

    UploadVerification verify(ObjectKey key) {
      return verifier.verify(POLICY, "user-42", key);
    }

    @Override
    public void close() {
      bucket.close();
      s3.close();
    }
  }

  private Setup setup = new Setup(LocalS3.builder());

  @AfterEach
  void stop() {
    setup.close();
  }

  private void startAnew(LocalS3.Builder builder) {
    setup.close();
    setup = new Setup(builder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void publishesAPictureWithThePolicysHeaders(boolean versioning) {
    startAnew(versioning ? LocalS3.builder().versioning() : LocalS3.builder());
    PresignedUpload upload = setup.uploaded(PNG);

    Accepted accepted = setup.verify(upload.key()).orThrow();

    assertThat(accepted.publicUrl()).isEqualTo(upload.publicUrl()).isPresent();
    ObjectHead head = accepted.head();
    assertThat(head.sizeBytes()).isEqualTo(PNG.length);
    assertThat(head.contentType()).contains("image/png");
    assertThat(head.cacheControl()).isEqualTo(POLICY.cacheControl());
    assertThat(head.versionId().isPresent()).isEqualTo(versioning);
    ObjectHead stored = setup.bucket.objects().head(upload.key()).orElseThrow();
    assertThat(head.eTag()).isEqualTo(stored.eTag());
    assertThat(head.versionId()).isEqualTo(stored.versionId());
    assertThat(stored.cacheControl()).isEqualTo(POLICY.cacheControl());
    assertThat(setup.s3.keys()).containsExactly(upload.key().value());
    assertThat(setup.verify(upload.key()).orThrow().head().eTag()).isEqualTo(stored.eTag());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removesAPageOfHtmlThatS3AcceptedAsAPicture(boolean versioning) {
    startAnew(versioning ? LocalS3.builder().versioning() : LocalS3.builder());
    PresignedUpload upload = setup.uploaded(HTML);
    assertThat(setup.s3.keys()).containsExactly(upload.pendingKey().value());

    UploadVerification result = setup.verify(upload.key());

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(((Rejected) result).reason().rule()).isEqualTo(Rule.FILE_TYPE);
    assertThat(setup.s3.keys()).isEmpty();
    assertThat(setup.verify(upload.key())).isEqualTo(new NotUploaded(upload.key()));
  }

  /** S3 accepts headers that nobody signed, as long as they are not its own. */
  @Test
  void publishesNoHeaderThatTheBrowserAdded() {
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PNG.length)
            .withFileName("at home.png")
            .withMetadata("taken", "2026-11-28");
    PresignedUpload upload = setup.signer.presignPut(POLICY, request);
    UnaryOperator<Map<String, String>> more =
        headers -> {
          headers.put("content-encoding", "gzip");
          headers.put("content-disposition", "attachment");
          headers.put("content-language", "de");
          headers.put("expires", "Thu, 01 Jan 1970 00:00:00 GMT");
          return headers;
        };
    assertThat(setup.browser.send(upload, PNG, more).statusCode()).isEqualTo(200);
    Set<String> expected = Set.of("cache-control", "content-type");

    setup.verify(upload.key()).orThrow();

    Map<String, String> served = setup.s3.find(upload.key().value()).orElseThrow().servedHeaders();
    assertThat(served.keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void findsNothingBeforeTheBrowserHasSent() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    ObjectKey key = setup.signer.presignPut(POLICY, request).key();

    assertThat(setup.verify(key)).isEqualTo(new NotUploaded(key));
  }

  @Test
  void doesNotReportAsMissingWhatS3DoesNotReport() {
    startAnew(LocalS3.builder().withoutListPermission());
    ObjectKey uploaded = setup.uploaded(PNG).key();
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    ObjectKey missing = setup.signer.presignPut(POLICY, request).key();

    assertThat(setup.verify(missing)).isInstanceOf(NotUploadedOrForbidden.class);
    assertThat(setup.verify(uploaded).orThrow().key()).isEqualTo(uploaded);
    assertThat(setup.verify(uploaded).orThrow().key()).as("again").isEqualTo(uploaded);
    ObjectKey rejected = setup.uploaded(HTML).key();
    assertThat(setup.verify(rejected)).isInstanceOf(Rejected.class);
  }

  @Test
  void rejectsNothingThatItMayNotRemove() {
    startAnew(LocalS3.builder().denyDelete(key -> true));
    ObjectKey key = setup.uploaded(HTML).key();

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> setup.verify(key))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.ACCESS_DENIED));
    assertThat(setup.s3.keys()).hasSize(1);
  }

  @Test
  void acceptsWhatItPublishedAndMayNotRemove() {
    startAnew(LocalS3.builder().denyDelete(key -> true));
    PresignedUpload upload = setup.uploaded(PNG);

    assertThat(setup.verify(upload.key())).isInstanceOf(Accepted.class);
    assertThat(setup.verify(upload.key())).as("again").isInstanceOf(Accepted.class);
    assertThat(setup.s3.keys())
        .containsExactlyInAnyOrder(upload.key().value(), upload.pendingKey().value());
  }

  @Test
  void comparesTheChecksumOfTheRequest() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PNG);
    String sha256 = Base64.getEncoder().encodeToString(digest);
    PresignedUpload upload = setup.uploaded(PNG, request -> request.withSha256(sha256));
    ObjectKey key = upload.key();
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);

    assertThat(setup.verifier.verify(POLICY, request.withSha256(sha256), key).orThrow().key())
        .isEqualTo(key);
    assertThat(setup.bucket.objects().head(key).orElseThrow().sha256())
        .as("of the published object")
        .contains(sha256);
    String wrong = Base64.getEncoder().encodeToString(new byte[32]);
    UploadVerification other =
        setup.verifier.verify(POLICY, request.withSha256(wrong), setup.uploaded(PNG).key());
    assertThat(((Rejected) other).reason().rule()).isEqualTo(Rule.CHECKSUM);
  }

  @Test
  void keepsAPublishedPictureWhoseFormIsSentAgain() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    PresignedUpload form = setup.signer.presignPost(POLICY, request);
    assertThat(setup.browser.send(form, PNG).statusCode()).isEqualTo(204);
    String tag = setup.verify(form.key()).orThrow().head().eTag();

    for (byte[] replay : List.of(HTML, Pictures.png(9, 9, 1))) {
      assertThat(setup.browser.send(form, replay).statusCode()).isEqualTo(204);

      assertThat(setup.verify(form.key()).orThrow().head().eTag()).isEqualTo(tag);
      assertThat(setup.s3.keys()).containsExactly(form.key().value());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neverAcceptsWhatAnotherCallRemoves(boolean tellsWhatIsMissing) throws Exception {
    if (!tellsWhatIsMissing) {
      startAnew(LocalS3.builder().withoutListPermission());
    }
    ObjectKey key = setup.uploaded(HTML).key();
    Callable<UploadVerification> call = () -> setup.verify(key);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Set<Class<?>> outcomes = new HashSet<>();
      List<Callable<UploadVerification>> calls = Stream.generate(() -> call).limit(24).toList();
      for (Future<UploadVerification> outcome : threads.invokeAll(calls)) {
        outcomes.add(outcome.get().getClass());
      }
      assertThat(outcomes)
          .contains(Rejected.class)
          .isSubsetOf(
              Rejected.class,
              tellsWhatIsMissing ? NotUploaded.class : NotUploadedOrForbidden.class);
    } finally {
      threads.shutdownNow();
    }
    assertThat(setup.s3.keys()).isEmpty();
  }

  /**
   * What goes wrong for good while a picture is verified, in which request, and what is reported.
   */
  private static Stream<Arguments> faults() {
    return Stream.of("HEAD", "GET")
        .flatMap(
            method ->
                Stream.of(
                    arguments(S3Fault.slowDown().onlyFor(method), Kind.THROTTLED),
                    arguments(S3Fault.status(500).onlyFor(method), Kind.SERVICE_FAILURE),
                    arguments(S3Fault.reset().onlyFor(method), Kind.UNREACHABLE),
                    arguments(S3Fault.acceptThenReset().onlyFor(method), Kind.UNREACHABLE),
                    arguments(S3Fault.acceptThenCutOff().onlyFor(method), Kind.UNREACHABLE)));
  }

  private void failForGood(S3Fault fault) {
    setup.s3.failNext(Collections.nCopies(20, fault).toArray(S3Fault[]::new));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void neitherAcceptsNorRejectsWhatItCouldNotRead(S3Fault fault, Kind kind) {
    for (byte[] content : List.of(PNG, HTML)) {
      PresignedUpload upload = setup.uploaded(content);
      ObjectKey key = upload.key();
      failForGood(fault);

      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> setup.verify(key))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
      assertThat(setup.s3.keys()).containsExactly(upload.pendingKey().value());
      setup.s3.clear();
    }
  }

  /** A HEAD shows the status of an expired token only. */
  @Test
  void neitherAcceptsNorRejectsWithAnExpiredToken() {
    ObjectKey key = setup.uploaded(HTML).key();
    for (String method : List.of("HEAD", "GET", "DELETE")) {
      setup.s3.failNext(S3Fault.expiredToken().onlyFor(method));

      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> setup.verify(key))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CREDENTIALS_REJECTED));
      assertThat(setup.s3.keys()).hasSize(1);
    }
    assertThat(setup.verify(key)).isInstanceOf(Rejected.class);
  }

  @Test
  void inspectsAgainWhatAnotherRequestMayHaveChanged() {
    ObjectKey key = setup.uploaded(HTML).key();
    setup.s3.failNext(S3Fault.conflict().onlyFor("DELETE"));

    assertThat(setup.verify(key)).isInstanceOf(Rejected.class);
    assertThat(setup.s3.keys()).isEmpty();
  }

  @Test
  void rejectsNothingThatItCouldNotRemove() {
    ObjectKey key = setup.uploaded(HTML).key();
    failForGood(S3Fault.conflict().onlyFor("DELETE"));

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> setup.verify(key))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CHANGED));
    assertThat(setup.s3.keys()).hasSize(1);
  }

  @Test
  void rejectsAPageOfHtmlWhoseDeletionWasNotConfirmed() {
    ObjectKey key = setup.uploaded(HTML).key();
    setup.s3.failNext(S3Fault.acceptThenReset().onlyFor("DELETE"));

    assertThat(setup.verify(key)).isInstanceOf(Rejected.class);
    assertThat(setup.s3.keys()).isEmpty();
  }

  @Test
  void acceptsAPictureOnceS3ServesAgain() {
    ObjectKey key = setup.uploaded(PNG).key();
    setup.s3.failNext(
        S3Fault.slowDown().onlyFor("HEAD"),
        S3Fault.reset().onlyFor("HEAD"),
        S3Fault.status(503).onlyFor("GET"));

    assertThat(setup.verify(key).orThrow().key()).isEqualTo(key);
  }

  /** The SDK repeats each of these; the PUT then meets the object that it stored. */
  private static Stream<Arguments> passingFaults() {
    return Stream.of("HEAD", "GET", "PUT", "DELETE")
        .flatMap(
            method ->
                Stream.of(
                    arguments(S3Fault.slowDown().onlyFor(method)),
                    arguments(S3Fault.status(500).onlyFor(method)),
                    arguments(S3Fault.reset().onlyFor(method)),
                    arguments(S3Fault.acceptThenReset().onlyFor(method)),
                    arguments(S3Fault.conflict().onlyFor(method))))
        .filter(fault -> !fault.get()[0].toString().matches("(?i).*conflict.*(HEAD|GET).*"));
  }

  @ParameterizedTest
  @MethodSource("passingFaults")
  void publishesOnceWhateverFailsOnce(S3Fault fault) {
    PresignedUpload upload = setup.uploaded(PNG);
    setup.s3.failNext(fault);

    setup.verify(upload.key()).orThrow();
    assertThat(setup.verify(upload.key())).isInstanceOf(Accepted.class);

    assertThat(setup.s3.keys()).containsExactly(upload.key().value());
    assertThat(setup.bucket.objects().head(upload.key()).orElseThrow().cacheControl())
        .isEqualTo(POLICY.cacheControl());
  }

  @Test
  void publishesOnceWhateverFailsForGood() {
    for (S3Fault fault :
        List.of(
            S3Fault.status(500).onlyFor("PUT"),
            S3Fault.reset().onlyFor("PUT"),
            S3Fault.conflict().onlyFor("PUT"))) {
      PresignedUpload upload = setup.uploaded(PNG);
      failForGood(fault);

      StorageException failure =
          catchThrowableOfType(StorageException.class, () -> setup.verify(upload.key()));

      assertThat(failure.retryAfter()).isPresent();
      assertThat(setup.s3.keys()).containsExactly(upload.pendingKey().value());
      setup.s3.failNext();
      setup.s3.clear();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void publishesOneObjectForCallsAtOnce(int calls) throws Exception {
    PresignedUpload upload = setup.uploaded(PNG);
    Callable<UploadVerification> call = () -> setup.verify(upload.key());
    ExecutorService threads = Executors.newFixedThreadPool(calls);
    try {
      for (Future<UploadVerification> outcome :
          threads.invokeAll(Collections.nCopies(calls, call))) {
        assertThat(outcome.get()).isInstanceOf(Accepted.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(setup.s3.keys()).containsExactly(upload.key().value());
  }

  @Test
  void reportsWhatItDoesWithoutAKey() {
    List<UploadEvent> events = new CopyOnWriteArrayList<>();
    try (S3Bucket observed = Bucket.of(setup.s3).s3().observe(events::add).build()) {
      UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
      PresignedUpload good = observed.uploads().presignPut(POLICY, request);
      PresignedUpload bad = observed.uploads().presignPost(POLICY, request);
      UploadRequest large = UploadRequest.of("user-42", "image/png", 1L << 40);
      catchThrowable(() -> observed.uploads().presignPost(POLICY, large));
      setup.browser.send(bad, HTML);
      observed.verifier().verify(POLICY, request, good.key());
      setup.browser.send(good, PNG);
      observed.verifier().verify(POLICY, request, good.key());
      observed.verifier().verify(POLICY, "user-42", bad.key());
      failForGood(S3Fault.status(500).onlyFor("HEAD"));
      catchThrowable(() -> observed.verifier().verify(POLICY, "user-42", bad.key()));

      assertThat(events)
          .extracting(UploadEvent::step, UploadEvent::outcome)
          .containsExactly(
              tuple(Step.SIGN, "signed"),
              tuple(Step.SIGN, "signed"),
              tuple(Step.SIGN, "rejected"),
              tuple(Step.VERIFY, "missing"),
              tuple(Step.VERIFY, "accepted"),
              tuple(Step.VERIFY, "rejected"),
              tuple(Step.VERIFY, "service_failure"));
      assertThat(events.get(0).bytes()).hasValue(PNG.length);
      assertThat(events.get(1).bytes()).hasValue(POLICY.maxBytes());
      assertThat(events.get(2).rejectedBy()).contains(Rule.SIZE);
      assertThat(events.get(4).bytes()).hasValue(PNG.length);
      assertThat(events.get(5).rejectedBy()).contains(Rule.FILE_TYPE);
      assertThat(events.get(6).kind()).contains(Kind.SERVICE_FAILURE);
      assertThat(events).allSatisfy(e -> assertThat(e.duration()).isPositive());
      assertThat(events).allSatisfy(e -> assertThat(e.keyPrefix()).isEqualTo("avatars/"));
      assertThat(events.toString()).doesNotContain("user-42");
    }
  }

  @Test
  void publishesAlthoughTheObserverFails() {
    try (S3Bucket observed =
        Bucket.of(setup.s3)
            .s3()
            .observe(
                event -> {
                  throw new NoClassDefFoundError("metrics");
                })
            .build()) {
      UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
      PresignedUpload upload = observed.uploads().presignPut(POLICY, request);
      setup.browser.send(upload, PNG);

      assertThat(observed.verifier().verify(POLICY, request, upload.key()))
          .isInstanceOf(Accepted.class);
    }
  }
}
