package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObservedMailerTest {
  private static final Email MAIL =
      Mails.builder()
          .to(EmailAddress.of("ada@example.com"))
          .bcc(EmailAddress.of("bob@example.com"))
          .tag("kind", "export")
          .build();

  private final InMemoryMailer sent = new InMemoryMailer();
  private final List<ObservedMailer.Sending> seen = new ArrayList<>();

  @Test
  void tellsOfAMailThatWasSent() {
    AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1);
    sent.onMail(email -> time.addAndGet(42_000_000));

    MailReceipt receipt = ObservedMailer.of(sent, seen::add, time::get).send(MAIL);

    assertThat(seen).hasSize(1);
    ObservedMailer.Sending sending = seen.get(0);
    assertThat(sending.outcome()).isEqualTo("sent");
    assertThat(sending.receipt()).containsSame(receipt);
    assertThat(sending.kind()).isEmpty();
    assertThat(sending.delivery()).isEmpty();
    assertThat(sending.duration()).isEqualTo(Duration.ofMillis(42));
    assertThat(sending.recipients()).isEqualTo(2);
    assertThat(sending.tags()).isEqualTo(Map.of("kind", "export"));
    assertThat(sending.isAccountMail()).isFalse();
    assertThat(sending).hasToString("Sending[sent, PT0.042S, 2 recipients]");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void tellsOfAMailThatFailed(Kind kind) {
    sent.failNext(kind);
    ObservedMailer mailer = ObservedMailer.of(sent, seen::add);

    assertThatThrownBy(() -> mailer.send(MAIL)).isInstanceOf(MailException.class);

    assertThat(seen).hasSize(1);
    ObservedMailer.Sending sending = seen.get(0);
    assertThat(sending.outcome()).isEqualToIgnoringCase(kind.name()).isLowerCase();
    assertThat(sending.kind()).contains(kind);
    assertThat(sending.delivery())
        .contains(kind == Kind.UNKNOWN_OUTCOME ? Delivery.UNKNOWN : Delivery.NOT_SENT);
    assertThat(sending.receipt()).isEmpty();
    assertThat(sending.duration().isNegative()).isFalse();
  }

  @Test
  void tellsOfAMailerThatBreaks() {
    IllegalStateException failure = new IllegalStateException("closed");
    TransactionalMailer broken =
        email -> {
          throw failure;
        };

    assertThatThrownBy(() -> ObservedMailer.of(broken, seen::add).send(MAIL)).isSameAs(failure);

    assertThat(seen.get(0).outcome()).isEqualTo("error");
    assertThat(seen.get(0).kind()).isEmpty();
    assertThat(seen.get(0).delivery()).contains(Delivery.UNKNOWN);
  }

  @Test
  void sendsAllTheSameWhereTheObserverThrows() {
    ObservedMailer throwing =
        ObservedMailer.of(
            sent,
            sending -> {
              throw new IllegalStateException("no registry");
            });
    ObservedMailer notLinking =
        ObservedMailer.of(
            sent,
            sending -> {
              throw new NoClassDefFoundError("io/micrometer/MeterRegistry");
            });

    assertThat(throwing.send(MAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(notLinking.send(MAIL).messageId()).isEqualTo("in-memory-2");

    sent.failNext(Kind.THROTTLED);
    assertThatThrownBy(() -> throwing.send(MAIL))
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(Kind.THROTTLED));
  }

  @Test
  void tellsOfEveryMailInBulk() {
    sent.failNext(Kind.REJECTED);

    ObservedMailer.of(sent, seen::add).sendAll(List.of(MAIL, MAIL));

    assertThat(seen)
        .extracting(ObservedMailer.Sending::outcome)
        .containsExactly("rejected", "sent");
  }

  @Test
  void refusesNullAndTellsNothing() {
    assertThatNullPointerException()
        .isThrownBy(() -> ObservedMailer.of(sent, seen::add).send(null))
        .withMessage("email");
    assertThatNullPointerException().isThrownBy(() -> ObservedMailer.of(null, seen::add));
    assertThatNullPointerException().isThrownBy(() -> ObservedMailer.of(sent, null));
    assertThat(seen).isEmpty();
    assertThat(ObservedMailer.of(sent, seen::add)).hasToString("ObservedMailer[" + sent + "]");
  }
}
