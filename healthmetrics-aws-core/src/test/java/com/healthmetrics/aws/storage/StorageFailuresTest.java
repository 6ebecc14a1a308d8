package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.StubStore;
import com.healthmetrics.aws.fixtures.UnusableCredentials;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.regions.Region;

/** What each error of S3 means. Source: Amazon S3 API Reference, "List of error codes". */
class StorageFailuresTest {
  private static final ObjectKey KEY = ObjectKey.of("avatars/user-42/secret-name.png");
  private static final Consumer<ObjectStore> HEAD = store -> store.head(KEY);
  private static final Consumer<ObjectStore> OPEN = store -> store.open(KEY);
  private static final Consumer<ObjectStore> CREATE =
      store -> store.put(NewObject.of(KEY, "image/png", new byte[3]));
  private static final Consumer<ObjectStore> DELETE = store -> store.delete(KEY);

  private static StorageException failureOf(
      AwsCredentialsProvider credentials,
      StubHttp.Responder responder,
      Consumer<ObjectStore> operation) {
    try (S3Bucket bucket =
        S3Bucket.builder()
            .bucket("healthmetrics-uploads")
            .region(Region.EU_CENTRAL_1)
            .credentials(credentials)
            .httpClient(StubHttp.responding(responder))
            .build()) {
      StorageException failure =
          catchThrowableOfType(StorageException.class, () -> operation.accept(bucket.objects()));
      assertThat(failure).isNotNull();
      return failure;
    }
  }

  private static StorageException failureOf(Response response, Consumer<ObjectStore> operation) {
    return failureOf(RecordingCredentials.longTerm(), request -> response, operation);
  }

