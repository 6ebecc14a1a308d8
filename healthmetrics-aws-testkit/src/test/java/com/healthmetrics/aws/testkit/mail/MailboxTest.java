package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.SesMailer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxTest {
  private static final String RESET =
      "Choose a new one:\n\nhttps://app.example.com/app/auth/reset-password?token=";

  private final InMemoryMailer mailer = new InMemoryMailer();
  private final Mailbox mailbox = Mailbox.of(mailer);

  /** Does not wait for an email that cannot arrive. */
  private final Mailbox now = mailbox.within(Duration.ZERO);

  @AfterEach
  void close() {
    mailbox.close();
  }

  private static Email.Builder email(String to) {
    return Email.builder()
        .from(EmailAddress.of("noreply@example.com"))
        .to(EmailAddress.parse(to))
        .subject("Hello")
        .text("Hello, how are you?");
  }

  private void send(Email.Builder email) {
    mailer.send(email.build());
  }

  private static ThrowableAssertAlternative<AssertionError> assertFails(ThrowingCallable sentence) {
    return assertThatExceptionOfType(AssertionError.class).isThrownBy(sentence);
  }

  @Test
  void findsAnEmailByAnyRecipientInAnyCase() {
    send(
        email("Ada <Ada@example.com>")
            .cc(EmailAddress.of("bob@bücher.example"))
            .bcc(EmailAddress.of("eve@example.com")));

    now.hasEmailTo("ada@EXAMPLE.com");
    now.hasEmailTo("bob@bücher.example");
    now.hasEmailTo("eve@example.com");
    assertFails(() -> now.hasEmailTo("dan@example.com"));
  }

  @Test
  void findsEmailsOlderThanTheMailbox() {
    send(email("ada@example.com"));

    try (Mailbox late = Mailbox.of(mailer)) {
      late.within(Duration.ZERO).hasEmailTo("ada@example.com");
    }
  }

  @Test
  void assertsDetailsOfAnEmail() {
    send(
        email("ada@example.com")
            .header("X-Entity-Ref-ID", "7")
            .attach(EmailAttachment.of("report.pdf", "application/pdf", new byte[] {1})));

    now.hasEmailTo("ada@example.com")
        .withSubject("Hello")
        .withText("how are you")
        .withHeader("x-entity-ref-id", "7")
        .withAttachment("report.pdf");

    Mailbox.Found mail = now.hasEmailTo("ada@example.com");
    assertFails(() -> mail.withSubject("Hell"));
    assertFails(() -> mail.withText("who are you"));
    assertFails(() -> mail.withHeader("X-Entity-Ref-ID", "8"));
    assertFails(() -> mail.withHeader("X-Entity", "7"));
    assertFails(() -> mail.withAttachment("report"));
    assertThat(mail.withSubject("Hello"))
        .hasToString("Found[to ada@example.com with subject \"Hello\"]");
  }

  @Test
  void requiresOneEmailThatMatchesEverything() {
    send(email("ada@example.com").subject("One").text("first"));
    send(email("ada@example.com").subject("Two").text("second"));

    now.hasEmailTo("ada@example.com").withSubject("Two").withText("second");
    assertFails(() -> now.hasEmailTo("ada@example.com").withSubject("One").withText("second"));
  }

  @ParameterizedTest
  @CsvSource({
    "/auth/reset-password, true",
    "/app/auth/reset-password, true",
    "/reset-password, true",
    "app.example.com, true",
    "APP.example.com, true",
    "/auth/reset, false",
    "/reset-password/, false",
    "example.com, false",
    "reset-password, false"
  })
  void comparesTheTargetOfALink(String pathOrHost, boolean leadsThere) {
    send(email("ada@example.com").text(RESET + "abc"));
    ThrowingCallable sentence = () -> now.hasEmailTo("ada@example.com").withLinkTo(pathOrHost);

    if (leadsThere) {
      assertThatNoException().isThrownBy(sentence);
    } else {
      assertFails(sentence).withMessageContaining("with a link to " + pathOrHost);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/#/verify, true",
    "/app/#/verify, true",
    "/verify, true",
    "/app/, true",
    "app.example.com, true",
    "/#/ver, false",
    "/verify?from=email, false",
    "/app, false"
  })
  void comparesTheRouteInAFragment(String pathOrHost, boolean leadsThere) {
    send(
        email("ada@example.com")
            .text("https://app.example.com/app/#/verify?from=email&token=a%20b"));
    ThrowingCallable sentence =
        () ->
            assertThat(now.hasEmailTo("ada@example.com").withLinkTo(pathOrHost).withToken())
                .isEqualTo("a b");

    if (leadsThere) {
      assertThatNoException().isThrownBy(sentence);
    } else {
      assertFails(sentence).withMessageContaining("with a link to " + pathOrHost);
    }
  }

  @Test
  void readsTheTokenOfALink() {
    send(
        email("ada@example.com")
            .text(
                "https://app.example.com/help?token=none "
                    + RESET
                    + "a%20b%2Bc&x=1\nhttps://app.example.com/auth/verify?x=1#token=d"));

    assertThat(now.hasEmailTo("ada@example.com").withToken()).isEqualTo("none");
    assertThat(now.hasEmailTo("ada@example.com").withLinkTo("/auth/reset-password").withToken())
        .isEqualTo("a b+c");
    assertThat(now.hasEmailTo("ada@example.com").withLinkTo("/auth/verify").withToken())
        .isEqualTo("d");
  }

  @Test
  void requiresHostAndPathOfOneLink() {
    send(
        email("ada@example.com")
            .text("https://app.example.com/a?token=1 https://cdn.example.com/b?token=2"));
    Mailbox.Found mail = now.hasEmailTo("ada@example.com").withLinkTo("cdn.example.com");

    assertThat(mail.withLinkTo("/b").withToken()).isEqualTo("2");
    assertFails(() -> mail.withLinkTo("/a"));
  }

  @Test
  void readsTheTokenOfTheNewestEmail() {
    send(email("ada@example.com").text(RESET + "first"));
    send(email("ada@example.com").text(RESET + "second"));
    send(email("bob@example.com").text(RESET + "other"));

    assertThat(now.hasEmailTo("ada@example.com").withToken()).isEqualTo("second");
  }

  @Test
  void failsWithoutATokenInALink() {
    send(email("ada@example.com").text("https://app.example.com/help?tokens=1&mytoken=2"));

    assertFails(() -> now.hasEmailTo("ada@example.com").withToken())
        .withMessageContaining("with a token in its link");
  }

  @Test
  void readsLinksOfHtmlWithoutAText() {
    CapturedMail mail =
        new CapturedMail(
            List.of("ada@example.com"),
            List.of(),
            List.of(),
            "Hello",
            Optional.empty(),
            Optional.of("<a href=\"https://a.example/x?y=1&amp;token=abc\">x</a>"),
            Map.of(),
            List.of());

    try (Mailbox ofHtml = new Mailbox(new Inbox(() -> List.of(mail), signal -> () -> {}))) {
      assertThat(ofHtml.hasEmailTo("ada@example.com").withLinkTo("/x").withToken())
          .isEqualTo("abc");
    }
  }

  @Test
  void countsEmailsAndNotRecipients() {
    send(email("ada@example.com").cc(EmailAddress.of("bob@example.com")));
    send(email("ada@example.com"));

    now.hasSize(2);
    assertFails(() -> now.hasSize(3)).withMessageContaining("Expected 3 emails.");
    assertFails(() -> now.hasSize(1)).withMessageContaining("holds 2 emails");
    assertThatIllegalArgumentException().isThrownBy(() -> now.hasSize(-1));
  }

  @Test
  void assertsAbsence() {
    now.isEmpty().hasSize(0).hasNoEmailTo("ada@example.com");

    send(email("ada@example.com"));
    now.hasNoEmailTo("bob@example.com");
    assertFails(now::isEmpty).withMessageContaining("to ada@example.com");
    assertFails(() -> now.hasNoEmailTo("ADA@example.com"))
        .withMessageContaining("Expected no email to ADA@example.com");
  }

  @Test
  void listsCapturedEmailsAndShortensTokens() {
    send(
        email("bob@example.com")
            .cc(EmailAddress.of("carol@example.com"))
            .subject("Reset")
            .text(RESET + "0123456789&lang=en https://a.example/go/0123456789012345678901234567"));
    send(email("eve@example.com"));

    assertFails(() -> mailbox.within(Duration.ofMillis(1)).hasEmailTo("ada@example.com"))
        .withMessage(
            "Expected an email to ada@example.com within 1 ms. The mailbox holds 2 emails:\n"
                + "  1. to bob@example.com; cc carol@example.com; subject \"Reset\"; links"
                + " https://app.example.com/app/auth/reset-password?token=0123…&lang=en,"
                + " https://a.example/go/0123…\n"
                + "  2. to eve@example.com; subject \"Hello\"");
  }

  @Test
  void reportsAnEmptyMailbox() {
    assertFails(() -> now.hasEmailTo("ada@example.com"))
        .withMessage("Expected an email to ada@example.com. The mailbox is empty.");
  }

  /** Sends in another thread right after the first look of the mailbox. */
  private Mailbox sendingOnceItWaits(Email.Builder... emails) {
    AtomicInteger looked = new AtomicInteger();
    Inbox inbox =
        new Inbox(
            () -> {
              List<CapturedMail> mails = mailer.sent().stream().map(CapturedMail::of).toList();
              int next = looked.getAndIncrement();
              if (next < emails.length) {
                CompletableFuture.runAsync(() -> send(emails[next]));
              }
              return mails;
            },
            signal -> mailer.onMail(mail -> signal.run())::close);
    return new Mailbox(inbox).within(Duration.ofMinutes(1));
  }

  @Test
  void waitsForAnEmailOfAnotherThread() {
    try (Mailbox waiting = sendingOnceItWaits(email("bob@example.com"), email("ada@example.com"))) {
      waiting.hasEmailTo("ada@example.com");
    }
  }

  @Test
  void waitsForTheEmailThatMatchesEverything() {
    try (Mailbox waiting =
        sendingOnceItWaits(
            email("ada@example.com"),
            email("ada@example.com").subject("Reset").text("No link yet"),
            email("ada@example.com").subject("Reset").text(RESET + "abc"))) {
      assertThat(
              waiting
                  .hasEmailTo("ada@example.com")
                  .withSubject("Reset")
                  .withLinkTo("/auth/reset-password")
                  .withToken())
          .isEqualTo("abc");
    }
  }

  @Test
  void waitsForANumberOfEmails() {
    try (Mailbox waiting = sendingOnceItWaits(email("a@example.com"), email("b@example.com"))) {
      waiting.hasSize(2);
    }
  }

  @Test
  void stopsWaitingWhenInterrupted() {
    Thread.currentThread().interrupt();

    assertFails(() -> mailbox.within(Duration.ofMinutes(1)).hasEmailTo("ada@example.com"))
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
  }

  @Test
  void inspectsTheEmailsOfAServer() {
    try (LocalSes ses = LocalSes.start();
        Mailbox received = Mailbox.of(ses);
        SesMailer sender =
            SesMailer.builder()
                .region(ses.region())
                .endpoint(ses.endpoint())
                .credentials(ses.credentials())
                .build()) {
      received.isEmpty();
      Email email =
          email("Ada Lövelace <ada@example.com>")
              .bcc(EmailAddress.of("bob@example.com"))
              .subject("Grüße")
              .text(RESET + "abc")
              .header("X-Entity-Ref-ID", "7")
              .attach(EmailAttachment.of("report.pdf", "application/pdf", new byte[] {1}))
              .build();
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sender.send(email));

      String read =
          received
              .within(Duration.ofMinutes(1))
              .hasEmailTo("ada@example.com")
              .withSubject("Grüße")
              .withText("Choose a new one")
              .withHeader("X-Entity-Ref-ID", "7")
              .withAttachment("report.pdf")
              .withLinkTo("/auth/reset-password")
              .withToken();

      assertThat(read).isEqualTo("abc");
      received.hasSize(1).hasNoEmailTo("eve@example.com").hasEmailTo("bob@example.com");
      assertThat(received).hasToString("Mailbox[1 emails]");
      sending.join();
    }
  }

  @Test
  void findsTheEmailWhoseResponseWasLost() {
    mailer.failNext(Kind.UNKNOWN_OUTCOME);
    assertThatExceptionOfType(MailException.class)
        .isThrownBy(() -> mailer.send(email("ada@example.com").build()));

    now.hasSize(1).hasEmailTo("ada@example.com");
  }

  @Test
  void isThreadSafe() {
    int threads = 8;
    try (Mailbox shared = mailbox.within(Duration.ofMinutes(1))) {
      List<CompletableFuture<Void>> waiting =
          IntStream.range(0, threads)
              .mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> shared.hasEmailTo("user" + i + "@example.com"),
                          task -> new Thread(task).start()))
              .toList();
      for (int i = 0; i < threads; i++) {
        send(email("user" + i + "@example.com"));
      }
      waiting.forEach(CompletableFuture::join);
      shared.hasSize(threads);
    }
  }

  @Test
  void stopsListeningWhenClosed() {
    AtomicInteger registered = new AtomicInteger();
    Mailbox closed =
        new Mailbox(
            new Inbox(
                List::of,
                signal -> {
                  registered.incrementAndGet();
                  return registered::decrementAndGet;
                }));
    assertThat(registered).hasValue(1);

    closed.within(Duration.ZERO).close();

    assertThat(registered).hasValue(0);
  }

  @Test
  void refusesInvalidArguments() {
    send(email("ada@example.com"));
    assertThatIllegalArgumentException().isThrownBy(() -> now.hasEmailTo("ada"));
    assertThatIllegalArgumentException().isThrownBy(() -> now.hasNoEmailTo("ada"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mailbox.within(Duration.ofMillis(-1)))
        .withMessageContaining("PT-0.001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> now.hasEmailTo("ada@example.com").withLinkTo("https://a.example/x"));
    assertThatNullPointerException().isThrownBy(() -> Mailbox.of((InMemoryMailer) null));
    assertThatNullPointerException().isThrownBy(() -> Mailbox.of((LocalSes) null));
  }
}
