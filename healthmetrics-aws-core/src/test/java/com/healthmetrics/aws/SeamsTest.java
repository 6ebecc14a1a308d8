package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ApplicationInterceptor;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Every place where code of others runs, and what is left when it throws: an error, a checked
 * exception that it does not declare, a class that does not link.
 *
 * <p>The outcome is recorded first. Then the failure is replaced by one that states the outcome, or
 * thrown as it is. A new place is a new constant of {@link Seam}.
 */
class SeamsTest {

  /** A check of what is left; the failure is one of {@link Thrown#all()}. */
  private interface Check {
    void with(Throwable failure) throws Exception;
  }

  /** The places. */
  private enum Seam {
    STORE_PUT_IF_ABSENT(MailSeams::storeBeforeAnEmail),
    STORE_REPLACE(MailSeams::storeAfterAnEmailWasSent),
    STORE_REMOVE(MailSeams::storeAfterAnEmailWasRefused),
    STORE_FIND_TO_SETTLE(failure -> MailSeams.storeWhileSettling("find", failure)),
    STORE_REPLACE_TO_CONFIRM(failure -> MailSeams.storeWhileSettling("replace", failure)),
    STORE_REMOVE_TO_FORGET(failure -> MailSeams.storeWhileSettling("remove", failure)),
    OBSERVER(MailSeams::observer),
    PROVIDER(MailSeams::provider),
    LISTENER_OF_INMEMORY_MAILER(MailSeams::listener),
    LOGGER(failure -> Failures.quietly(() -> Thrown.throwing(failure))),
    CLOCK_BEFORE_AN_EMAIL(MailSeams::clockBeforeAnEmail),
    CLOCK_AFTER_AN_EMAIL(MailSeams::clockAfterAnEmail),
    CLOCK_OF_A_SIGNER(StorageSeams::clockOfASigner),
    RANDOM_OF_A_SIGNER(StorageSeams::randomOfASigner),
    PUBLIC_URLS(StorageSeams::publicUrls),
    SES_V1_HTTP_CLIENT(failure -> MailSeams.httpClientOfSes(true, failure)),
    SES_V2_HTTP_CLIENT(failure -> MailSeams.httpClientOfSes(false, failure)),
    SES_V1_INTERCEPTOR(failure -> MailSeams.interceptorOfSes(true, failure)),
    SES_V2_INTERCEPTOR(failure -> MailSeams.interceptorOfSes(false, failure)),
    SES_SEND_RATE(MailSeams::sendRate),
    S3_HTTP_CLIENT(StorageSeams::httpClientOfS3),
    S3_INTERCEPTOR(StorageSeams::interceptorOfS3),
    S3_DELETION_HALFWAY(StorageSeams::deletionHalfway),
    S3_CONTENT(StorageSeams::contentOfS3),
    S3_CONTENT_TO_STORE(StorageSeams::contentToStore),
    OBJECT_STORE_HEAD(failure -> StorageSeams.objectStore("head", failure)),
    OBJECT_STORE_OPEN(failure -> StorageSeams.objectStore("openIfUnchanged", failure)),
    OBJECT_STORE_PUT(failure -> StorageSeams.objectStore("put", failure)),
    OBJECT_STORE_DELETE(failure -> StorageSeams.objectStore("deleteIfUnchanged", failure)),
    OBJECT_STORE_CONTENT(StorageSeams::contentOfAnObjectStore),
    TEMPLATE_ACCESSOR(MailSeams::templateAccessor),
    TEMPLATE_FILES(MailSeams::templateFiles);

    private final Check check;

    Seam(Check check) {
      this.check = check;
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(Seam.values())
        .flatMap(seam -> Thrown.all().stream().map(failure -> Arguments.of(seam, failure)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("failures")
  void leavesTheOutcomeKnown(Seam seam, Throwable failure) throws Exception {
    try {
      seam.check.with(failure);
    } catch (OutOfMemoryError e) {
      // JUnit would end all tests.
      throw new AssertionError("The failure was thrown where an outcome was expected.", e);
    }
  }

  @AfterEach
  void reset() {
    ApplicationInterceptor.failBefore(null);
    ApplicationInterceptor.failAfter(null);
    Thread.interrupted();
  }

  /** A lack of memory is thrown as it is; everything else states the outcome. */
  static void assertOutcome(Throwable failure, Delivery expected, ThrowingCallable attempt) {
    Throwable thrown = catchThrowable(attempt);
    if (Thrown.isFatal(failure)) {
      assertThat(thrown).isSameAs(failure);
    } else {
      assertThat(thrown)
          .isInstanceOfSatisfying(
              MailException.class, e -> assertThat(e.delivery()).isEqualTo(expected));
      assertThat(thrown).hasMessageNotContaining(Thrown.PRIVATE);
    }
    assertInterruptKept(failure);
  }

  static void assertInterruptKept(Throwable failure) {
    assertThat(Thread.interrupted())
        .as("the thread is interrupted")
        .isEqualTo(failure instanceof InterruptedException);
  }

  /** Fails before it reads the body. */
  static SdkHttpClient unreading(Throwable failure) {
    return new SdkHttpClient() {
      @Override
      public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        throw Thrown.undeclared(failure);
      }

      @Override
      public void close() {}
    };
  }
}
