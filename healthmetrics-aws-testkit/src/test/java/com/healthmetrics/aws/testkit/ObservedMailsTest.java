package com.healthmetrics.aws.testkit;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.TransactionalMailer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The documentation's examples for observing mail, with the real libraries. */
class ObservedMailsTest {
  private final InMemoryMailer provider = new InMemoryMailer();

  /** Metrics: a timer by outcome, and how many recipients. */
  private static TransactionalMailer withMicrometer(
      TransactionalMailer mailer, MeterRegistry registry) {
    return MailerChain.builder()
        .observe(
            sending -> {
              registry.timer("mail.send", "outcome", sending.outcome()).record(sending.duration());
              registry
                  .counter("mail.recipients", "outcome", sending.outcome())
                  .increment(sending.recipients());
            })
        .build()
        .wrap(mailer);
  }

  /** Traces: a span for each mail, within the one that is current. */
  private static TransactionalMailer withOpenTelemetry(
      TransactionalMailer mailer, OpenTelemetry telemetry) {
    Tracer tracer = telemetry.getTracer("com.healthmetrics.aws.mail");
    return MailerChain.builder()
        .observe(
            sending -> {
              Instant end = Instant.now();
              Span span =
                  tracer
                      .spanBuilder("mail.send")
                      .setStartTimestamp(end.minus(sending.duration()))
                      .setAttribute("mail.outcome", sending.outcome())
                      .setAttribute("mail.recipients", sending.recipients())
                      .startSpan();
              sending.receipt().ifPresent(r -> span.setAttribute("mail.message_id", r.messageId()));
              sending.kind().ifPresent(kind -> span.setStatus(StatusCode.ERROR));
              span.end(end);
            })
        .build()
        .wrap(mailer);
  }

  private void sendOneThatFailsAndOneThatDoesNot(TransactionalMailer mailer) {
    Email email =
        Email.builder()
            .from(EmailAddress.of("noreply@example.com"))
            .to(EmailAddress.of("ada@example.com"))
            .bcc(EmailAddress.of("bob@example.com"))
            .subject("Hello")
            .text("Hello")
            .build();
    provider.failNext(Kind.THROTTLED);
    assertThatExceptionOfType(MailException.class).isThrownBy(() -> mailer.send(email));
    mailer.send(email);
    assertThat(provider.sent()).hasSize(1);
  }

  @Test
  void countsMailsWithMicrometer() {
    MeterRegistry registry = new SimpleMeterRegistry();

    sendOneThatFailsAndOneThatDoesNot(withMicrometer(provider, registry));

    Timer sent = registry.get("mail.send").tag("outcome", "sent").timer();
    assertThat(sent.count()).isEqualTo(1);
    assertThat(sent.totalTime(TimeUnit.NANOSECONDS)).isPositive();
    assertThat(registry.get("mail.send").tag("outcome", "throttled").timer().count()).isEqualTo(1);
    assertThat(registry.get("mail.recipients").tag("outcome", "sent").counter().count())
        .isEqualTo(2);
  }

  @Test
  void tracesMailsWithOpenTelemetry() {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build()) {

      sendOneThatFailsAndOneThatDoesNot(
          withOpenTelemetry(
              provider, OpenTelemetrySdk.builder().setTracerProvider(tracers).build()));

      List<SpanData> finished = spans.getFinishedSpanItems();
      assertThat(finished)
          .extracting(span -> span.getAttributes().get(stringKey("mail.outcome")))
          .containsExactly("throttled", "sent");
      assertThat(finished)
          .extracting(span -> span.getStatus().getStatusCode())
          .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
      assertThat(finished.get(1).getAttributes().get(stringKey("mail.message_id")))
          .isEqualTo("in-memory-1");
      assertThat(finished)
          .allMatch(span -> span.getEndEpochNanos() >= span.getStartEpochNanos())
          .extracting(SpanData::getName)
          .containsOnly("mail.send");
    }
  }
}
