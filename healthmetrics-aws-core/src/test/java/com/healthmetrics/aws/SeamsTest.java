package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ApplicationInterceptor;
import com.healthmetrics.aws.fixtures.FailingObjects;
import com.healthmetrics.aws.fixtures.FailingStore;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StreamedHttp;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailTemplates;
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
import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Every place where code of others runs, and what is left when it throws: an error, a checked
 * exception that it does not declare, a class that does not link.
 *
 * <p>The outcome is recorded first. Then the failure is replaced by one that states the outcome, or
 * thrown as it is. A new place is a new constant of {@link Seam}.
 */
class SeamsTest {
  private static final ObjectKey KEY =
      ObjectKey.of("avatars/u/0123456789abcdef0123456789abcdef.png");
  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.of("noreply@healthmetrics.example"))
          .to(EmailAddress.of("ada@example.com"))
          .subject("Hello")
          .text("Hello")
          .idempotencyKey("reset-1")
          .build();

  /** A check of what is left; the failure is one of {@link Thrown#all()}. */
  private interface Check {
    void with(Throwable failure) throws Exception;
  }

  /** The places. */
  private enum Seam {
    STORE_PUT_IF_ABSENT(SeamsTest::storeBeforeAnEmail),
    STORE_REPLACE(SeamsTest::storeAfterAnEmailWasSent),
    STORE_REMOVE(SeamsTest::storeAfterAnEmailWasRefused),
    STORE_FIND_TO_SETTLE(failure -> storeWhileSettling("find", failure)),
    STORE_REPLACE_TO_CONFIRM(failure -> storeWhileSettling("replace", failure)),
    STORE_REMOVE_TO_FORGET(failure -> storeWhileSettling("remove", failure)),
    OBSERVER(SeamsTest::observer),
    PROVIDER(SeamsTest::provider),
    LISTENER_OF_INMEMORY_MAILER(SeamsTest::listener),
    LOGGER(failure -> Failures.quietly(() -> throwing(failure))),
    CLOCK_BEFORE_AN_EMAIL(SeamsTest::clockBeforeAnEmail),
    CLOCK_AFTER_AN_EMAIL(SeamsTest::clockAfterAnEmail),
    CLOCK_OF_A_SIGNER(SeamsTest::clockOfASigner),
    RANDOM_OF_A_SIGNER(SeamsTest::randomOfASigner),
    PUBLIC_URLS(SeamsTest::publicUrls),
    SES_V1_HTTP_CLIENT(failure -> httpClientOfSes(true, failure)),
    SES_V2_HTTP_CLIENT(failure -> httpClientOfSes(false, failure)),
    SES_V1_INTERCEPTOR(failure -> interceptorOfSes(true, failure)),
    SES_V2_INTERCEPTOR(failure -> interceptorOfSes(false, failure)),
    SES_SEND_RATE(SeamsTest::sendRate),
    S3_HTTP_CLIENT(SeamsTest::httpClientOfS3),
    S3_INTERCEPTOR(SeamsTest::interceptorOfS3),
    S3_DELETION_HALFWAY(SeamsTest::deletionHalfway),
    S3_CONTENT(SeamsTest::contentOfS3),
    OBJECT_STORE_HEAD(failure -> objectStore("head", failure)),
    OBJECT_STORE_OPEN(failure -> objectStore("openIfUnchanged", failure)),
    OBJECT_STORE_DELETE(failure -> objectStore("deleteIfUnchanged", failure)),
    OBJECT_STORE_CONTENT(SeamsTest::contentOfAnObjectStore),
    TEMPLATE_ACCESSOR(SeamsTest::templateAccessor),
    TEMPLATE_FILES(SeamsTest::templateFiles);

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
    seam.check.with(failure);
  }

  @AfterEach
  void reset() {
    ApplicationInterceptor.failBefore(null);
    ApplicationInterceptor.failAfter(null);
    Thread.interrupted();
  }

  private static <T> T throwing(Throwable failure) {
    throw Thrown.undeclared(failure);
  }

  /** Nothing in a log repeats what foreign code states. */
  private static void assertThatNothingLeaks(Throwable failure) {
    StringWriter log = new StringWriter();
    failure.printStackTrace(new PrintWriter(log, true));
    assertThat(log.toString()).doesNotContain(Thrown.PRIVATE);
  }

  /** A lack of memory is thrown as it is; everything else states the outcome. */
  private static void assertOutcome(
      Throwable failure, Delivery expected, ThrowingCallable attempt) {
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

  private static void assertInterruptKept(Throwable failure) {
    assertThat(Thread.interrupted())
        .as("the thread is interrupted")
        .isEqualTo(failure instanceof InterruptedException);
  }

  // Mail.

  private static TransactionalMailer once(IdempotencyStore store, TransactionalMailer provider) {
    return MailerChain.builder().once(store).build().wrap(provider);
  }

  private static void storeBeforeAnEmail(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    IdempotencyStore store = FailingStore.at("putIfAbsent", failure, IdempotencyStore.inMemory());

    assertOutcome(failure, Delivery.NOT_SENT, () -> once(store, provider).send(EMAIL));

    assertThat(provider.sent()).isEmpty();
  }

  private static void storeAfterAnEmailWasSent(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    IdempotencyStore memory = IdempotencyStore.inMemory();

    MailReceipt receipt = once(FailingStore.at("replace", failure, memory), provider).send(EMAIL);

    assertThat(receipt.messageId()).isEqualTo("in-memory-1");
    assertThat(memory.find("reset-1").orElseThrow().state()).isEqualTo(State.IN_PROGRESS);
    assertInterruptKept(failure);
  }

  private static void storeAfterAnEmailWasRefused(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    provider.failNext(MailException.Kind.THROTTLED);
    IdempotencyStore store = FailingStore.at("remove", failure, IdempotencyStore.inMemory());

    assertThat(catchThrowable(() -> once(store, provider).send(EMAIL)))
        .isInstanceOfSatisfying(
            MailException.class, e -> assertThat(e.kind()).isEqualTo(MailException.Kind.THROTTLED));
    assertInterruptKept(failure);
  }

  private static void storeWhileSettling(String method, Throwable failure) {
    IdempotencyStore memory = IdempotencyStore.inMemory();
    Entry unknown = new Entry(State.UNKNOWN, Clock.systemUTC().instant(), "attempt");
    memory.putIfAbsent("reset-1", unknown);
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

  private static void observer(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    TransactionalMailer mailer =
        MailerChain.builder().observe(sending -> throwing(failure)).build().wrap(provider);

    assertThat(mailer.send(EMAIL).messageId()).isEqualTo("in-memory-1");
    assertInterruptKept(failure);
    provider.failNext(MailException.Kind.THROTTLED);
    assertThat(catchThrowable(() -> mailer.send(EMAIL))).isInstanceOf(MailException.class);
  }

  /** A mailer of the application at the end of the chain. */
  private static void provider(Throwable failure) {
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
  private static void listener(Throwable failure) {
    InMemoryMailer mailer = new InMemoryMailer();
    mailer.onMail(email -> throwing(failure));

    Throwable thrown = catchThrowable(() -> mailer.send(EMAIL));

    assertThat(thrown).isSameAs(failure instanceof Error ? failure : null);
    assertThat(mailer.sent()).hasSize(1);
    assertInterruptKept(failure);
  }

  private static void clockBeforeAnEmail(Throwable failure) {
    InMemoryMailer provider = new InMemoryMailer();
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    clock.failWith(failure);
    MailerChain chain =
        MailerChain.builder().once(IdempotencyStore.inMemory()).clock(clock).build();

    assertThat(catchThrowable(() -> chain.wrap(provider).send(EMAIL))).isSameAs(failure);

    assertThat(provider.sent()).isEmpty();
  }

  private static void clockAfterAnEmail(Throwable failure) {
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

  private static void httpClientOfSes(boolean apiV1, Throwable failure) {
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

  /** Fails before it reads the body. */
  private static SdkHttpClient unreading(Throwable failure) {
    return new SdkHttpClient() {
      @Override
      public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        throw Thrown.undeclared(failure);
      }

      @Override
      public void close() {}
    };
  }

  private static void interceptorOfSes(boolean apiV1, Throwable failure) {
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

  private static void sendRate(Throwable failure) {
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

  private static void templateAccessor(Throwable failure) {
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
        assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
        assertThatNothingLeaks(thrown);
      }
      assertInterruptKept(failure);
    } finally {
      Secret.FAILURE.remove();
    }
  }

  private static void templateFiles(Throwable failure) {
    assertThat(catchThrowable(() -> templates(name -> throwing(failure)))).isSameAs(failure);
  }

  // Storage.

  private static S3Bucket.Builder s3() {
    return S3Bucket.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm());
  }

  /** Thrown as it is, and nothing was signed. */
  private static void assertSignsNothing(
      Throwable failure, UnaryOperator<S3Bucket.Builder> settings) {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    UploadRequest request = UploadRequest.of("u", "image/png", 48);
    try (S3Bucket bucket = settings.apply(s3().credentials(credentials)).build()) {
      assertThat(catchThrowable(() -> bucket.uploads().presignPut(UploadPolicy.avatars(), request)))
          .isSameAs(failure);
      assertThat(
              catchThrowable(() -> bucket.uploads().presignPost(UploadPolicy.avatars(), request)))
          .isSameAs(failure);
    }
  }

  private static void clockOfASigner(Throwable failure) {
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    clock.failWith(failure);
    assertSignsNothing(failure, builder -> builder.clock(clock));
  }

  private static void randomOfASigner(Throwable failure) {
    SecureRandom random =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            throw Thrown.undeclared(failure);
          }
        };
    assertSignsNothing(failure, builder -> builder.random(random));
  }

  private static void publicUrls(Throwable failure) {
    assertSignsNothing(failure, builder -> builder.publicUrls(key -> throwing(failure)));
  }

  /** A class that does not link is a fault of the configuration. */
  private static void assertStorageFailure(Throwable failure, ThrowingCallable attempt) {
    Throwable thrown = catchThrowable(attempt);
    if (Thrown.isFatal(failure)) {
      assertThat(thrown).isSameAs(failure);
    } else if (failure instanceof LinkageError) {
      assertThat(thrown).isInstanceOf(ConfigurationException.class);
    } else {
      assertThat(thrown)
          .isInstanceOf(StorageException.class)
          .hasMessageNotContaining(Thrown.PRIVATE);
    }
    assertInterruptKept(failure);
  }

  private static void httpClientOfS3(Throwable failure) {
    try (S3Bucket bucket = s3().httpClient(unreading(failure)).build()) {
      assertStorageFailure(failure, () -> bucket.objects().head(KEY));
      assertStorageFailure(failure, () -> bucket.objects().open(KEY));
      assertStorageFailure(failure, () -> bucket.objects().delete(KEY));
      assertStorageFailure(failure, () -> bucket.objects().deletePrefix("avatars/u/"));
    }
  }

  private static void interceptorOfS3(Throwable failure) {
    try (S3Bucket bucket = s3().httpClient(StubHttp.responding(204, "")).build()) {
      ApplicationInterceptor.failAfter(failure);
      assertStorageFailure(failure, () -> bucket.objects().delete(KEY));
    }
  }

  private static void deletionHalfway(Throwable failure) {
    StubHttp http =
        StubHttp.responding(
            request -> {
              if (request.number() > 1) {
                throw Thrown.undeclared(failure);
              }
              return Response.of(
                  200, "<DeleteResult><Deleted><Key>avatars/u/0</Key></Deleted></DeleteResult>");
            });
    List<ObjectKey> keys =
        IntStream.range(0, 1_500).mapToObj(i -> ObjectKey.of("avatars/u/" + i)).toList();
    try (S3Bucket bucket = s3().httpClient(http).build()) {

      Throwable thrown = catchThrowable(() -> bucket.objects().deleteAll(keys));

      StorageException known =
          (StorageException)
              (thrown instanceof StorageException ? thrown : thrown.getSuppressed()[0]);
      DeletionReport report = known.report().orElseThrow();
      assertThat(report.deleted()).hasSize(1);
      assertThat(report.failed()).hasSize(1_499);
      assertThat(thrown == failure).as("thrown as it is").isEqualTo(Thrown.isFatal(failure));
    }
  }

  private static void contentOfS3(Throwable failure) throws IOException {
    StreamedHttp http =
        StreamedHttp.responding(200, Map.of("Content-Length", "100"), () -> unreadable(failure));
    try (S3Bucket bucket = s3().httpClient(http).build();
        InputStream content = bucket.objects().open(KEY)) {

      Throwable thrown = catchThrowable(content::read);

      if (Thrown.isFatal(failure)) {
        assertThat(thrown).isSameAs(failure);
      } else {
        assertThat(thrown).isInstanceOf(IOException.class);
      }
      assertInterruptKept(failure);
    }
  }

  private static InputStream unreadable(Throwable failure) {
    return new InputStream() {
      @Override
      public int read() {
        return throwing(failure);
      }
    };
  }

  /** A store of the application: what it throws is thrown, nothing is accepted or removed. */
  private static void assertVerifiesNothing(FailingObjects objects, Throwable failure) {
    UploadVerifier verifier = UploadVerifier.of(objects);

    assertThat(catchThrowable(() -> verifier.verify(UploadPolicy.avatars(), "u", KEY)))
        .isSameAs(failure);

    assertThat(objects.deleted()).isEmpty();
  }

  private static void objectStore(String method, Throwable failure) {
    assertVerifiesNothing(FailingObjects.at(method, failure, KEY), failure);
  }

  private static void contentOfAnObjectStore(Throwable failure) {
    assertVerifiesNothing(FailingObjects.returning(KEY, unreadable(failure)), failure);
  }
}
