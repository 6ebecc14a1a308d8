package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link TransactionalMailer}, for any provider: one call sends one email,
 * and the email arrives as it was sent.
 *
 * <pre>{@code
 * class InMemoryMailerContractTest extends TransactionalMailerContract {
 *   private final InMemoryMailer mailer = new InMemoryMailer();
 *
 *   @Override
 *   protected TransactionalMailer mailer() {
 *     return mailer;
 *   }
 *
 *   @Override
 *   protected List<Email> arrived() {
 *     return mailer.sent();
 *   }
 * }
 * }</pre>
 *
 * <p>Each test sends up to 20 emails {@link #from()} a sender to up to 50 {@link #recipient
 * recipients}, some through a {@link #configurationSet()}: the provider must accept all of them.
 * JUnit creates a new instance for each test.
 */
public abstract class TransactionalMailerContract {
  private static final byte[] BYTES = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0, -1, '.'};

  /** Constructor for subclasses. */
  protected TransactionalMailerContract() {}

  /** {@return the mailer under test; the same for every call in one test} */
  protected abstract TransactionalMailer mailer();

  /**
   * {@return the emails that the provider of {@link #mailer()} accepted, oldest first; empty before
   * a test sends one}
   */
  protected abstract List<Email> arrived();

  /** {@return the address of the sender} Default: {@code noreply@example.com}. */
  protected EmailAddress from() {
    return EmailAddress.of("noreply@example.com");
  }

  /**
   * {@return the address of a recipient} Default: {@code NAME@example.com}.
   *
   * @param name letters and digits; another one has another address
   */
  protected EmailAddress recipient(String name) {
    return EmailAddress.of(name + "@example.com");
  }

  /** {@return the name of a configuration set that the provider has} Default: {@code contract}. */
  protected String configurationSet() {
    return "contract";
  }

  private Email.Builder email() {
    return Email.builder()
        .from(named("Grüße, Team", from()))
        .to(named("Ada Lovelace", recipient("ada")))
        .subject("Hello")
        .text("Hello,\n\nAda.\n");
  }

  private static EmailAddress named(String displayName, EmailAddress address) {
    return EmailAddress.of(address.address()).withDisplayName(displayName);
  }

  private Email sent(Email.Builder email) {
    mailer().send(email.build());
    assertThat(arrived()).hasSize(1);
    return arrived().get(0);
  }

  @Test
  void returnsAReceipt() {
    MailReceipt receipt = mailer().send(email().build());

    assertThat(receipt.messageId()).isNotBlank();
    assertThat(receipt.toString()).contains(receipt.messageId());
  }

  @Test
  void sendsOneEmailPerCall() {
    mailer().send(email().build());
    assertThat(arrived()).hasSize(1);

    mailer().send(email().build());
    assertThat(arrived()).hasSize(2);
  }

  @Test
  void sendsOneEmailPerCallToManyRecipients() {
    Email.Builder builder = email();
    for (int i = 2; i <= 50; i++) {
      builder.to(recipient("user" + i));
    }

    assertThat(sent(builder).to()).isEqualTo(builder.build().to());
  }

  @Test
  void keepsTheOrderOfEmails() {
    mailer().send(email().subject("First").build());
    mailer().send(email().subject("Second").build());

    assertThat(arrived()).extracting(Email::subject).containsExactly("First", "Second");
  }

  @Test
  void carriesSenderAndRecipients() {
    Email.Builder email =
        email()
            .to(named("Hopper, Grace", recipient("grace")))
            .cc(recipient("cc"))
            .cc(recipient("cc2"))
            .bcc(recipient("bcc"))
            .bcc(recipient("bcc2"))
            .replyTo(named("Hélp", recipient("help")))
            .replyTo(recipient("help2"));

    assertThatAddressesArrive(email);
  }

  @Test
  void carriesBccRecipientsOfEmailsWithHeaders() {
    assertThatAddressesArrive(email().bcc(recipient("bcc")).header("X-Entity-Ref-ID", "7"));
  }

  @Test
  void carriesEmailsWithBccRecipientsOnly() {
    assertThatAddressesArrive(email().withoutRecipients().bcc(recipient("bcc")));
  }

  private void assertThatAddressesArrive(Email.Builder builder) {
    Email sent = builder.build();
    Email arrived = sent(builder);

    assertThat(arrived.from()).isEqualTo(sent.from());
    assertThat(arrived.replyTo()).isEqualTo(sent.replyTo());
    assertThat(arrived.to()).isEqualTo(sent.to());
    assertThat(arrived.cc()).isEqualTo(sent.cc());
    assertThat(addresses(arrived.bcc())).isEqualTo(addresses(sent.bcc()));
  }

  /** The display names of Bcc recipients need not arrive: no recipient sees them. */
  private static List<String> addresses(List<EmailAddress> recipients) {
    return recipients.stream().map(EmailAddress::address).toList();
  }

  @Test
  void carriesTextInAnyScript() {
    String text = "Grüße 確認 😀\n\n\ta=b&c=%20\n.\nFrom here, with a space at the end \n";

    Email arrived = sent(email().subject("Bestätigen 確認 😀, =?x").text(text));

    assertThat(arrived.subject()).isEqualTo("Bestätigen 確認 😀, =?x");
    assertThat(arrived.text()).isEqualToNormalizingNewlines(text);
    assertThat(arrived.html()).isEmpty();
    assertThat(arrived.attachments()).isEmpty();
  }

  @Test
  void carriesHtmlWithText() {
    String html = "<!doctype html>\n<p title=\"=3D\">Grüße 確認 😀 " + "long ".repeat(300) + "</p>\n";

    Email arrived = sent(email().html(html));

    assertThat(arrived.text()).isEqualToNormalizingNewlines("Hello,\n\nAda.\n");
    assertThat(arrived.html().orElseThrow()).isEqualToNormalizingNewlines(html);
  }

  @Test
  void carriesHeaders() {
    Email.Builder email =
        email()
            .html("<p>Hello</p>")
            .header("X-Entity-Ref-ID", "7")
            .header("List-Unsubscribe", "<https://example.com/unsubscribe?" + "u".repeat(300) + ">")
            .header("X-Long", "word ".repeat(60) + "end");

    assertThat(sent(email).headers()).containsAllEntriesOf(email.build().headers());
  }

  @Test
  void carriesAccountEmails() {
    assertThat(sent(email().accountMail()).headers())
        .containsEntry("Auto-Submitted", "auto-generated");
  }

  @Test
  void carriesFilesAndInlineImages() {
    Email.Builder email =
        email()
            .html("<img src=\"cid:logo\">")
            .attach(EmailAttachment.of("Größe 確認.pdf", "application/pdf", BYTES))
            .attach(
                EmailAttachment.of(
                    "invite.ics", "text/calendar; method=REQUEST; charset=utf-8", BYTES))
            .attach(EmailAttachment.inline("logo", "logo.png", "image/png", BYTES))
            .attach(
                EmailAttachment.of(
                    "notes.txt", "text/plain", "\r\n.\r\n".getBytes(StandardCharsets.UTF_8)));

    Email arrived = sent(email);

    assertThat(arrived.attachments())
        .containsExactlyInAnyOrderElementsOf(email.build().attachments());
    assertThat(arrived.html()).hasValue("<img src=\"cid:logo\">");
    assertThat(arrived.text()).isEqualToNormalizingNewlines("Hello,\n\nAda.\n");
  }

  @Test
  void carriesTagsAndConfigurationSet() {
    Email arrived =
        sent(
            email()
                .tag("kind", "verification")
                .tag("tenant", "7")
                .configurationSet(configurationSet()));

    assertThat(arrived.tags()).containsEntry("kind", "verification").containsEntry("tenant", "7");
    assertThat(arrived.configurationSet()).hasValue(configurationSet());
  }

  @Test
  void carriesTagsAndConfigurationSetOfEmailsWithHeaders() {
    Email arrived =
        sent(
            email()
                .header("X-Entity-Ref-ID", "7")
                .tag("kind", "verification")
                .configurationSet(configurationSet()));

    assertThat(arrived.tags()).containsEntry("kind", "verification");
    assertThat(arrived.configurationSet()).hasValue(configurationSet());
  }

  @Test
  void returnsADifferentIdForEachEmail() throws Exception {
    int count = 20;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<MailReceipt>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        calls.add(() -> mailer().send(email().build()));
      }
      Set<String> ids = new HashSet<>();
      for (Future<MailReceipt> receipt : threads.invokeAll(calls)) {
        ids.add(receipt.get().messageId());
      }
      assertThat(ids).hasSize(count);
      assertThat(arrived()).hasSize(count);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> mailer().send(missing()));
    assertThat(arrived()).isEmpty();
  }

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T missing() {
    return null;
  }
}
