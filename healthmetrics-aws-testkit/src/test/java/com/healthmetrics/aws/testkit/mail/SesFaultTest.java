package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.healthmetrics.aws.mail.InMemoryMailer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.MailFromDomainNotVerifiedException;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sesv2.model.TooManyRequestsException;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SesFaultTest {
  private final LocalSes ses = LocalSes.start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private void send() {
    client.sendEmail(request().build());
  }

  @Test
  void throttlesByRateAndByQuotaInTheSameWordsButOne() {
    ses.failNext(SesFault.throttled(), SesFault.dailyQuotaExceeded());
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(this::send)
        .withMessageContaining("Maximum sending rate exceeded.")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(429));
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(this::send)
        .withMessageContaining("Daily message quota exceeded.");
    assertThat(ses.emails()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void failsWithoutKeepingTheEmail(int status) {
    ses.failNext(SesFault.status(status));
    assertThatExceptionOfType(SesV2Exception.class)
        .isThrownBy(this::send)
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(status));
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void refusesWithAnyErrorOfSes() {
    ses.failNext(SesFault.refused(400, "MailFromDomainNotVerifiedException", "Not verified."));
    assertThatExceptionOfType(MailFromDomainNotVerifiedException.class)
        .isThrownBy(this::send)
        .withMessageContaining("Not verified.");
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void keepsTheEmailAndEndsTheConnection() {
    ses.failNext(SesFault.acceptThenReset());
    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(this::send)
        .withRootCauseInstanceOf(IOException.class);
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void keepsTheEmailAndSendsHalfTheResponse() {
    ses.failNext(SesFault.acceptThenMalformed());
    assertThatExceptionOfType(SdkClientException.class).isThrownBy(this::send);
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void keepsTheEmailAndRespondsWithAnError() {
    ses.failNext(SesFault.acceptThenStatus(502));
    assertThatExceptionOfType(SesV2Exception.class)
        .isThrownBy(this::send)
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(502));
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void keepsTheEmailAndNeverRespondsWhileOthersAreServed() {
    ses.failNext(SesFault.acceptThenHang());
    try (SesV2Client impatient =
        SesTestClient.of(
            ses, UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(2)).build())) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(() -> impatient.sendEmail(request().build()))
          .withRootCauseInstanceOf(SocketTimeoutException.class);
    }
    send();
    assertThat(ses.emails()).hasSize(2);
    assertThat(ses.sendAttempts()).isEqualTo(2);
  }

  @Test
  void endsAConnectionThatHangsWhenItCloses() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (InMemoryMailer.Registration registration = ses.onMail(mail -> arrived.countDown())) {
      assertThat(registration).isNotNull();
      ses.failNext(SesFault.acceptThenHang());
      CompletableFuture<Void> sending = CompletableFuture.runAsync(this::send);
      assertThat(arrived.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(sending).isNotDone();
      ses.close();
      assertThat(sending)
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableThat()
          .havingCause()
          .asInstanceOf(type(SdkClientException.class));
    }
  }

  @Test
  void acceptsFaultsInTheirOrderAndGoesOnAsUsual() {
    ses.failNext(SesFault.throttled());
    ses.failNext(SesFault.status(500), SesFault.acceptThenReset());
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      try {
        send();
      } catch (SesV2Exception e) {
        failures.add(Integer.toString(e.statusCode()));
      } catch (SdkClientException e) {
        failures.add("no response");
      }
    }
    assertThat(failures).containsExactly("429", "500", "no response");
    assertThat(ses.sendAttempts()).isEqualTo(4);
    assertThat(ses.emails()).hasSize(2);
  }

  @Test
  void refusesAnInvalidEmailWhateverTheFaultWouldKeep() {
    ses.failNext(SesFault.acceptThenReset());
    assertThatExceptionOfType(SesV2Exception.class)
        .isThrownBy(() -> client.sendEmail(request().destination(d -> {}).build()))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    assertThat(ses.emails()).isEmpty();
    send();
    assertThat(ses.emails()).hasSize(1);
  }

  @Test
  void consumesEachFaultOnceWithManyThreads() {
    ses.failNext(
        IntStream.range(0, 10).mapToObj(i -> SesFault.throttled()).toArray(SesFault[]::new));
    long refused =
        IntStream.range(0, 20)
            .parallel()
            .filter(
                i -> {
                  try {
                    send();
                    return false;
                  } catch (TooManyRequestsException e) {
                    return true;
                  }
                })
            .count();
    assertThat(refused).isEqualTo(10);
    assertThat(ses.emails()).hasSize(10);
    assertThat(ses.sendAttempts()).isEqualTo(20);
  }

  @Test
  void forgetsFaultsAndAttemptsWhenCleared() {
    send();
    ses.failNext(SesFault.throttled());
    ses.clear();
    assertThat(ses.sendAttempts()).isZero();
    send();
    assertThat(ses.emails()).hasSize(1);
  }

  @Test
  void notifiesAListenerOfEveryKeptEmailUntilItIsClosed() {
    List<String> heard = new ArrayList<>();
    InMemoryMailer.Registration registration = ses.onMail(mail -> heard.add(mail.messageId()));
    send();
    ses.failNext(SesFault.throttled(), SesFault.acceptThenReset());
    assertThatExceptionOfType(TooManyRequestsException.class).isThrownBy(this::send);
    assertThatExceptionOfType(SdkClientException.class).isThrownBy(this::send);
    registration.close();
    registration.close();
    send();
    assertThat(heard)
        .containsExactlyElementsOf(
            ses.emails().subList(0, 2).stream().map(ReceivedMail::messageId).toList());
  }

  @Test
  void showsAListenerTheEmailAmongThoseThatAreKept() {
    List<Integer> sizes = new ArrayList<>();
    try (InMemoryMailer.Registration registration =
        ses.onMail(mail -> sizes.add(ses.emails().size()))) {
      assertThat(registration).isNotNull();
      send();
    }
    assertThat(sizes).containsExactly(1);
  }

  @Test
  void endsOneOfTwoRegistrationsOfTheSameListener() {
    List<ReceivedMail> heard = new ArrayList<>();
    Consumer<ReceivedMail> listener = heard::add;
    InMemoryMailer.Registration first = ses.onMail(listener);
    ses.onMail(listener);
    first.close();
    send();
    assertThat(heard).hasSize(1);
  }

  @Test
  void respondsAsUsualWhenAListenerFails() {
    ses.onMail(
        mail -> {
          throw new IllegalStateException("a listener's own fault, as a test expects it");
        });
    List<ReceivedMail> heard = new ArrayList<>();
    ses.onMail(heard::add);
    send();
    assertThat(heard).hasSize(1);
  }

  @Test
  void refusesFaultsThatSesDoesNotHave() {
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.status(429));
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.status(600));
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.acceptThenStatus(499));
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.refused(200, "A", "b"));
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.refused(400, "A b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> SesFault.refused(400, "A", " "));
    assertThatNullPointerException().isThrownBy(() -> ses.failNext((SesFault) null));
  }

  @Test
  void reportsItsName() {
    assertThat(SesFault.acceptThenReset()).hasToString("SesFault[acceptThenReset]");
    assertThat(SesFault.refused(400, "MessageRejected", "no"))
        .hasToString("SesFault[refused MessageRejected]");
  }
}
