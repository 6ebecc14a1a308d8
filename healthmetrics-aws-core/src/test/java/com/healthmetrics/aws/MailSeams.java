package com.healthmetrics.aws;

import static com.healthmetrics.aws.SeamsTest.assertInterruptKept;
import static com.healthmetrics.aws.SeamsTest.assertOutcome;
import static com.healthmetrics.aws.SeamsTest.unreading;
import static com.healthmetrics.aws.fixtures.Thrown.throwing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ApplicationInterceptor;
import com.healthmetrics.aws.fixtures.FailingStore;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.mail.Emails;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/** What is left when foreign code fails while an email is written, sent or settled. */
final class MailSeams {
  private static final Email EMAIL = Emails.keyed("reset-1");

  private MailSeams() {}

  private static TransactionalMailer once(IdempotencyStore store, TransactionalMailer provider) {
    return MailerChain.builder().once(store).build().wrap(provider);
  }

  static void storeBeforeAnEmail(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    IdempotencyStore store = FailingStore.at("putIfAbsent", failure, IdempotencyStore.inMemory());

    assertOutcome(failure, Delivery.NOT_SENT, () -> once(store, provider).send(EMAIL));

    assertThat(provider.sent()).isEmpty();
  }

  static void storeAfterAnEmailWasSent(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    IdempotencyStore memory = IdempotencyStore.inMemory();

    MailReceipt receipt = once(FailingStore.at("replace", failure, memory), provider).send(EMAIL);

    assertThat(receipt.messageId()).isEqualTo("in-memory-1");
    assertThat(memory.find("reset-1").orElseThrow().state()).isEqualTo(State.IN_PROGRESS);
    assertInterruptKept(failure);
  }

