package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The account emails without a link that acts: notices and sign-in codes. */
class AccountNoticesTest {
  private static final String APP_URL = "https://app.healthmetrics.example";
  private static final Instant NOON = Instant.parse("2026-05-12T12:03:59.123456789Z");
  private static final EmailAddress ADA = EmailAddress.parse("Ada <ada@example.com>");
  private static final Pattern HREF = Pattern.compile("href=\"([^\"]*)\"");

  private enum Notice {
    EMAIL_CHANGE("email-change-notice") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time) {
        return emails.sendEmailChangeNotice(to, time);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time, Locale locale) {
        return emails.sendEmailChangeNotice(to, time, locale);
      }
    },
    PASSWORD_CHANGED("password-changed") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time) {
        return emails.sendPasswordChanged(to, time);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time, Locale locale) {
        return emails.sendPasswordChanged(to, time, locale);
      }
    },
    SIGN_IN_CODE("sign-in-code") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time) {
        return emails.sendSignInCode(to, "918273", time);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, Instant time, Locale locale) {
        return emails.sendSignInCode(to, "918273", time, locale);
      }
    };

    private final String kind;

    Notice(String kind) {
      this.kind = kind;
    }

    abstract MailReceipt send(AccountEmails emails, EmailAddress to, Instant time);

    abstract MailReceipt send(AccountEmails emails, EmailAddress to, Instant time, Locale locale);
  }

  private final InMemoryMailer mailer = new InMemoryMailer();
  private final AccountEmails emails = builder(mailer).build();

  private static AccountEmails.Builder builder(TransactionalMailer mailer) {
    return AccountEmails.builder()
        .mailer(mailer)
        .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
        .appUrl(URI.create(APP_URL));
  }

  private Email last() {
    return mailer.sent().get(mailer.sent().size() - 1);
  }

  private Email code(String code, Locale locale) {
    emails.sendSignInCode(ADA, code, NOON, locale);
    return last();
  }

  /** What an email client makes of HTML for the list of emails. */
  private static String shown(String html) {
    return html.substring(html.indexOf("<body"))
        .replaceAll("<[^>]*>", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  @ParameterizedTest
  @EnumSource
  void goesToTheUserAsAnAccountEmailOfItsKind(Notice notice) {
    notice.send(emails, ADA, NOON);

    assertThat(last().to()).containsExactly(ADA);
    assertThat(last().isAccountMail()).isTrue();
    assertThat(last().tags()).isEqualTo(Map.of("kind", notice.kind));
    assertThat(last().headers())
        .containsEntry("Auto-Submitted", "auto-generated")
        .containsKey("X-Entity-Ref-ID");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheMinuteOfTheEventInTextAndHtml(Notice notice) {
    for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
      notice.send(emails, ADA, NOON, locale);

      assertThat(last().text()).contains("2026-05-12 12:03 UTC");
      assertThat(last().html().orElseThrow()).contains("2026-05-12 12:03 UTC");
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesGermanForAGermanLocale(Notice notice) {
    notice.send(emails, ADA, NOON, Locale.forLanguageTag("de-CH"));

    assertThat(last().subject()).startsWith("Ihr");
    assertThat(last().text() + shown(last().html().orElseThrow()))
        .contains("Guten Tag,", "Das waren nicht Sie?")
        .doesNotContain("Hello", " you", " code ", "password");
  }

  @ParameterizedTest
  @EnumSource
  void wrapsTheTextAtTheWidthOfAnEmail(Notice notice) {
    for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
      notice.send(emails, ADA, NOON, locale);

      assertThat(last().text().lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIGN_IN_CODE")
  void leadsOnlyToHelp(Notice notice) {
    AccountEmails helped =
        emails.toBuilder().help(URI.create("https://help.healthmetrics.example/hacked")).build();
    notice.send(emails, ADA, NOON);
    notice.send(helped, ADA, NOON);

    for (Email email : mailer.sent()) {
      Matcher href = HREF.matcher(email.html().orElseThrow());
      assertThat(href.find()).isTrue();
      assertThat(href.group(1))
          .isEqualTo(email == last() ? "https://help.healthmetrics.example/hacked" : APP_URL);
      assertThat(email.text().lines()).contains(href.group(1));
      assertThat(href.find()).as("a second link").isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://help.example", "help", "https://help.example/?t=1", "mailto:a@b.example"})
  void refusesOtherPagesForHelp(String page) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(mailer).help(URI.create(page)).build());
  }

  @ParameterizedTest
  @CsvSource({
    "1234, 1234",
    "12345, 123 45",
    "012345, 012 345",
    "1234567, 1234 567",
    "12345678, 1234 5678",
    "123456789, 123 456 789",
    "1234567890, 1234 567 890"
  })
  void showsTheCodeInGroups(String code, String groups) {
    Email email = code(code, Locale.ENGLISH);

    assertThat(email.text().lines()).contains(groups);
    assertThat(shown(email.html().orElseThrow())).contains(" " + code + " ");
    for (String group : groups.split(" ")) {
      assertThat(email.html().orElseThrow()).contains(">" + group + "</span>");
    }
  }

  /** What email clients show in lists and notifications, also on a locked screen. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void keepsTheCodeOutOfNotifications(String language) {
    // The shortest name, so the least in front of the code.
    AccountEmails shortest = emails.toBuilder().product("X").build();
    shortest.sendSignInCode(ADA, "918273", NOON, Locale.forLanguageTag(language));
    Email email = last();

    assertThat(email.subject()).doesNotContain("918", "273");
    assertThat(shown(email.html().orElseThrow()).substring(0, 200)).doesNotContain("918", "273");
    assertThat(email.text().replaceAll("\\s+", " ").substring(0, 200)).doesNotContain("918", "273");
  }

  @Test
  void keepsTheCodeOutOfTagsKeysAndLogs() {
    code("918273", Locale.ENGLISH);
    AccountEmails.SignInCode model =
        new AccountEmails.SignInCode(
            "P", "918 273", List.of("918", "273"), "now", Duration.ofMinutes(10));

    assertThat(model).hasToString("SignInCode[P, PT10M]");
    assertThat(last()).asString().doesNotContain("918");
    assertThat(last().tags().toString() + last().headers()).doesNotContain("918273");
  }

  @Test
  void sendsEveryCodeAlsoOfTheSameTimeAndWithoutAKey() {
    AccountEmails once =
        builder(MailerChain.builder().once(IdempotencyStore.inMemory()).build().wrap(mailer))
            .oneEmailPerToken()
            .build();

    once.sendSignInCode(ADA, "111111", NOON);
    once.sendSignInCode(ADA, "222222", NOON);
    once.sendSignInCode(ADA, "222222", NOON);

    assertThat(mailer.sent())
        .extracting(email -> email.text().lines().filter(line -> line.matches("[12 ]+")).toList())
        .containsExactly(List.of("111 111"), List.of("222 222"), List.of("222 222"));
    assertThat(mailer.sent()).allSatisfy(email -> assertThat(email.idempotencyKey()).isEmpty());
  }

  @Test
  void statesHowLongTheCodeIsValid() {
    emails.toBuilder()
        .signInCodeLifetime(Duration.ofMinutes(15))
        .build()
        .sendSignInCode(ADA, "123456", NOON);
    assertThat(last().text().replace("\n", " ")).contains("is valid for 15 minutes.");
    assertThat(shown(last().html().orElseThrow())).contains("is valid for 15 minutes.");
    assertThat(code("123456", Locale.GERMAN).text().replace("\n", " "))
        .contains("ist 10 Minuten gültig.");
    assertThat(emails.signInCodeLifetime()).isEqualTo(Duration.ofMinutes(10));
    for (String lifetime : List.of("PT59S", "PT1H1S", "PT1M0.5S")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder(mailer).signInCodeLifetime(Duration.parse(lifetime)))
          .withMessageContaining("1 minute to 1 hour");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "123",
        "12345678901",
        "123 456",
        "123-456",
        "12345a",
        "１２３４５６",
        "٣٤٥٦",
        "123456\n",
        "-12345"
      })
  void refusesOtherCodesWithoutRepeatingThem(String code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emails.sendSignInCode(ADA, code, NOON))
        .withMessage(
            "The sign-in code has "
                + code.length()
                + " characters or is not made of digits. Use 4 to 10 of the digits 0 to 9.");
    assertThat(mailer.sent()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void refusesTimesThatNoEmailCanShow(Notice notice) {
    for (Instant time :
        List.of(
            Instant.MIN,
            Instant.EPOCH.minusNanos(1),
            Instant.parse("+10000-01-01T00:00:00Z"),
            Instant.MAX)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> notice.send(emails, ADA, time))
          .withMessageContaining("before 1970 or after 9999");
    }
    assertThat(mailer.sent()).isEmpty();
    notice.send(emails, ADA, Instant.parse("9999-12-31T23:59:59.999999999Z"));
    assertThat(last().text()).contains("9999-12-31 23:59 UTC");
  }

  @Test
  void sendsOneNoticePerTimeAndKindOnRequest() {
    AccountEmails once =
        builder(MailerChain.builder().once(IdempotencyStore.inMemory()).build().wrap(mailer))
            .oneEmailPerToken()
            .build();
    Set<Notice> notices = EnumSet.complementOf(EnumSet.of(Notice.SIGN_IN_CODE));
    for (Notice notice : notices) {
      String first = notice.send(once, ADA, NOON).messageId();

      // As a database returns it, which keeps microseconds.
      Instant stored = Instant.parse("2026-05-12T12:03:59.123457Z");
      assertThat(notice.send(once, ADA, stored, Locale.GERMAN).messageId()).isEqualTo(first);
      assertThat(notice.send(once, ADA, NOON.plusMillis(1)).messageId()).isNotEqualTo(first);
      assertThat(notice.send(once, EmailAddress.of("bob@example.com"), NOON).messageId())
          .isNotEqualTo(first);
    }

    assertThat(mailer.sent()).hasSize(3 * notices.size());
    assertThat(mailer.sent())
        .allSatisfy(
            email ->
                assertThat(email.idempotencyKey().orElseThrow()).matches("account-[0-9a-f]{64}"));
  }

  @ParameterizedTest
  @EnumSource
  void sendsAtEveryCallByDefault(Notice notice) {
    notice.send(emails, ADA, NOON);
    notice.send(emails, ADA, NOON);

    assertThat(mailer.sent())
        .hasSize(2)
        .allSatisfy(email -> assertThat(email.idempotencyKey()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void refusesNulls(Notice notice) {
    assertThatNullPointerException().isThrownBy(() -> notice.send(emails, null, NOON));
    assertThatNullPointerException().isThrownBy(() -> notice.send(emails, ADA, null));
    assertThatNullPointerException().isThrownBy(() -> notice.send(emails, ADA, NOON, null));
    assertThatNullPointerException().isThrownBy(() -> emails.sendSignInCode(ADA, null, NOON));
    assertThatNullPointerException().isThrownBy(() -> builder(mailer).help(null));
    assertThat(mailer.sent()).isEmpty();
  }
}
