package com.healthmetrics.aws.mail;

/** Emails for tests to which their content does not matter. */
public final class Emails {
  private Emails() {}

  public static Email.Builder builder() {
    return Email.builder()
        .from(EmailAddress.of("noreply@healthmetrics.example"))
        .subject("Hello")
        .text("Hello");
  }

  public static Email to(String... recipients) {
    Email.Builder builder = builder();
    for (String recipient : recipients) {
      builder.to(EmailAddress.parse(recipient));
    }
    return builder.build();
  }

  public static Email keyed(String key) {
    return builder().to(EmailAddress.of("ada@example.com")).idempotencyKey(key).build();
  }
}
