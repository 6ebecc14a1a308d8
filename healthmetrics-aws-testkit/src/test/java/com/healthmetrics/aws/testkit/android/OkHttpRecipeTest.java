package com.healthmetrics.aws.testkit.android;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.testkit.DocumentedCode;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.android.PictureUpload.Finish;
import com.healthmetrics.aws.testkit.android.PictureUpload.Outcome;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation's class for Android, while responses and connections are lost. */
class OkHttpRecipeTest {
  private static final UploadPolicy POLICY = UploadPolicy.progressPhotos();
  private static final byte[] PNG = Pictures.png();

  /** Ends a response that never comes; a busy machine responds earlier. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  private final LocalAws local = LocalAws.start();
  private final List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
  private final OkHttpClient client =
      new OkHttpClient.Builder().readTimeout(SHORT).addInterceptor(this::record).build();
  private final List<Integer> pauses = new ArrayList<>();
  private final PictureUpload uploads = new PictureUpload(client, pauses::add);

  @AfterEach
  void stop() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    local.close();
  }

  private Response record(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    statuses.add(response.code());
    return response;
  }

  private PresignedPut signed() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    return local.aws().uploads().presignPut(POLICY, request);
  }

  private Outcome send(PresignedPut upload, Finish finish) throws IOException {
    RequestBody picture = RequestBody.create(PNG, null);
    return uploads.send(upload.url().toString(), upload.headers(), picture, finish);
  }

  /** What the endpoint of an application does. */
  private int verify(PresignedPut upload) {
    UploadVerification result =
        local.aws().uploadVerifier().verify(POLICY, "user-42", upload.key());
    if (result instanceof Accepted) {
      return 200;
    }
    return result instanceof NotUploaded ? 404 : 422;
  }

  private Outcome send(PresignedPut upload) throws IOException {
    return send(upload, () -> verify(upload));
  }

  /** Sends a picture, and does something while OkHttp reads it; finish must not be called. */
  private Outcome sendWhile(Runnable action) throws IOException {
    RequestBody picture =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return null;
          }