  static void storeAfterAnEmailWasRefused(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    provider.failNext(MailException.Kind.THROTTLED);
    IdempotencyStore store = FailingStore.at("remove", failure, IdempotencyStore.inMemory());

    assertThat(catchThrowable(() -> once(store, provider).send(EMAIL)))
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(MailException.Kind.THROTTLED));
    assertInterruptKept(failure);
  }

  static void storeWhileSettling(String method, Throwable failure) {
    IdempotencyStore memory = IdempotencyStore.inMemory();
    Entry unknown =
        new Entry("reset-1", State.UNKNOWN, Clock.systemUTC().instant(), "attempt", null);
    memory.putIfAbsent(unknown);
    MailerChain chain =
        MailerChain.builder().once(FailingStore.at(method, failure, memory)).build();

    Throwable thrown =
        catchThrowable(
            () -> {
              if (method.equals("remove")) {
                chain.forget("reset-1");
              } else {
                chain.confirm("reset-1", MailReceipt.of("found"));
              }
            });

    assertThat(thrown).as("thrown to the caller").isSameAs(failure);
    assertThat(memory.find("reset-1")).contains(unknown);
  }

  static void observer(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    TransactionalMailer mailer =
        MailerChain.builder().observe(sending -> throwing(failure)).build().wrap(provider);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertInterruptKept(failure);
    provider.failNext(MailException.Kind.THROTTLED);
    assertThat(catchThrowable(() -> mailer.send(EMAIL))).isInstanceOf(MailException.class);
  }

  /** A mailer of the application at the end of the chain. */
  static void provider(Throwable failure) {
    IdempotencyStore memory = IdempotencyStore.inMemory();
    List<Delivery> observed = new ArrayList<>();
    TransactionalMailer mailer =
        MailerChain.builder()
            .observe(sending -> observed.add(sending.delivery().orElseThrow()))
            .once(memory)
            .build()
            .wrap(email -> throwing(failure));

    assertThat(catchThrowable(() -> mailer.send(EMAIL))).isSameAs(failure);

    assertThat(memory.find("reset-1").orElseThrow().state()).isEqualTo(State.UNKNOWN);
    assertThat(observed).containsExactly(Delivery.UNKNOWN);
  }

  /** It makes assertions, which must be seen; what else it throws changes nothing. */
  static void listener(Throwable failure) {
    InMemoryMailer mailer = new InMemoryMailer();
    mailer.onMail(email -> throwing(failure));

    Throwable thrown = catchThrowable(() -> mailer.send(EMAIL));

    assertThat(thrown).isSameAs(failure instanceof Error ? failure : null);
    assertThat(mailer.sent()).hasSize(1);
    assertInterruptKept(failure);
  }

  static void clockBeforeAnEmail(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    clock.failWith(failure);
    MailerChain chain =
        MailerChain.builder().once(IdempotencyStore.inMemory()).clock(clock).build();

    assertThat(catchThrowable(() -> chain.wrap(provider).send(EMAIL))).isSameAs(failure);

    assertThat(provider.sent()).isEmpty();
  }

  static void clockAfterAnEmail(Throwable failure) {
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    MailerChain chain =
        MailerChain.builder().once(IdempotencyStore.inMemory()).clock(clock).build();
    TransactionalMailer mailer =
        chain.wrap(
            email -> {
              clock.failWith(failure);
              return MailReceipt.of("accepted");
            });

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("accepted");
    assertInterruptKept(failure);
  }

  private static SesMailer ses(boolean apiV1, SdkHttpClient http) {
    SesMailer.Builder builder =
        SesMailer.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(RecordingCredentials.longTerm())
            .withoutRetry()
            .httpClient(http);
    return (apiV1 ? builder.apiV1() : builder).build();
  }

  static void httpClientOfSes(boolean apiV1, Throwable failure) {
    StubHttp reading =
        StubHttp.responding(
            request -> {
              throw Thrown.undeclared(failure);
            });
    try (SesMailer mailer = ses(apiV1, unreading(failure))) {
      assertOutcome(failure, Delivery.NOT_SENT, () -> mailer.send(EMAIL));
    }
    try (SesMailer mailer = ses(apiV1, reading)) {
      assertOutcome(failure, Delivery.UNKNOWN, () -> mailer.send(EMAIL));
    }
  }

  static void interceptorOfSes(boolean apiV1, Throwable failure) {
    StubHttp http = StubHttp.responding(200, apiV1 ? "<a/>" : "{\"MessageId\":\"1\"}");
    try (SesMailer mailer = ses(apiV1, http)) {
      ApplicationInterceptor.failBefore(failure);
      assertOutcome(failure, Delivery.NOT_SENT, () -> mailer.send(EMAIL));
      assertThat(http.requests()).isEmpty();
      ApplicationInterceptor.failBefore(null);
      ApplicationInterceptor.failAfter(failure);
      assertOutcome(failure, Delivery.UNKNOWN, () -> mailer.send(EMAIL));
      assertThat(http.requests()).hasSize(1);
    }
  }

  static void sendRate(Throwable failure) {
    try (SesMailer mailer = ses(false, unreading(failure))) {
      assertThat(mailer.sendRate()).isEmpty();
      assertInterruptKept(failure);
    }
  }

  private record Secret(String name) {
    private static final ThreadLocal<Throwable> FAILURE = new ThreadLocal<>();

    public String name() {
      Throwable failure = FAILURE.get();
      return failure == null ? name : throwing(failure);
    }
  }

  private static EmailTemplates templates(Function<String, InputStream> files) {
    return EmailTemplates.builder()
        .template("secret", Secret.class)
        .locales(Locale.ENGLISH)
        .files(files)
        .build();
  }

  static void templateAccessor(Throwable failure) {
    EmailTemplates templates =
        templates(
            name ->
                name.startsWith("secret")
                    ? new ByteArrayInputStream("{{name}}".getBytes(StandardCharsets.UTF_8))
                    : null);
    Secret.FAILURE.set(failure);
    try {
      Throwable thrown = catchThrowable(() -> templates.render(new Secret("Ada")));
      if (Thrown.isFatal(failure)) {
        assertThat(thrown).isSameAs(failure);
      } else {
        // What the application's own record states goes back to the application.
        assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasCause(failure);
        assertThat(thrown).hasMessageNotContaining(Thrown.PRIVATE);
      }
      assertInterruptKept(failure);
    } finally {
      Secret.FAILURE.remove();
    }
  }

  static void templateFiles(Throwable failure) {
    assertThat(catchThrowable(() -> templates(name -> throwing(failure)))).isSameAs(failure);
  }
}
