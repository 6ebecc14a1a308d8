package com.healthmetrics.aws.mail;

/** Emails for tests to which their content does not matter. */
final class Emails {
  private Emails() {}

  static Email.Builder builder() {
    return Email.builder()
        .from(EmailAddress.of("noreply@healthmetrics.example"))
        .subject("Hello")
        .text("Hello");
  }

  static Email to(String... recipients) {
    Email.Builder builder = builder();
    for (String recipient : recipients) {
      builder.to(EmailAddress.parse(recipient));
    }
    return builder.build();
  }

  static Email keyed(String key) {
    return builder().to(EmailAddress.of("ada@example.com")).idempotencyKey(key).build();
  }
}