          @Override
          public long contentLength() {
            return PNG.length;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            action.run();
            sink.write(PNG);
            sink.flush();
          }
        };
    PresignedPut upload = signed();
    return uploads.send(
        upload.url().toString(),
        upload.headers(),
        picture,
        () -> {
          throw new AssertionError("finish was called");
        });
  }

  private void failNextPut(S3Fault... faults) {
    for (S3Fault fault : faults) {
      local.s3().failNext(fault.onlyFor("PUT").onlyForKeys(key -> key.startsWith("pending/")));
    }
  }

  @Test
  void publishesAPicture() throws IOException {
    PresignedPut upload = signed();

    assertThat(send(upload)).isEqualTo(Outcome.DONE);
    assertThat(statuses).containsExactly(200);
    assertThat(pauses).isEmpty();
    assertThat(local.s3().keys()).containsExactly(upload.key().value());
  }

  /** OkHttp itself repeats the PUT, as the connection was used before. */
  @Test
  void aPictureThatOkHttpSentTwiceIsDone() throws IOException {
    Request any = new Request.Builder().url(local.s3().endpoint().toString()).build();
    client.newCall(any).execute().close();
    statuses.clear();
    PresignedPut upload = signed();
    failNextPut(S3Fault.acceptThenReset());

    assertThat(send(upload)).isEqualTo(Outcome.DONE);
    assertThat(statuses).as("stored, then refused").containsExactly(412);
    assertThat(pauses).isEmpty();
    assertThat(local.s3().keys()).containsExactly(upload.key().value());
  }

  static Stream<S3Fault> responsesLostAfterThePictureWasStored() {
    return Stream.of(
        S3Fault.acceptThenReset(),
        S3Fault.acceptThenStatus(500),
        S3Fault.acceptThenStatus(503),
        S3Fault.acceptThenHang());
  }

  @ParameterizedTest
  @MethodSource("responsesLostAfterThePictureWasStored")
  void aStoredPictureWhoseResponseIsLostIsDone(S3Fault fault) throws IOException {
    PresignedPut upload = signed();
    failNextPut(fault);

    assertThat(send(upload)).isEqualTo(Outcome.DONE);
    assertThat(pauses).as("not sent again").isEmpty();
    assertThat(local.s3().keys()).containsExactly(upload.key().value());
  }

  static Stream<S3Fault> failuresAfterWhichNothingIsStored() {
    return Stream.of(
        S3Fault.reset(),
        S3Fault.conflict(),
        S3Fault.status(500),
        S3Fault.slowDown(),
        S3Fault.refused(400, "RequestTimeout", "Your socket connection was idle."));
  }

  @ParameterizedTest
  @MethodSource("failuresAfterWhichNothingIsStored")
  void aPictureThatWasNotStoredIsSentAgain(S3Fault fault) throws IOException {
    PresignedPut upload = signed();
    failNextPut(fault);

    assertThat(send(upload)).isEqualTo(Outcome.DONE);
    assertThat(pauses).containsExactly(1);
    assertThat(local.s3().keys()).containsExactly(upload.key().value());
  }

  @Test
  void whatS3RefusesIsNotDone() throws IOException {
    PresignedPut upload = signed();
    failNextPut(S3Fault.refused(403, "AccessDenied", "Access Denied"));

    assertThat(send(upload)).isEqualTo(Outcome.NOT_DONE);
    assertThat(pauses).isEmpty();
  }

  @Test
  void whatIsNeverStoredIsNotDone() throws IOException {
    PresignedPut upload = signed();
    failNextPut(Collections.nCopies(4, S3Fault.status(500)).toArray(S3Fault[]::new));

    assertThat(send(upload)).isEqualTo(Outcome.NOT_DONE);
    assertThat(pauses).containsExactly(1, 2, 3);
    assertThat(local.s3().keys()).isEmpty();
  }

  @Test
  void whatTheApplicationRejectsIsNotDone() throws IOException {
    assertThat(send(signed(), () -> 422)).isEqualTo(Outcome.NOT_DONE);
    assertThat(pauses).isEmpty();
  }

  @Test
  void aRefusalAfterALostResponseDoesNotShowThatNothingWasPublished() throws IOException {
    Deque<Integer> statusesToReturn = new ArrayDeque<>(List.of(502, 403, 401, 400));

    assertThat(send(signed(), statusesToReturn::remove)).isEqualTo(Outcome.UNKNOWN);
    assertThat(pauses).containsExactly(1, 2, 3);
  }

  @Test
  void aRejectionAfterALostResponseIsNotDone() throws IOException {
    Deque<Integer> statusesToReturn = new ArrayDeque<>(List.of(502, 422));

    assertThat(send(signed(), statusesToReturn::remove)).isEqualTo(Outcome.NOT_DONE);
  }

  @Test
  void whatS3HasIsNotSentAgainWhenTheApplicationDoesNotFindIt() throws IOException {
    assertThat(send(signed(), () -> 404)).isEqualTo(Outcome.NOT_DONE);
    assertThat(statuses).containsExactly(200);
    assertThat(pauses).containsExactly(1, 2, 3);
  }

  @Test
  void aCancelledCallIsNotSentAgain() {
    assertThatThrownBy(() -> sendWhile(client.dispatcher()::cancelAll))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("cancelled");
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptedThreadSendsNothingAgain() {
    assertThatThrownBy(() -> sendWhile(Thread.currentThread()::interrupt))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptedThreadDoesNotAskAgain() {
    Finish interrupted =
        () -> {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted");
        };

    assertThatThrownBy(() -> send(signed(), interrupted))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(pauses).isEmpty();
  }

  @Test
  void aTimeoutOfTheWholeCallIsNoCancellation() throws IOException {
    PresignedPut upload = signed();
    failNextPut(S3Fault.acceptThenHang());
    OkHttpClient impatient = client.newBuilder().callTimeout(SHORT.dividedBy(2)).build();

    Outcome outcome =
        new PictureUpload(impatient, pauses::add)
            .send(
                upload.url().toString(),
                upload.headers(),
                RequestBody.create(PNG, null),
                () -> verify(upload));

    assertThat(outcome).isEqualTo(Outcome.DONE);
  }

  @Test
  void whatPauseThrowsEndsTheUpload() {
    PictureUpload ended =
        new PictureUpload(
            client,
            attempt -> {
              throw new IllegalStateException("The user left");
            });

    PresignedPut upload = signed();
    RequestBody picture = RequestBody.create(PNG, null);

    assertThatThrownBy(
            () -> ended.send(upload.url().toString(), upload.headers(), picture, () -> 503))
        .hasMessage("The user left");
  }

  @Test
  void aMistakeInFinishIsNotTakenForALostResponse() {
    Finish mistaken =
        () -> {
          throw new IllegalStateException("a mistake");
        };

    assertThatThrownBy(() -> send(signed(), mistaken)).hasMessage("a mistake");
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 500, 503})
  void anApplicationThatIsBusyIsAskedAgain(int status) throws IOException {
    Deque<Integer> statusesToReturn = new ArrayDeque<>(List.of(status, 200));

    assertThat(send(signed(), statusesToReturn::remove)).isEqualTo(Outcome.DONE);
    assertThat(pauses).containsExactly(1);
  }

  @Test
  void anApplicationThatDoesNotRespondLeavesTheOutcomeUnknown() throws IOException {
    Finish silent =
        () -> {
          throw new IOException("no response");
        };

    assertThat(send(signed(), silent)).isEqualTo(Outcome.UNKNOWN);
    assertThat(pauses).containsExactly(1, 2, 3);
  }

  @Test
  void isTheClassOfTheDocumentation() throws IOException {
    DocumentedCode.assertContains("phones.md", PictureUpload.class);
  }
}
