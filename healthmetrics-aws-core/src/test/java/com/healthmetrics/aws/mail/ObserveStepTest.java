package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link MailerChain.Builder#observe}. */
class ObserveStepTest {
  private static final Email EMAIL =
      Emails.builder()
          .to(EmailAddress.of("ada@example.com"))
          .bcc(EmailAddress.of("bob@example.com"))
          .tag("kind", "export")
          .build();

  private final InMemoryMailer sent = new InMemoryMailer();
  private final List<MailerChain.Sending> seen = new ArrayList<>();

  private TransactionalMailer observed(Consumer<MailerChain.Sending> observer) {
    return observed(sent, observer);
  }

  private static TransactionalMailer observed(
      TransactionalMailer mailer, Consumer<MailerChain.Sending> observer) {
    return MailerChain.builder().observe(observer).build().wrap(mailer);
  }

  @Test
  void reportsAnEmailThatWasSent() {
    VirtualTime time = new VirtualTime();
    sent.onMail(email -> time.advance(Duration.ofMillis(42)));

    MailReceipt receipt =
        MailerChain.builder().observe(seen::add).time(time).build().wrap(sent).send(EMAIL);

    assertThat(seen).hasSize(1);
    MailerChain.Sending sending = seen.get(0);
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
  void reportsAnEmailThatFailed(Kind kind) {
    sent.failNext(kind);
    TransactionalMailer mailer = observed(seen::add);

    assertThatThrownBy(() -> mailer.send(EMAIL)).isInstanceOf(MailException.class);

    assertThat(seen).hasSize(1);
    MailerChain.Sending sending = seen.get(0);
    assertThat(sending.outcome()).isEqualToIgnoringCase(kind.name()).isLowerCase();
    assertThat(sending.kind()).contains(kind);
    assertThat(sending.delivery())
        .contains(kind == Kind.UNKNOWN_OUTCOME ? Delivery.UNKNOWN : Delivery.NOT_SENT);
    assertThat(sending.receipt()).isEmpty();
    assertThat(sending.duration().isNegative()).isFalse();
  }

  @Test
  void reportsAMailerThatThrowsAnotherException() {
    IllegalStateException failure = new IllegalStateException("closed");
    TransactionalMailer broken =
        email -> {
          throw failure;
        };

    assertThatThrownBy(() -> observed(broken, seen::add).send(EMAIL)).isSameAs(failure);

    assertThat(seen.get(0).outcome()).isEqualTo("error");
    assertThat(seen.get(0).kind()).isEmpty();
    assertThat(seen.get(0).delivery()).contains(Delivery.UNKNOWN);
  }

  @Test
  void sendsAnywayWhenTheObserverThrows() {
    TransactionalMailer throwing =
        observed(
            sending -> {
              throw new IllegalStateException("no registry");
            });
    TransactionalMailer notLinking =
        observed(
            sending -> {
              throw new NoClassDefFoundError("io/micrometer/MeterRegistry");
            });

    assertThat(throwing.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertThat(notLinking.send(EMAIL).messageId()).isEqualTo("in-memory-2");

    sent.failNext(Kind.THROTTLED);
    assertThatThrownBy(() -> throwing.send(EMAIL))
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(Kind.THROTTLED));
  }

  @Test
  void refusesNullAndReportsNothing() {
    assertThatNullPointerException()
        .isThrownBy(() -> observed(seen::add).send(null))
        .withMessage("email");
    assertThatNullPointerException().isThrownBy(() -> observed(null, seen::add));
    assertThatNullPointerException().isThrownBy(() -> observed(null));
    assertThat(seen).isEmpty();
    assertThat(observed(seen::add)).hasToString("observe -> " + sent);
  }
}
