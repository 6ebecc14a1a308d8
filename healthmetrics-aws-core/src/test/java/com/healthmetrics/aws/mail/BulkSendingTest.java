package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link TransactionalMailer#sendAll}. */
class BulkSendingTest {
  private static final Email ADA = Mails.to("ada@example.com");
  private static final Email BOB = Mails.to("bob@example.com");
  private static final Email EVE = Mails.to("eve@example.com");

  private final InMemoryMailer mailer = new InMemoryMailer();

  private static MailException failure(MailResult result) {
    return ((MailResult.Failed) result).failure();
  }

  @Test
  void givesAReceiptForEachMailInItsOrder() {
    List<MailResult> results = mailer.sendAll(List.of(ADA, BOB, EVE));

    assertThat(results).isUnmodifiable().allMatch(MailResult::isSent);
    assertThat(results).extracting(MailResult::email).containsExactly(ADA, BOB, EVE);
    assertThat(results)
        .extracting(result -> result.orThrow().messageId())
        .containsExactly("in-memory-1", "in-memory-2", "in-memory-3");
    assertThat(mailer.sent()).containsExactly(ADA, BOB, EVE);
  }

  @Test
  void sendsNothingWhereThereIsNothing() {
    assertThat(mailer.sendAll(List.of())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DAILY_QUOTA_EXCEEDED", "ACCOUNT_SUSPENDED", "SENDING_PAUSED", "UNKNOWN_OUTCOME"})
  void goesOnAfterAFailure(Kind kind) {
    mailer.failNext(kind);

    List<MailResult> results = mailer.sendAll(List.of(ADA, BOB));

    assertThat(results).extracting(MailResult::isSent).containsExactly(false, true);
    assertThat(failure(results.get(0)).kind()).isEqualTo(kind);
    assertThatThrownBy(results.get(0)::orThrow).isSameAs(failure(results.get(0)));
    assertThat(mailer.sent()).containsExactly(BOB);
  }

  @Test
  void goesOnAfterAnUnknownOutcomeAndDoesNotSendThatMailAgain() {
    mailer.failNext(Kind.UNKNOWN_OUTCOME);

    List<MailResult> results = mailer.sendAll(List.of(ADA, BOB));

    assertThat(failure(results.get(0)).delivery()).isEqualTo(Delivery.UNKNOWN);
    assertThat(results.get(1).isSent()).isTrue();
    assertThat(mailer.sent()).containsExactly(ADA, BOB);
  }

  @ParameterizedTest
  @EnumSource(names = {"DAILY_QUOTA_EXCEEDED", "ACCOUNT_SUSPENDED"})
  void triesNoneAfterTheAccountMaySendNoMore(Kind kind) {
    mailer.failNext(kind);

    List<MailResult> results = mailer.sendAll(List.of(ADA, BOB, EVE));

    assertThat(results).extracting(result -> failure(result).kind()).containsOnly(kind);
    assertThat(failure(results.get(2)))
        .hasMessageStartingWith("Not tried, and not sent")
        .extracting(MailException::delivery)
        .isEqualTo(Delivery.NOT_SENT);
    assertThat(mailer.sent()).isEmpty();
    assertThat(mailer.sendAll(List.of(ADA))).as("the next call").allMatch(MailResult::isSent);
  }

  @Test
  void triesNoneOfTheSameConfigurationSetAfterSendingIsPaused() {
    Email other = BOB.toBuilder().configurationSet("newsletters").build();
    mailer.failNext(Kind.SENDING_PAUSED);

    List<MailResult> results = mailer.sendAll(List.of(ADA, other, EVE));

    assertThat(results).extracting(MailResult::isSent).containsExactly(false, true, false);
    assertThat(failure(results.get(2)).kind()).isEqualTo(Kind.SENDING_PAUSED);
    assertThat(mailer.sent()).containsExactly(other);
  }

  @Test
  void endsAtAnInterruptWithAResultForEach() {
    mailer.onMail(email -> Thread.currentThread().interrupt());

    List<MailResult> results = mailer.sendAll(List.of(ADA, BOB, EVE));

    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(results).extracting(MailResult::isSent).containsExactly(true, false, false);
    assertThat(results.subList(1, 3))
        .allSatisfy(
            result -> {
              assertThat(failure(result).delivery()).isEqualTo(Delivery.NOT_SENT);
              assertThat(failure(result)).hasMessageContaining("interrupted");
            });
    assertThat(mailer.sent()).containsExactly(ADA);
  }

  /** As when a batch is run again after a crash. */
  @Test
  void saysOfNoMailThatItWasNotSentWhichAnEarlierCallSent() {
    InMemoryMailer provider = new InMemoryMailer();
    IdempotentMailer once =
        IdempotentMailer.builder(provider).store(new IdempotentMailer.InMemoryStore()).build();
    Email sent = ADA.toBuilder().idempotencyKey("b").build();
    MailReceipt receipt = once.send(sent);
    provider.failNext(Kind.DAILY_QUOTA_EXCEEDED);

    List<MailResult> results =
        once.sendAll(List.of(sent.toBuilder().idempotencyKey("a").build(), sent));

    assertThat(results.get(0)).isInstanceOf(MailResult.Failed.class);
    assertThat(results.get(1).orThrow().messageId()).isEqualTo(receipt.messageId());
  }

  @Test
  void refusesNullBeforeAnythingIsSent() {
    assertThatNullPointerException()
        .isThrownBy(() -> mailer.sendAll(Arrays.asList(ADA, null)))
        .withMessage("emails[1]");
    assertThatNullPointerException().isThrownBy(() -> mailer.sendAll(null)).withMessage("emails");
    assertThat(mailer.sent()).isEmpty();
  }

  @Test
  void losesNoResultToAMailerThatBreaks() {
    IllegalStateException cause = new IllegalStateException("no route for bob@example.com");
    TransactionalMailer broken =
        email -> {
          if (email == BOB) {
            throw new IllegalArgumentException("refused bob@example.com", cause);
          }
          return mailer.send(email);
        };

    List<MailResult> results = broken.sendAll(List.of(ADA, BOB, EVE));

    assertThat(results).extracting(MailResult::isSent).containsExactly(true, false, true);
    assertThat(failure(results.get(1)).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    StringWriter trace = new StringWriter();
    failure(results.get(1)).printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString())
        .contains("java.lang.IllegalArgumentException", "java.lang.IllegalStateException")
        .contains("losesNoResultToAMailerThatBreaks")
        .doesNotContain("bob@");
  }

  @Test
  void endsThePathOfCausesThatGoInACircle() {
    RuntimeException one = new IllegalStateException("a");
    RuntimeException other = new IllegalArgumentException("b", one);
    one.initCause(other);
    TransactionalMailer broken =
        email -> {
          throw one;
        };

    assertThat(failure(broken.sendAll(List.of(ADA)).get(0)).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void masksAddressesInResults() {
    mailer.failNext(Kind.REJECTED);

    assertThat(mailer.sendAll(List.of(ADA, BOB)).toString())
        .contains("a***@example.com", "b***@example.com", "in-memory-1")
        .doesNotContain("ada@", "bob@");
  }
}
