package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountEmailsTest {
  private static final String APP_URL = "https://app.healthmetrics.example";
  private static final EmailAddress FROM =
      EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>");
  private static final EmailAddress ADA = EmailAddress.parse("Ada <ada@example.com>");

  /** A text with all links of the HTML files below. */
  private static final String TEXT =
      "{{link}} {{link}}&from=mail https://go.example/{{link}} https://help.example/";

  private static final Pattern ANCHOR = Pattern.compile("<a\\b[^>]*>");
  private static final Pattern HREF = Pattern.compile("href=\"([^\"]*)\"");
  private static final Pattern TEXT_LINK = Pattern.compile("^https?://\\S+$", Pattern.MULTILINE);
  private static final Pattern REFERENCE = Pattern.compile("&(#x?[0-9a-fA-F]+|[a-z]+);");

  /** The emails with a link that holds a token. */
  private enum Kind {
    VERIFICATION("/auth/verify-email", "24 hours", "24 Stunden") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token) {
        return emails.sendVerification(to, token);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token, Locale locale) {
        return emails.sendVerification(to, token, locale);
      }
    },
    PASSWORD_RESET("/auth/reset-password", "1 hour", "1 Stunde") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token) {
        return emails.sendPasswordReset(to, token);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token, Locale locale) {
        return emails.sendPasswordReset(to, token, locale);
      }
    },
    EMAIL_CHANGE("/auth/change-email", "24 hours", "24 Stunden") {
      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token) {
        return emails.sendEmailChange(to, token);
      }

      @Override
      MailReceipt send(AccountEmails emails, EmailAddress to, String token, Locale locale) {
        return emails.sendEmailChange(to, token, locale);
      }
    };

    private final String path;
    private final String validity;
    private final String germanValidity;

    Kind(String path, String validity, String germanValidity) {
      this.path = path;
      this.validity = validity;
      this.germanValidity = germanValidity;
    }

    abstract MailReceipt send(AccountEmails emails, EmailAddress to, String token);

    abstract MailReceipt send(AccountEmails emails, EmailAddress to, String token, Locale locale);
  }

  private final InMemoryMailer mailer = new InMemoryMailer();
  private final AccountEmails emails = builder(mailer).build();

  private static AccountEmails.Builder builder(TransactionalMailer mailer) {
    return AccountEmails.builder().mailer(mailer).from(FROM).appUrl(URI.create(APP_URL));
  }

  /** With files of the application. */
  private AccountEmails.Builder builder(Map<String, String> files) {
    return builder(mailer)
        .files(
            name ->
                files.containsKey(name)
                    ? new ByteArrayInputStream(files.get(name).getBytes(StandardCharsets.UTF_8))
                    : null);
  }

  private Email sent(Kind kind, String token) {
    return sentBy(emails, mailer, kind, token);
  }

  private static Email sentBy(
      AccountEmails emails, InMemoryMailer mailer, Kind kind, String token) {
    int before = mailer.sent().size();
    kind.send(emails, ADA, token);
    assertThat(mailer.sent()).hasSize(before + 1);
    return mailer.sent().get(before);
  }

  private static List<String> anchors(Email email) {
    return ANCHOR.matcher(email.html().orElseThrow()).results().map(MatchResult::group).toList();
  }

  private static List<String> htmlLinks(Email email) {
    List<String> links = new ArrayList<>();
    for (String anchor : anchors(email)) {
      Matcher href = HREF.matcher(anchor);
      assertThat(href.find()).as(anchor).isTrue();
      links.add(unescape(href.group(1)));
    }
    return links;
  }

  private static String textLink(Email email) {
    List<String> links = TEXT_LINK.matcher(email.text()).results().map(MatchResult::group).toList();
    assertThat(links).hasSize(1);
    return links.get(0);
  }

  /** The text that a browser shows for HTML. */
  private static String unescape(String html) {
    return REFERENCE
        .matcher(html)
        .replaceAll(
            match -> {
              String name = match.group(1);
              String text;
              if (name.startsWith("#x")) {
                text = Character.toString(Integer.parseInt(name.substring(2), 16));
              } else if (name.startsWith("#")) {
                text = Character.toString(Integer.parseInt(name.substring(1)));
              } else {
                text =
                    switch (name) {
                      case "amp" -> "&";
                      case "lt" -> "<";
                      case "gt" -> ">";
                      case "quot" -> "\"";
                      default -> throw new AssertionError("Unknown reference " + name);
                    };
              }
              return Matcher.quoteReplacement(text);
            });
  }

  private static String tokenIn(String link) {
    String query = URI.create(link).getRawQuery();
    assertThat(query).startsWith("token=").doesNotContain("&", "+");
    return URLDecoder.decode(query.substring("token=".length()), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void linksToTheApplicationWithTheToken(Kind kind) {
    Email email = sent(kind, "abc-123");

    assertThat(textLink(email))
        .isEqualTo("https://app.healthmetrics.example" + kind.path + "?token=abc-123");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void goesToTheUserAndComesFromTheSender(Kind kind) {
    Email email = sent(kind, "abc-123");

    assertThat(email.from()).isEqualTo(FROM);
    assertThat(email.to()).containsExactly(ADA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&x=1#\"<>",
        "' onmouseover='alert(1)",
        "\"><script>alert(1)</script>",
        "a b+c%20d",
        "/../../evil?x=y",
        "=?;,:@",
        "{{link}}",
        "ä漢😀",
        "`${x}`",
        "abc.def-ghi_jkl~"
      })
  void carriesHostileTokensUnharmedInTextAndHtml(String token) {
    for (Kind kind : Kind.values()) {
      Email email = sent(kind, token);

      assertThat(tokenIn(textLink(email))).isEqualTo(token);
      assertThat(htmlLinks(email)).containsOnly(textLink(email));
      assertThat(email.html().orElseThrow()).doesNotContain("<script");
      assertThat(URI.create(textLink(email)).getRawFragment()).isNull();
      assertThat(URI.create(textLink(email)).getHost()).isEqualTo("app.healthmetrics.example");
    }
  }

  @Property(tries = 200)
  void carriesAnyTokenUnharmed(@ForAll @NotBlank @StringLength(max = 100) String token) {
    if (token.chars().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029)
        || token.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
      return;
    }
    Email email = sent(Kind.VERIFICATION, token);

    assertThat(tokenIn(textLink(email))).isEqualTo(token);
    assertThat(htmlLinks(email)).containsOnly(textLink(email));
  }

  /** Email clients that make links of a text leave out punctuation after them. */
  @ParameterizedTest
  @ValueSource(
      strings = {".", "-", "_", "~", "...", "a.", "a-", "a_", "a~", "a)", "a'", "a=", "a!"})
  void endsALinkInALetterOrDigitWhateverTheTokenEndsIn(String token) {
    for (Kind kind : Kind.values()) {
      assertThat(textLink(sent(kind, token))).matches(".*[A-Za-z0-9]");
      assertThat(tokenIn(textLink(sent(kind, token)))).isEqualTo(token);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void showsTheSameLinkInHtmlAsButtonAndForCopying(Kind kind) {
    Email email = sent(kind, "a&b=c");

    assertThat(htmlLinks(email)).hasSize(2).containsOnly(textLink(email));
    assertThat(unescape(email.html().orElseThrow())).contains(">" + textLink(email) + "</p>");
  }

  private Stream<Email> stockEmails() {
    EmailTemplates templates = emails.templates();
    assertThat(templates.names())
        .containsExactly(
            "verification",
            "password-reset",
            "email-change",
            "email-change-notice",
            "password-changed",
            "sign-in-code");
    assertThat(templates.locales()).containsExactly(Locale.ENGLISH, Locale.GERMAN);
    return templates.names().stream()
        .flatMap(
            name ->
                templates.locales().stream()
                    .map(locale -> templates.sample(name, locale).from(FROM).to(ADA).build()));
  }

  @Test
  void asksSesNotToTrackAnyLinkInAnyLanguage() {
    assertThat(stockEmails().flatMap(email -> anchors(email).stream()))
        .hasSize(2 * (2 + 2 + 2 + 1 + 1))
        .allSatisfy(anchor -> assertThat(anchor).contains(" ses:no-track "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a href=\"{{link}}\">x</a>",
        "<A class='ses:no-track' HREF = '{{link}}'>ses:no-track</A>",
        "<a title=\"a>b\" href=\"{{link}}&amp;from=mail\">x</a><p ses:no-track>",
        "<a href=\"https://go.example/{{link}}\">x</a>",
        "<a href=\"{{>target}}\">x</a>",
        "<area alt=x href=\"{{link}}\">"
      })
  void refusesFilesThatLetSesTrackTheLinkInAnyLanguage(String link) {
    Map<String, String> files =
        Map.of(
            "password-reset.html.mustache",
            "<p>\n" + link,
            "de/verification.html.mustache",
            "<p>\n\n<a ses:no-track href='{{link}}'>x</a>" + link,
            "target.mustache",
            "{{link}}",
            "de/verification.txt.mustache",
            TEXT,
            "password-reset.txt.mustache",
            TEXT);

    EmailTemplates.TemplateException failure =
        catchThrowableOfType(EmailTemplates.TemplateException.class, () -> builder(files).build());

    String problem =
        "Add ses:no-track to this <a>. Its link contains a secret, which SES would store with each"
            + " click.";
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.problems())
        .containsExactly(
            "de/verification.html.mustache:3: " + problem,
            "password-reset.html.mustache:2: " + problem);
  }

  @Test
  void acceptsATrackedLinkToHelpWhichHasNoToken() {
    String html = "<a href=\"{{help}}\">x</a>";

    AccountEmails changed =
        builder(
                Map.of(
                    "password-changed.html.mustache",
                    html,
                    "password-changed.txt.mustache",
                    "{{help}}",
                    "email-change-notice.html.mustache",
                    html,
                    "email-change-notice.txt.mustache",
                    "{{help}}"))
            .build();
    changed.sendPasswordChanged(ADA, Instant.parse("2026-05-12T12:03:59Z"));

    assertThat(mailer.sent())
        .singleElement()
        .satisfies(email -> assertThat(email.html()).contains("<a href=\"" + APP_URL + "\">x</a>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a ses:no-track href=\"{{link}}\">x</a>",
        "<a href='{{link}}' title='a>b'\nSES:NO-TRACK>x</a>",
        "<a href=\"https://help.example/\">x</a>",
        "<p>{{link}}</p>"
      })
  void acceptsFilesWhoseLinksAreNotTracked(String html) {
    AccountEmails changed =
        builder(Map.of("verification.html.mustache", html, "verification.txt.mustache", TEXT))
            .build();
    changed.sendVerification(ADA, "abc");

    assertThat(mailer.sent()).hasSize(1);
  }

  @Test
  void keepsEmailsSmallAndFreeOfImagesAndTracking() {
    assertThat(stockEmails())
        .allSatisfy(
            email ->
                assertThat(email.html().orElseThrow())
                    .hasSizeLessThan(20_000)
                    .contains("prefers-color-scheme: dark", "max-width: 480px")
                    .doesNotContain("<img", "url(", "<script", "<link", "<iframe"));
  }

  @Test
  void previewsShowTheApplicationsOwnLinks() {
    assertThat(stockEmails().flatMap(email -> htmlLinks(email).stream()).distinct())
        .containsExactly(
            APP_URL + "/auth/verify-email?token=sample",
            APP_URL + "/auth/reset-password?token=sample",
            APP_URL + "/auth/change-email?token=sample",
            APP_URL);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void writesGermanForAGermanLocale(Kind kind) {
    Locale austrian = Locale.forLanguageTag("de-AT");
    kind.send(emails, ADA, "abc", austrian);

    Email email = mailer.sent().get(0);
    assertThat(textLink(email)).isEqualTo(APP_URL + kind.path + "?token=abc");
    assertThat(htmlLinks(email)).containsOnly(textLink(email));
    String hours = kind.germanValidity;
    assertThat(email.text()).contains("Guten Tag,", "Der Link ist " + hours + " gültig.");
    assertThat(email.html().orElseThrow())
        .contains("<html lang=\"de\" dir=\"ltr\">", "Guten Tag,", "Der Link ist " + hours);
    assertThat(email.text() + email.html().orElseThrow())
        .doesNotContain("Hello", "valid", " you ", " hour");
  }

  @Test
  void fallsBackToTheFirstLocale() {
    emails.sendVerification(ADA, "abc", Locale.JAPANESE);
    AccountEmails german = builder(mailer).locales(Locale.GERMAN, Locale.ENGLISH).build();
    german.sendVerification(ADA, "abc", Locale.JAPANESE);
    german.sendVerification(ADA, "abc");
    german.sendVerification(ADA, "abc", Locale.UK);

    assertThat(mailer.sent())
        .extracting(Email::subject)
        .extracting(subject -> subject.substring(0, 9))
        .containsExactly("Confirm y", "Bestätige", "Bestätige", "Confirm y");
  }

  @Test
  void namesTheFilesThatAnotherLanguageLacks() {
    EmailTemplates.TemplateException failure =
        catchThrowableOfType(
            EmailTemplates.TemplateException.class,
            () -> builder(mailer).locales(Locale.ENGLISH, Locale.FRENCH).build());

    assertThat(failure.problems())
        .contains(
            "File not found: fr/duration.mustache. Add it.",
            "File not found: fr/verification.txt.mustache. Add it.",
            "File not found: fr/password-reset.html.mustache. Add it.");
  }

  @Test
  void usesTheApplicationsFileInPlaceOfItsOwn() {
    Map<String, String> files =
        Map.of(
            "verification.subject.mustache",
            "Welcome to {{product}}",
            "de/greeting.mustache",
            "Hallo!");
    AccountEmails changed = builder(files).build();
    changed.sendVerification(ADA, "abc");
    changed.sendVerification(ADA, "abc", Locale.GERMAN);

    assertThat(mailer.sent().get(0).subject()).isEqualTo("Welcome to HealthMetrics");
    assertThat(mailer.sent().get(0).text()).contains("Hello,");
    assertThat(mailer.sent().get(1).subject()).startsWith("Bestätigen Sie");
    assertThat(mailer.sent().get(1).text()).contains("Hallo!").doesNotContain("Guten Tag");
  }

  @Test
  void usesConfiguredLifetimeProductAndReplyAddress() {
    EmailAddress support = EmailAddress.of("support@healthmetrics.example");
    AccountEmails.Builder builder =
        builder(mailer)
            .product("Fit & Fun")
            .replyTo(support)
            .verificationLifetime(Duration.ofDays(3))
            .passwordResetLifetime(Duration.ofMinutes(15));
    AccountEmails changed = builder.build();
    changed.sendVerification(ADA, "abc");
    changed.sendPasswordReset(ADA, "abc");

    assertThat(changed.verificationLifetime()).isEqualTo(Duration.ofDays(3));
    assertThat(changed.passwordResetLifetime()).isEqualTo(Duration.ofMinutes(15));
    assertThat(mailer.sent().get(0).text()).contains("valid for 3 days.", "Fit & Fun");
    assertThat(mailer.sent().get(0).html().orElseThrow()).contains("Fit &amp; Fun");
    assertThat(mailer.sent().get(1).text()).contains("valid for 15 minutes.");
    assertThat(mailer.sent()).allSatisfy(m -> assertThat(m.replyTo()).containsExactly(support));
    assertThat(builder.build().templates().names()).hasSize(6);
    assertThat(emails.verificationLifetime()).isEqualTo(Duration.ofHours(24));
    assertThat(emails.passwordResetLifetime()).isEqualTo(Duration.ofHours(1));
    sent(Kind.VERIFICATION, "abc");
    assertThat(mailer.sent().get(2).replyTo()).isEmpty();
  }

  @Test
  void refusesInvalidLifetimesAndNames() {
    AccountEmails.Builder builder = builder(mailer);
    for (String lifetime : List.of("PT59S", "P30DT1S", "PT1M0.5S", "PT-1H")) {
      Duration none = Duration.parse(lifetime);
      assertThatIllegalArgumentException().isThrownBy(() -> builder.verificationLifetime(none));
      assertThatIllegalArgumentException().isThrownBy(() -> builder.passwordResetLifetime(none));
      assertThatIllegalArgumentException().isThrownBy(() -> builder.emailChangeLifetime(none));
    }
    for (String name : List.of(" ", "x".repeat(61), "a\nb")) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.product(name));
    }
  }

  @Test
  void namesAllThatIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(AccountEmails.builder()::build)
        .withMessageContaining("mailer, from, appUrl");
  }

  @Test
  void keepsTheTokenOutOfLogs() {
    URI link = URI.create(APP_URL + "/x?token=secret");

    assertThat(new AccountEmails.Verification("P", link, Duration.ofHours(1)))
        .hasToString("Verification[P, PT1H]");
    assertThat(new AccountEmails.PasswordReset("P", link, Duration.ofHours(1)))
        .hasToString("PasswordReset[P, PT1H]");
    assertThat(new AccountEmails.EmailChange("P", link, Duration.ofHours(1)))
        .hasToString("EmailChange[P, PT1H]");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void statesHowLongTheLinkIsValid(Kind kind) {
    Email email = sent(kind, "abc");

    assertThat(email.text()).contains("The link is valid for " + kind.validity + ".");
    assertThat(email.html().orElseThrow()).contains("The link is valid for " + kind.validity + ".");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void statesThatItIsAutomatic(Kind kind) {
    assertThat(sent(kind, "abc").headers())
        .containsEntry("Auto-Submitted", "auto-generated")
        .containsEntry("X-Auto-Response-Suppress", "All");
  }

  /** Gmail folds emails with the same subject, so the newest reset email would be hidden. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void givesEachEmailAReferenceOfItsOwn(Kind kind) {
    List<String> references =
        Stream.of("a", "a", "b")
            .map(token -> sent(kind, token).headers().get("X-Entity-Ref-ID"))
            .toList();

    assertThat(references)
        .doesNotHaveDuplicates()
        .allSatisfy(reference -> assertThat(reference).matches("[0-9a-f-]{36}"));
  }

  @Test
  void keepsEverythingInItsBuilder() {
    EmailAddress support = EmailAddress.of("support@healthmetrics.example");
    AccountEmails first =
        builder(Map.of("greeting.mustache", "Hi!", "de/greeting.mustache", "Hallo!"))
            .appUrl(URI.create("http://10.0.2.2:3003"))
            .allowCleartextHttp()
            .replyTo(support)
            .help(URI.create("http://10.0.2.2:3003/help"))
            .product("Fit")
            .locales(Locale.GERMAN, Locale.ENGLISH)
            .verificationRoute("/v")
            .passwordResetRoute("/r")
            .emailChangeRoute("/c")
            .verificationLifetime(Duration.ofDays(2))
            .passwordResetLifetime(Duration.ofDays(3))
            .emailChangeLifetime(Duration.ofDays(4))
            .signInCodeLifetime(Duration.ofMinutes(5))
            .oneEmailPerToken()
            .build();
    AccountEmails second = first.toBuilder().build();
    for (AccountEmails emails : List.of(first, second)) {
      emails.sendVerification(ADA, "t");
      emails.sendPasswordReset(ADA, "t");
      emails.sendEmailChange(ADA, "t");
      emails.sendPasswordChanged(ADA, Instant.EPOCH);
      emails.sendSignInCode(ADA, "123456", Instant.EPOCH, Locale.ENGLISH);
    }

    assertThat(mailer.sent()).hasSize(10);
    for (int i = 0; i < 5; i++) {
      Email one = mailer.sent().get(i);
      assertThat(mailer.sent().get(i + 5))
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*headers.*")
          .isEqualTo(one);
      assertThat(one.replyTo()).containsExactly(support);
    }
    assertThat(mailer.sent().get(0).text())
        .contains("Hi!", "http://10.0.2.2:3003/v?token=t", "Fit", "2 Tage");
    assertThat(mailer.sent().get(3).text()).contains("http://10.0.2.2:3003/help");
  }

  @Test
  void changesOnlyTheCopy() {
    AccountEmails changed =
        emails.toBuilder().product("Fit").verificationRoute("/v").locales(Locale.GERMAN).build();
    changed.sendVerification(ADA, "t");

    assertThat(mailer.sent().get(0).text()).contains("Fit", APP_URL + "/v?token=t", "Guten Tag");
    assertThat(sent(Kind.VERIFICATION, "t").text())
        .contains("HealthMetrics", APP_URL + "/auth/verify-email?token=t", "Hello");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void fillsEveryPlaceholder(Kind kind) {
    Email email = sent(kind, "abc");

    assertThat(email.subject()).contains("HealthMetrics").doesNotContain("{{", "\n");
    assertThat(email.text()).contains("HealthMetrics").doesNotContain("{{", "}}");
    assertThat(email.html().orElseThrow())
        .contains("HealthMetrics", "<html lang=\"en\"", "</html>")
        .doesNotContain("{{", "}}")
        .containsPattern("<title>[A-Z][a-z ]+</title>");
  }

  @Test
  void writesTwoDifferentEmails() {
    Email verification = sent(Kind.VERIFICATION, "abc");
    Email reset = sent(Kind.PASSWORD_RESET, "abc");

    assertThat(verification.subject()).isEqualTo("Confirm your email address for HealthMetrics");
    assertThat(reset.subject()).isEqualTo("Choose a new password for HealthMetrics");
    assertThat(verification.text()).doesNotContain("password");
    assertThat(verification.html().orElseThrow()).doesNotContain("password");
    assertThat(reset.html().orElseThrow()).contains("nobody can change it without this link");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "a\nb",
        "a\r\nBcc: eve@example.com",
        "a\u0000",
        "a\u2028",
        "a\ud83d",
        "\u0000a"
      })
  void refusesInvalidTokensAndSendsNothing(String token) {
    for (Kind kind : Kind.values()) {
      IllegalArgumentException refusal =
          catchThrowableOfType(IllegalArgumentException.class, () -> kind.send(emails, ADA, token));

      assertThat(refusal).isNotNull().hasMessageContaining("The token is blank");
      assertThat(refusal.getMessage()).doesNotContain("eve");
    }
    assertThat(mailer.sent()).isEmpty();
  }

  @Test
  void limitsTokensTo1024Characters() {
    assertThat(tokenIn(textLink(sent(Kind.VERIFICATION, "t".repeat(1_024))))).hasSize(1_024);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emails.sendVerification(ADA, "t".repeat(1_025)));
    assertThat(mailer.sent()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/health/, https://example.com/health/auth/verify-email",
    "https://example.com, https://example.com/auth/verify-email",
    "https://example.com:8443/, https://example.com:8443/auth/verify-email",
    "http://localhost:3000, http://localhost:3000/auth/verify-email",
    "http://app.localhost:3000, http://app.localhost:3000/auth/verify-email",
    "http://127.1.2.3:3000, http://127.1.2.3:3000/auth/verify-email"
  })
  void keepsThePathOfTheApplication(String appUrl, String link) {
    AccountEmails there = builder(mailer).appUrl(URI.create(appUrl)).build();

    Email email = sentBy(there, mailer, Kind.VERIFICATION, "abc");

    assertThat(textLink(email)).isEqualTo(link + "?token=abc");
    assertThat(htmlLinks(email)).containsOnly(link + "?token=abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example",
        "app.example",
        "javascript:alert(1)",
        "https://a.example?x",
        ""
      })
  void refusesOtherUrlsOfAnApplication(String appUrl) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(mailer).appUrl(URI.create(appUrl)).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.2.2:3003", "http://host.docker.internal", "http://web:3003"})
  void allowsPlainHttpOnOtherMachinesOnlyIfAskedAtAnyTime(String appUrl) {
    URI url = URI.create(appUrl);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(mailer).appUrl(url).build())
        .withMessageContaining("call allowCleartextHttp() on the builder");
    for (AccountEmails.Builder builder :
        List.of(
            builder(mailer).appUrl(url).allowCleartextHttp(),
            builder(mailer).allowCleartextHttp().appUrl(url))) {
      for (Kind kind : Kind.values()) {
        Email email = sentBy(builder.build(), mailer, kind, "abc");

        assertThat(textLink(email)).startsWith(appUrl + "/auth/").endsWith("?token=abc");
        assertThat(htmlLinks(email)).containsOnly(textLink(email));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void passesOnTheReceiptAndTheFailureOfTheMailer(Kind kind) {
    MailReceipt receipt = MailReceipt.of("id-7");
    assertThat(kind.send(builder(email -> receipt).build(), ADA, "t")).isSameAs(receipt);

    MailException failure = new MailException(MailException.Kind.THROTTLED, "Slow down");
    AccountEmails failing =
        builder(
                email -> {
                  throw failure;
                })
            .build();
    assertThat(catchThrowableOfType(MailException.class, () -> kind.send(failing, ADA, "t")))
        .isSameAs(failure);
  }

  @Test
  void showsTheUrlOfTheApplication() {
    assertThat(emails).hasToString("AccountEmails[https://app.healthmetrics.example]");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> emails.sendVerification(null, "abc"));
    assertThatNullPointerException().isThrownBy(() -> emails.sendPasswordReset(ADA, null));
    assertThatNullPointerException().isThrownBy(() -> emails.sendVerification(ADA, "abc", null));
    assertThatNullPointerException().isThrownBy(() -> AccountEmails.builder().mailer(null));
    assertThatNullPointerException().isThrownBy(() -> AccountEmails.builder().from(null));
    assertThatNullPointerException().isThrownBy(() -> AccountEmails.builder().appUrl(null));
    assertThatNullPointerException().isThrownBy(() -> AccountEmails.builder().replyTo(null));
    assertThat(mailer.sent()).isEmpty();
  }

  @Test
  void sendsOneEmailPerTokenOnRequest() {
    InMemoryMailer provider = new InMemoryMailer();
    AccountEmails emails =
        AccountEmails.builder()
            .mailer(MailerChain.builder().once(IdempotencyStore.inMemory()).build().wrap(provider))
            .from(FROM)
            .appUrl(URI.create(APP_URL))
            .oneEmailPerToken()
            .build();

    MailReceipt first = emails.sendVerification(ADA, "token-1");
    MailReceipt again = emails.sendVerification(ADA, "token-1", Locale.GERMAN);
    emails.sendVerification(EmailAddress.of("bob@example.com"), "token-1");
    emails.sendPasswordReset(ADA, "token-1");
    emails.sendEmailChange(ADA, "token-1");
    emails.sendVerification(ADA, "token-2");

    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(provider.sent()).hasSize(5);
    assertThat(provider.sent().get(0).idempotencyKey().orElseThrow())
        .matches("account-[0-9a-f]{64}");

    MailReceipt moved =
        emails.toBuilder()
            .appUrl(URI.create("https://new.healthmetrics.example"))
            .verificationRoute("/verify")
            .build()
            .sendVerification(ADA, "token-1");
    assertThat(moved.messageId()).as("after a change of routes").isEqualTo(first.messageId());
  }

  @Test
  void sendsATokenAtEveryCallByDefault() {
    InMemoryMailer provider = new InMemoryMailer();
    AccountEmails emails =
        AccountEmails.builder().mailer(provider).from(FROM).appUrl(URI.create(APP_URL)).build();

    emails.sendVerification(ADA, "token-1");
    emails.sendVerification(ADA, "token-1");

    assertThat(provider.sent()).hasSize(2);
    assertThat(provider.sent().get(0).idempotencyKey()).isEmpty();
  }
}
