package com.healthmetrics.aws.testkit.deliverability;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Every account email in every language of the library, as SES receives it. */
public final class StockEmails {
  public static final EmailAddress SENDER =
      EmailAddress.parse("HealthMetrics <noreply@example.com>");
  public static final EmailAddress RECIPIENT = EmailAddress.of("ada@receiver.example");

  private StockEmails() {}

  /** The emails by template and language, such as {@code verification.de}. */
  public static Map<String, ReceivedMail> sent() {
    return sent(builder -> builder);
  }

  public static Map<String, ReceivedMail> sent(UnaryOperator<AccountEmails.Builder> settings) {
    Map<String, ReceivedMail> emails = new LinkedHashMap<>();
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer =
            SesMailer.builder()
                .region(ses.region())
                .endpoint(ses.endpoint())
                .credentials(ses.credentials())
                .build()) {
      AccountEmails account =
          settings
              .apply(
                  AccountEmails.builder()
                      .mailer(mailer)
                      .from(SENDER)
                      .appUrl(URI.create("https://app.example.com")))
              .build();
      for (String name : account.templates().names()) {
        for (Locale locale : account.templates().locales()) {
          mailer.send(
              account
                  .templates()
                  .sample(name, locale)
                  .from(SENDER)
                  .to(RECIPIENT)
                  .accountMail()
                  .build());
          emails.put(
              name + "." + locale.toLanguageTag(), ses.emails().get(ses.emails().size() - 1));
        }
      }
    }
    return emails;
  }
}
