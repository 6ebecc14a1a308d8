package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import com.healthmetrics.aws.storage.UploadVerifier;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
  private static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR and the rest of it");
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
      bucket = Bucket.of(s3).s3().build();
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
  void acceptsAPictureWithAllThatS3KnowsOfIt(boolean versioning) {
    startAnew(versioning ? LocalS3.builder().versioning() : LocalS3.builder());
    ObjectKey key = setup.uploaded(PNG).key();

    ObjectHead accepted = setup.verify(key).orThrow();

    assertThat(accepted.sizeBytes()).isEqualTo(PNG.length);
    assertThat(accepted.eTag()).isEqualTo(setup.s3.find(key.value()).orElseThrow().eTag());
    assertThat(accepted.versionId())
        .isEqualTo(setup.s3.find(key.value()).orElseThrow().versionId());
    assertThat(accepted.versionId().isPresent()).isEqualTo(versioning);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removesAPageOfHtmlThatS3TookForAPicture(boolean versioning) {
    startAnew(versioning ? LocalS3.builder().versioning() : LocalS3.builder());
    ObjectKey key = setup.uploaded(HTML).key();
    assertThat(setup.s3.keys()).hasSize(1);

    UploadVerification result = setup.verify(key);

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(((Rejected) result).reason().rule()).isEqualTo(Rule.MAGIC_BYTES);
    assertThat(setup.s3.keys()).isEmpty();
    assertThat(setup.verify(key)).isEqualTo(new NotUploaded(key));
  }

  /** S3 accepts headers that nobody signed, as long as they are not its own. */
  @Test
  void removesAPictureThatTheBrowserSaysIsZipped() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    PresignedUpload upload = setup.signer.presignPut(POLICY, request);
    int status =
        setup
            .browser
            .send(
                upload,
                PNG,
                headers -> {
                  headers.put("content-encoding", "gzip");
                  return headers;
                })
            .statusCode();
    assertThat(status).isEqualTo(200);

    UploadVerification result = setup.verify(upload.key());

    assertThat(((Rejected) result).reason().rule()).isEqualTo(Rule.UNSIGNED_HEADER);
    assertThat(((Rejected) result).reason().value()).isEqualTo("\"gzip\"");
    assertThat(setup.s3.keys()).isEmpty();
  }

  @Test
  void findsNothingBeforeTheBrowserHasSent() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    ObjectKey key = setup.signer.presignPut(POLICY, request).key();

    assertThat(setup.verify(key)).isEqualTo(new NotUploaded(key));
  }

  @Test
  void doesNotSayMissingWhereS3DoesNotTell() {
    startAnew(LocalS3.builder().withoutListPermission());
    ObjectKey uploaded = setup.uploaded(PNG).key();
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    ObjectKey missing = setup.signer.presignPut(POLICY, request).key();

    assertThat(setup.verify(missing)).isInstanceOf(NotUploadedOrForbidden.class);
    assertThat(setup.verify(uploaded).orThrow().key()).isEqualTo(uploaded);
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
  void comparesTheChecksumThatS3Found() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PNG);
    String sha256 = Base64.getEncoder().encodeToString(digest);
    ObjectKey key = setup.uploaded(PNG, request -> request.withSha256(sha256)).key();
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);

    assertThat(setup.bucket.objects().head(key).orElseThrow().sha256()).contains(sha256);
    assertThat(setup.verifier.verify(POLICY, request.withSha256(sha256), key).orThrow().key())
        .isEqualTo(key);
    UploadVerification other =
        setup.verifier.verify(
            POLICY, request.withSha256(Base64.getEncoder().encodeToString(new byte[32])), key);
    assertThat(((Rejected) other).reason().rule()).isEqualTo(Rule.CHECKSUM);
  }

  @Test
  void seesAPictureThatAFormReplacedAfterwards() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    PresignedUpload form = setup.signer.presignPost(POLICY, request);
    assertThat(setup.browser.send(form, PNG).statusCode()).isEqualTo(204);
    assertThat(setup.verify(form.key()).orThrow().sizeBytes()).isEqualTo(PNG.length);

    assertThat(setup.browser.send(form, HTML).statusCode()).isEqualTo(204);

    assertThat(setup.verify(form.key())).isInstanceOf(Rejected.class);
    assertThat(setup.s3.keys()).isEmpty();
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
      ObjectKey key = setup.uploaded(content).key();
      failForGood(fault);

      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> setup.verify(key))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
      assertThat(setup.s3.keys()).containsExactly(key.value());
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
}
