package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/** What counts as read for transmission, and that reading and revoking exclude each other. */
class TransmissionTest {
  private static final byte[] BODY = "{\"Content\":\"Grüße\"}".getBytes(StandardCharsets.UTF_8);

  private final Transmission transmission = new Transmission();

  /** A request on its way through the SDK, step by step. */
  private static final class Sending {
    private final Transmission.Watch watch = new Transmission.Watch();
    private final ExecutionAttributes attributes = new ExecutionAttributes();
    private InterceptorContext context;

    Sending(Transmission transmission, SdkHttpFullRequest request, RequestBody body) {
      attributes.putAttribute(Transmission.ATTRIBUTE, transmission);
      context =
          InterceptorContext.builder()
              .request((SdkRequest) SendEmailRequest.builder().build())
              .httpRequest(request)
              .requestBody(body)
              .build();
    }

    /** As the SDK does: the content first, and both from what came before. */
    Sending prepare() {
      RequestBody body = watch.modifyHttpContent(context, attributes).orElse(null);
      SdkHttpFullRequest request =
          (SdkHttpFullRequest) watch.modifyHttpRequest(context, attributes);
      SdkHttpFullRequest withBody =
          request.toBuilder()
              .contentStreamProvider(body == null ? null : body.contentStreamProvider())
              .build();
      context = context.copy(copy -> copy.httpRequest(withBody).requestBody(body));
      return this;
    }

    Sending replaceBody(UnaryOperator<ContentStreamProvider> replacement) {
      SdkHttpFullRequest request = (SdkHttpFullRequest) context.httpRequest();
      ContentStreamProvider replaced =
          replacement.apply(request.contentStreamProvider().orElseThrow());
      context =
          context.copy(
              copy ->
                  copy.httpRequest(request.toBuilder().contentStreamProvider(replaced).build()));
      return this;
    }

    Sending sign() throws IOException {
      try (InputStream body = body()) {
        body.readAllBytes();
      }
      return this;
    }

    Sending transmit() {
      watch.beforeTransmission(context, attributes);
      return this;
    }

    InputStream body() {
      return ((SdkHttpFullRequest) context.httpRequest())
          .contentStreamProvider()
          .orElseThrow()
          .newStream();
    }
  }

  private Sending sending() {
    return sending(transmission);
  }

  private static Sending sending(Transmission transmission) {
    return new Sending(transmission, post().build(), RequestBody.fromBytes(BODY)).prepare();
  }

  private static SdkHttpFullRequest.Builder post() {
    return SdkHttpFullRequest.builder()
        .method(SdkHttpMethod.POST)
        .protocol("https")
        .host("email.eu-central-1.amazonaws.com");
  }

  /** How a client may read. */
  enum Reading {
    ONE_BYTE {
      @Override
      int from(InputStream body) throws IOException {
        return body.read();
      }
    },
    AN_ARRAY {
      @Override
      int from(InputStream body) throws IOException {
        return body.read(new byte[4]);
      }
    },
    A_RANGE {
      @Override
      int from(InputStream body) throws IOException {
        return body.read(new byte[8], 2, 4);
      }
    },
    ALL {
      @Override
      int from(InputStream body) throws IOException {
        return body.readAllBytes().length;
      }
    },
    N_BYTES {
      @Override
      int from(InputStream body) throws IOException {
        return body.readNBytes(3).length;
      }
    },
    TRANSFER {
      @Override
      int from(InputStream body) throws IOException {
        return (int) body.transferTo(OutputStream.nullOutputStream());
      }
    };

    abstract int from(InputStream body) throws IOException;
  }

  @Test
  void isUnsentBeforeItBegins() {
    assertThat(transmission.revoke()).isTrue();
  }

  @Test
  void isUnsentIfOnlySigningReadTheBody() throws IOException {
    sending().sign().sign();

    assertThat(transmission.revoke()).isTrue();
  }

