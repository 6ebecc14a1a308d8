package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;

/** What {@link ModulePathTest} runs on top of a layer; it needs nothing but what is in there. */
public final class SendsThroughV1 {
  private SendsThroughV1() {}

  /** Sends a mail that has to be written as MIME, and looks whether it arrived. */
  public static void send() {
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer =
            SesMailer.builder()
                .apiV1()
                .region(ses.region())
                .endpoint(ses.endpoint())
                .credentials(ses.credentials())
                .build()) {
      mailer.send(
          Email.builder()
              .from(EmailAddress.of("noreply@example.com"))
              .to(EmailAddress.of("ada@example.com"))
              .subject("Hello")
              .text("Hello")
              .html("<p>Hello</p>")
              .accountMail()
              .build());
      if (ses.emails().get(0).html().isEmpty()) {
        throw new AssertionError("The html did not arrive.");
      }
    }
  }
}