  /** A response of something between this machine and S3. */
  private static Response page(int status) {
    return Response.of(status, "<html><body>secret-name</body></html>").without("x-amz-request-id");
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, MISSING_OR_FORBIDDEN",
    "403, AccountProblem, ACCESS_DENIED",
    "403, AllAccessDisabled, ACCESS_DENIED",
    "403, NotSignedUp, ACCESS_DENIED",
    "403, InvalidObjectState, ARCHIVED",
    "403, ObjectNotInActiveTierError, ARCHIVED",
    "403, InvalidAccessKeyId, CREDENTIALS_REJECTED",
    "403, SignatureDoesNotMatch, CREDENTIALS_REJECTED",
    "403, InvalidSecurity, CREDENTIALS_REJECTED",
    "400, ExpiredToken, CREDENTIALS_REJECTED",
    "400, InvalidToken, CREDENTIALS_REJECTED",
    "400, TokenRefreshRequired, CREDENTIALS_REJECTED",
    "401, '', CREDENTIALS_REJECTED",
    "403, RequestTimeTooSkewed, CLOCK_SKEWED",
    "400, RequestExpired, CLOCK_SKEWED",
    "404, NoSuchKey, NOT_FOUND",
    "404, NoSuchVersion, NOT_FOUND",
    "404, NoSuchBucket, NO_SUCH_BUCKET",
    "301, PermanentRedirect, WRONG_REGION",
    "301, '', WRONG_REGION",
    "400, AuthorizationHeaderMalformed, WRONG_REGION",
    "400, IllegalLocationConstraintException, WRONG_REGION",
    "400, KMS.DisabledException, KMS_KEY_UNAVAILABLE",
    "400, KMS.KMSInvalidStateException, KMS_KEY_UNAVAILABLE",
    "400, KMS.NotFoundException, KMS_KEY_UNAVAILABLE",
    "409, ConditionalRequestConflict, CHANGED",
    "409, OperationAborted, CHANGED",
    "409, '', CHANGED",
    "412, PreconditionFailed, CHANGED",
    "412, '', CHANGED",
    "416, InvalidRange, RANGE_NOT_SATISFIABLE",
    "400, InvalidRequest, INVALID",
    "400, EntityTooLarge, INVALID",
    "405, MethodNotAllowed, INVALID",
    "501, NotImplemented, INVALID",
    "429, '', THROTTLED",
    "503, SlowDown, THROTTLED",
    "503, '', THROTTLED",
    "400, ThrottlingException, THROTTLED",
    "307, TemporaryRedirect, SERVICE_FAILURE",
    "503, ServiceUnavailable, SERVICE_FAILURE",
    "500, InternalError, SERVICE_FAILURE",
    "500, '', SERVICE_FAILURE",
    "400, RequestTimeout, UNREACHABLE",
    "400, IncompleteBody, UNREACHABLE",
    "400, BadDigest, UNREACHABLE",
    "400, XAmzContentSHA256Mismatch, UNREACHABLE",
    "407, '', UNREACHABLE",
    "408, '', UNREACHABLE"
  })
  void reportsTheKindOfFailure(int status, String code, Kind expected) {
    StorageException failure = failureOf(Response.error(status, code), OPEN);

    assertThat(failure.kind()).isEqualTo(expected);
    assertThat(failure)
        .hasMessageContaining(status + "")
        .hasMessageContaining("request id REQUEST1")
        .hasMessageNotContaining("secret-name")
        .hasMessageNotContaining(RecordingCredentials.ACCESS_KEY)
        .hasMessageNotContaining(RecordingCredentials.SECRET_KEY);
  }

  @ParameterizedTest
  @CsvSource({"AccessDenied, ACCESS_DENIED", "InternalError, SERVICE_FAILURE", "'', INVALID"})
  void reportsTheKindOfEachObjectThatWasNotDeleted(String code, Kind expected) {
    assertThat(StorageFailures.kindOf(code)).isEqualTo(expected);
  }

  /** A response to HEAD has no body: an expired token is a bare 400. */
  @Test
  void namesExpiredCredentialsFirstWhenS3GivesNoReason() {
    StorageException failure = failureOf(Response.of(400, ""), HEAD);

    assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_REJECTED);
    assertThat(failure)
        .message()
        .startsWith("The credentials have expired")
        .contains("AWS_REGION")
        .contains("400 without a reason");
  }

  @Test
  void namesTheRemedyOfTheUsualCauseFirst() {
    assertThat(failureOf(Response.error(403, "RequestTimeTooSkewed"), OPEN))
        .message()
        .startsWith("This machine's clock");
    assertThat(failureOf(Response.error(403, "InvalidObjectState"), OPEN))
        .message()
        .startsWith("The object is archived")
        .contains("Restore it")
        .doesNotContain("s3:ListBucket");
    assertThat(failureOf(Response.error(400, "KMS.DisabledException"), OPEN))
        .message()
        .startsWith("The KMS key")
        .contains("Enable it");
    assertThat(failureOf(Response.error(301, "PermanentRedirect"), OPEN))
        .message()
        .startsWith("The bucket is in another region");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 307, 407, 500, 502, 503, 504})
  void reportsAProxyInThePlaceOfS3(int status) {
    for (Consumer<ObjectStore> operation : List.of(HEAD, OPEN, DELETE)) {
      StorageException failure = failureOf(page(status), operation);

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure)
          .hasMessageContaining("a proxy may have responded")
          .hasMessageNotContaining("secret-name");
    }
  }

  /** Some stores send no request ids, and none sends a body to HEAD. */
  @ParameterizedTest
  @CsvSource({"403, MISSING_OR_FORBIDDEN", "412, CHANGED", "400, CREDENTIALS_REJECTED"})
  void keepsTheMeaningOfAResponseToHeadWithoutARequestId(int status, Kind expected) {
    StorageException failure = failureOf(Response.of(status, "").without("x-amz-request-id"), HEAD);

    assertThat(failure.kind()).isEqualTo(expected);
    assertThat(failure).hasMessageContaining("a proxy may have responded");
  }

  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  void endsWhereTheCausesAreARing() {
    IllegalStateException first = new IllegalStateException();
    first.initCause(new IllegalStateException(first));

    assertThat(StorageFailures.explain(first, StorageFailures.Operation.OTHER).kind())
        .isEqualTo(Kind.UNREACHABLE);
  }

  /** As an HTTP client that fetches its proxy's password from another service throws it. */
  @Test
  void doesNotTakeWhatAnotherServiceLacksForAMissingObject() {
    for (Consumer<ObjectStore> operation : List.of(HEAD, OPEN, DELETE)) {
      StorageException failure =
          failureOf(
              RecordingCredentials.longTerm(),
              request -> {
                throw AwsServiceException.builder()
                    .statusCode(404)
                    .awsErrorDetails(AwsErrorDetails.builder().errorCode("Missing").build())
                    .build();
              },
              operation);

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    }
  }

  /** As a store or a proxy that is not AWS's may respond. */
  @Test
  void showsNeitherACodeNorARequestIdOfAnotherFormThanThatOfAws() {
    String name = KEY.value() + "x".repeat(9_000);
    Response response = Response.error(400, name).with("x-amz-request-id", name);

    assertThat(failureOf(response, OPEN))
        .hasMessageContainingAll("400 without a reason", "without a request id")
        .hasMessageNotContaining("secret-name");
  }

  @ParameterizedTest
  @EnumSource
  void reachesEveryKind(Kind kind) {
    try {
      assertThat(failureOfKind(kind).kind()).isEqualTo(kind);
    } finally {
      Thread.interrupted();
    }
  }

  private static StorageException failureOfKind(Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> failureOf(Response.error(404, "NoSuchKey"), OPEN);
      case MISSING_OR_FORBIDDEN -> failureOf(Response.of(403, ""), HEAD);
      case ARCHIVED -> failureOf(Response.error(403, "InvalidObjectState"), OPEN);
      case ACCESS_DENIED -> failureOf(Response.error(403, "AccessDenied"), DELETE);
      case CREDENTIALS_REJECTED -> failureOf(Response.error(400, "ExpiredToken"), DELETE);
      case CREDENTIALS_UNAVAILABLE ->
          failureOf(UnusableCredentials.SDK_EXCEPTION, request -> Response.of(204, ""), DELETE);
      case CLOCK_SKEWED -> failureOf(Response.error(403, "RequestTimeTooSkewed"), DELETE);
      case NO_SUCH_BUCKET -> failureOf(Response.error(404, "NoSuchBucket"), DELETE);
      case WRONG_REGION -> failureOf(Response.of(301, ""), HEAD);
      case KMS_KEY_UNAVAILABLE -> failureOf(Response.error(400, "KMS.DisabledException"), OPEN);
      case CHANGED -> failureOf(Response.error(412, "PreconditionFailed"), DELETE);
      case ALREADY_EXISTS -> failureOf(Response.error(412, "PreconditionFailed"), CREATE);
      case RANGE_NOT_SATISFIABLE -> failureOf(Response.error(416, "InvalidRange"), OPEN);
      case LIMIT_EXCEEDED ->
          failureOf(
              RecordingCredentials.longTerm(),
              StubStore.of("a/1", "a/2"),
              store -> store.deletePrefix("a/", 1));
      case BUSY -> failureWithoutMemory();
      case INSPECTOR_FAILED -> failureOfAnInspector();
      case INVALID -> failureOf(Response.error(501, "NotImplemented"), DELETE);
      case THROTTLED -> failureOf(Response.error(503, "SlowDown"), DELETE);
      case SERVICE_FAILURE -> failureOf(Response.error(500, "InternalError"), DELETE);
      case UNREACHABLE ->
          failureOf(
              RecordingCredentials.longTerm(),
              request -> {
                throw new ConnectException("Connection refused");
              },
              DELETE);
      case INTERRUPTED ->
          failureOf(
              Response.of(204, ""),
              store -> {
                Thread.currentThread().interrupt();
                store.deletePrefix("a/");
              });
      case NOT_ATTEMPTED ->
          // Only in reports, so as the exception of a report.
          failureOf(
              Response.error(403, "AccessDenied"),
              store -> DeletionReport.of(List.of(), notAttempted(store)).orThrow());
    };
  }

  private static StorageException failureOfAnInspector() {
    ObjectKey key = ObjectKey.of("avatars/u/" + "0".repeat(32) + ".png");
    UploadInspector failing =
        (pending, bytes) -> {
          throw new IOException("no scanner");
        };
    return catchThrowableOfType(
        StorageException.class,
        () ->
            Inspection.of(UploadPolicy.avatars(), "u", key)
                .inspect(ObjectHead.builder(key).build(), Pictures.png(100), Optional.of(failing)));
  }

  private static StorageException failureWithoutMemory() {
    MemoryBudget budget = MemoryBudget.of(1_024);
    Deadline now = Deadline.after(Duration.ZERO, Time.SYSTEM);
    return budget.holding(
        1_024,
        now,
        () ->
            catchThrowableOfType(
                StorageException.class, () -> budget.holding(1, now, () -> "no memory")));
  }

  private static List<DeletionReport.Failure> notAttempted(ObjectStore store) {
    List<ObjectKey> keys = IntStream.range(0, 1_001).mapToObj(i -> ObjectKey.of("a/" + i)).toList();
    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> store.deleteAll(keys));
    List<DeletionReport.Failure> failed = failure.report().orElseThrow().failed();
    return failed.subList(1_000, 1_001);
  }
}
