package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;

/** The steps together; each has a test of its own. */
class MailerChainTest {
  private static final Email ALLOWED = keyed("a", "ada@example.com");
  private static final Email REFUSED = keyed("b", "eve@patients.example");

  private final InMemoryMailer provider = new InMemoryMailer();
  private final List<String> outcomes = new ArrayList<>();
  private final VirtualTime time = new VirtualTime();

  private static Email keyed(String key, String recipient) {
    return Emails.builder().to(EmailAddress.of(recipient)).idempotencyKey(key).build();
  }

  /** Orders of the builder's calls, each call being the first in one of them. */
  static Stream<List<Integer>> ordersOfCalls() {
    return Stream.of(
        List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(1, 3, 0, 2), List.of(2, 0, 3, 1));
  }

  private MailerChain chainBuiltInOrder(List<Integer> order) {
    List<UnaryOperator<MailerChain.Builder>> calls =
        List.of(
            builder -> builder.observe(sending -> outcomes.add(sending.outcome())),
            builder -> builder.once(IdempotencyStore.inMemory()),
            builder -> builder.allowOnly(List.of("example.com")),
            builder -> builder.recipientsPerSecond(1).maxWait(Duration.ZERO).time(time));
    MailerChain.Builder builder = MailerChain.builder();
    for (int call : order) {
      builder = calls.get(call).apply(builder);
    }
    return builder.build();
  }

  @ParameterizedTest
  @MethodSource("ordersOfCalls")
  void ordersItsStepsWhateverTheOrderOfTheCalls(List<Integer> order) {
    TransactionalMailer mailer = chainBuiltInOrder(order).wrap(provider);

    // The guard comes before the rate: what it refuses does not use up the only turn.
    assertKind(Kind.RECIPIENT_NOT_ALLOWED, mailer, REFUSED);
    MailReceipt first = mailer.send(ALLOWED);
    // Once comes before the guard and the rate: a known receipt needs neither of them.
    assertThat(mailer.send(keyed("a", "eve@patients.example")).messageId())
        .isEqualTo(first.messageId());
    assertKind(Kind.THROTTLED, mailer, keyed("c", "ada@example.com"));
    // So what they refuse leaves no trace of its key.
    assertKind(Kind.THROTTLED, mailer, keyed("c", "ada@example.com"));

    // The observer comes before all others: it sees what they refuse and repeat.
    assertThat(outcomes)
        .containsExactly("recipient_not_allowed", "sent", "sent", "throttled", "throttled");
    assertThat(provider.sent())
        .extracting(Email::idempotencyKey)
        .containsExactly(ALLOWED.idempotencyKey());
    assertThat(mailer)
        .hasToString(
            "observe -> once -> allow only 0 addresses and the domains [example.com]"
                + " -> 1.000 recipients/s -> "
                + provider);
  }

  private static void assertKind(Kind kind, TransactionalMailer mailer, Email email) {
    MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(email));
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(kind);
  }

  @Test
  void givesEachWrappedMailerItsOwnRateAndAllTheSameStore() {
    MailerChain chain = chainBuiltInOrder(List.of(0, 1, 2, 3));
    InMemoryMailer otherProvider = new InMemoryMailer();
    TransactionalMailer one = chain.wrap(provider);
    TransactionalMailer other = chain.wrap(otherProvider);

    MailReceipt receipt = one.send(ALLOWED);

    assertThat(other.send(ALLOWED)).hasToString(receipt.toString());
    other.send(keyed("c", "ada@example.com"));
    assertThat(provider.sent()).hasSize(1);
    assertThat(otherProvider.sent()).hasSize(1);
  }

  @Test
  void settlesUnknownOutcomesForAllWrappedMailers() {
    MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
    TransactionalMailer mailer = chain.wrap(provider);
    provider.failNext(Kind.UNKNOWN_OUTCOME, Kind.UNKNOWN_OUTCOME);
    assertKind(Kind.UNKNOWN_OUTCOME, mailer, ALLOWED);
    assertKind(Kind.UNKNOWN_OUTCOME, mailer, REFUSED);

    assertThat(chain.confirm("a", MailReceipt.of("from an event"))).isTrue();
    assertThat(chain.forget("b")).isTrue();

    assertThat(chain.wrap(provider).send(ALLOWED).messageId()).isEqualTo("from an event");
    assertThat(mailer.send(REFUSED).messageId()).isEqualTo("in-memory-3");
  }

  @Test
  void settlesNothingWithoutAStore() {
    MailerChain chain = MailerChain.builder().build();

    assertThatIllegalStateException()
        .isThrownBy(() -> chain.confirm("a", MailReceipt.of("id")))
        .withMessageContaining("once(store)");
    assertThatIllegalStateException()
        .isThrownBy(() -> chain.forget("a"))
        .withMessageContaining("once(store)");
  }

  @Test
  void returnsTheProviderItselfWithoutSteps() {
    assertThat(MailerChain.builder().build().wrap(provider)).isSameAs(provider);
    assertThatNullPointerException().isThrownBy(() -> MailerChain.builder().build().wrap(null));
  }

  @Test
  void followsTheSendRateOfSes() {
    MailerChain chain =
        MailerChain.builder().recipientsPerSecond(1).followingSendRate().time(time).build();
    try (StubSes ses =
            StubSes.behaving(
                (number, out) -> {
                  StubSes.write(
                      out,
                      200,
                      "",
                      number == 1
                          ? "{\"SendQuota\":{\"MaxSendRate\":14.0}}"
                          : "{\"MessageId\":\"stub-" + number + "\"}");
                  return true;
                });
        SesMailer mailer =
            SesMailer.builder()
                .region(Region.EU_CENTRAL_1)
                .credentials(RecordingCredentials.longTerm())
                .endpoint(ses.endpoint())
                .build()) {
      TransactionalMailer wrapped = chain.wrap(mailer);

      assertThat(wrapped.send(ALLOWED).messageId()).isEqualTo("stub-2");

      assertThat(wrapped).hasToString("14.00 recipients/s -> " + mailer);
      assertThat(ses.requests()).hasSize(2);
    }
  }

  @Test
  void keepsTheConfiguredRateOfOtherProviders() {
    TransactionalMailer mailer =
        MailerChain.builder().recipientsPerSecond(2).followingSendRate().build().wrap(provider);

    mailer.send(ALLOWED);

    assertThat(mailer).hasToString("2.000 recipients/s -> " + provider);
  }

  @Test
  void refusesStepsThatExcludeEachOther() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                MailerChain.builder()
                    .allowOnly(List.of("example.com"))
                    .redirectAll(EmailAddress.of("team@example.com"))
                    .build())
        .withMessageContainingAll("allowOnly", "redirectAll");
  }

  @Test
  void namesAllThatIsMissingAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> MailerChain.builder().abandonedAfter(Duration.ofMinutes(1)).burst(1).build())
        .withMessageEndingWith("Missing: once, recipientsPerSecond.");
  }

  @Test
  void showsItsSteps() {
    assertThat(MailerChain.builder().build()).hasToString("MailerChain[]");
    assertThat(chainBuiltInOrder(List.of(0, 1, 2, 3)))
        .hasToString(
            "MailerChain[observe -> once -> allow only 0 addresses and the domains [example.com]"
                + " -> 1.0 recipients/s]");
  }
}