  @Test
  void isUnsentIfTransmissionBeganAndReadNothing() throws IOException {
    Sending sending = sending().sign().transmit();
    try (InputStream opened = sending.body()) {
      assertThat(opened.available()).isEqualTo(BODY.length);
    }

    assertThat(transmission.revoke()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void mayBeSentOnceAByteWasReadForTransmission(Reading reading) throws IOException {
    try (InputStream body = sending().sign().transmit().body()) {
      assertThat(reading.from(body)).isPositive();
    }

    assertThat(transmission.revoke()).isFalse();
    assertThat(transmission.revoke()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void refusesToBeReadOnceItWasRevoked(Reading reading) throws IOException {
    Sending sending = sending().sign().transmit();
    try (InputStream openedBefore = sending.body()) {
      assertThat(transmission.revoke()).isTrue();

      assertThatIOException().isThrownBy(() -> reading.from(openedBefore));
    }
    try (InputStream openedLater = sending.body()) {
      assertThatIOException().isThrownBy(() -> reading.from(openedLater));
    }
  }

  /** The SDK may go on with a request that has timed out while it was signed. */
  @Test
  void staysRevokedIfTransmissionBeginsLater() throws IOException {
    Sending sending = sending().sign();
    assertThat(transmission.revoke()).isTrue();

    sending.transmit();

    try (InputStream body = sending.body()) {
      assertThatIOException().isThrownBy(body::read);
    }
  }

  /** A stream that was opened while the request was signed counts when it is read later. */
  @Test
  void countsAStreamThatWasOpenedEarlier() throws IOException {
    Sending sending = sending();
    try (InputStream body = sending.body()) {
      sending.transmit();
      body.read();
    }

    assertThat(transmission.revoke()).isFalse();
  }

  @Test
  void leavesLengthTypeAndBytesAsTheyAre() throws IOException {
    Sending sending = sending();
    RequestBody body = sending.context.requestBody().orElseThrow();

    assertThat(body.optionalContentLength()).hasValue((long) BODY.length);
    assertThat(body.contentType()).isEqualTo(RequestBody.fromBytes(BODY).contentType());
    sending.transmit();
    for (int reading = 0; reading < 3; reading++) {
      try (InputStream again = sending.body()) {
        assertThat(again.readAllBytes()).isEqualTo(BODY);
      }
    }
  }

  /** The API v1: the SDK would move the parameters into the body itself, later and unwatched. */
  @Test
  void watchesParametersThatTheSdkSendsAsAForm() throws IOException {
    SdkHttpFullRequest parameters =
        post()
            .putRawQueryParameter("Action", "SendEmail")
            .putRawQueryParameter("Text", "Grüße & so")
            .build();
    Sending sending = new Sending(transmission, parameters, null).prepare().sign().transmit();

    assertThat(sending.context.httpRequest().rawQueryParameters()).isEmpty();
    String form = "Action=SendEmail&Text=Gr%C3%BC%C3%9Fe+%26+so";
    assertThat(sending.context.httpRequest().headers())
        .containsEntry("Content-Length", List.of(Integer.toString(form.length())))
        .containsEntry("Content-Type", List.of("application/x-www-form-urlencoded; charset=utf-8"));
    try (InputStream body = sending.body()) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(form);
    }
    assertThat(transmission.revoke()).isFalse();
  }

  // A body that is not watched may be sent unnoticed.

  @Test
  void mayBeSentIfAnotherBodyTakesItsPlace() throws IOException {
    sending().sign().replaceBody(body -> () -> new ByteArrayInputStream(BODY)).transmit();

    assertThat(transmission.revoke()).isFalse();
  }

  @Test
  void mayBeSentIfACopyTakesItsPlace() throws IOException {
    sending().replaceBody(TransmissionTest::copy).transmit();

    assertThat(transmission.revoke()).isFalse();
  }

  private static ContentStreamProvider copy(ContentStreamProvider body) {
    try (InputStream stream = body.newStream()) {
      byte[] copy = stream.readAllBytes();
      return () -> new ByteArrayInputStream(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The SDK copies such a body when it is first read. */
  @Test
  void mayBeSentIfTheLengthIsUnknown() throws IOException {
    RequestBody unknown =
        RequestBody.fromContentProvider(() -> new ByteArrayInputStream(BODY), "text/plain");
    Sending sending =
        new Sending(transmission, post().build(), unknown).prepare().sign().transmit();

    try (InputStream body = sending.body()) {
      assertThat(body.readAllBytes()).isEqualTo(BODY);
    }
    assertThat(transmission.revoke()).isFalse();
  }

  @Test
  void isUnsentIfABodyAroundItReadsNothing() throws IOException {
    sending()
        .sign()
        .replaceBody(body -> () -> new BufferedInputStream(body.newStream()))
        .transmit();

    assertThat(transmission.revoke()).isTrue();
  }

  @Test
  void leavesOtherRequestsAlone() {
    Transmission.Watch watch = new Transmission.Watch();
    ExecutionAttributes none = new ExecutionAttributes();
    RequestBody body = RequestBody.fromBytes(BODY);
    InterceptorContext context =
        InterceptorContext.builder()
            .request((SdkRequest) SendEmailRequest.builder().build())
            .httpRequest(post().putRawQueryParameter("a", "b").build())
            .requestBody(body)
            .build();

    assertThat(watch.modifyHttpContent(context, none)).containsSame(body);
    assertThat(watch.modifyHttpRequest(context, none)).isSameAs(context.httpRequest());
    watch.beforeTransmission(context, none);
  }

  // Races.

  /** Whatever the interleaving: either all readers fail and it was revoked, or none of both. */
  @Test
  void readingAndRevokingExcludeEachOther() throws Exception {
    int readers = 6;
    int revokers = 2;
    int revoked = 0;
    int rounds = 3_000;
    ExecutorService threads = Executors.newFixedThreadPool(readers + revokers);
    try {
      for (int round = 0; round < rounds; round++) {
        Transmission each = new Transmission();
        Sending sending = sending(each).transmit();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> reads = new ArrayList<>();
        List<Future<Boolean>> revocations = new ArrayList<>();
        // Who is woken first varies by round.
        for (int thread = 0; thread < readers + revokers; thread++) {
          if (Math.floorMod(thread - round, readers + revokers) < revokers) {
            revocations.add(threads.submit(after(start, each::revoke)));
          } else {
            InputStream body = sending.body();
            reads.add(threads.submit(after(start, () -> hasRead(body))));
          }
        }

        start.countDown();

        long read = count(reads);
        long won = count(revocations);
        if (won == 0) {
          assertThat(read).isEqualTo(readers);
        } else {
          assertThat(won).isEqualTo(1);
          assertThat(read).isZero();
          revoked++;
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(revoked).isBetween(1, rounds - 1);
  }

  private static <T> Callable<T> after(CountDownLatch start, Callable<T> work) {
    return () -> {
      start.await();
      return work.call();
    };
  }

  private static boolean hasRead(InputStream body) {
    try {
      return body.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static long count(List<Future<Boolean>> results) throws Exception {
    long count = 0;
    for (Future<Boolean> result : results) {
      count += result.get() ? 1 : 0;
    }
    return count;
  }
}
