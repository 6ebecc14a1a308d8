package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** An email with everything that one can carry: an inline image, a file, a tag. */
final class SampleReport {
  private static final String CSV = "week,steps\n1,41200\n2,52800\n3,49100\n4,66700\n5,78900\n";
  private static final String TEXT =
      """
      Your steps of the last five weeks

      You took 288,700 steps, more each week but the third. The numbers are attached as steps.csv.
      """;
  private static final String HTML =
      """
      <!doctype html>
      <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="color-scheme" content="light">
        <title>Your steps of the last five weeks</title>
      </head>
      <body style="margin:0;padding:32px 24px;font:16px/1.5 system-ui,sans-serif;color:#12211d;background:#ffffff;">
        <h1 style="margin:0 0 16px;font-size:24px;line-height:30px;">Your steps of the last five weeks</h1>
        <p style="margin:0 0 20px;">You took 288,700 steps, more each week but the third.</p>
        <img src="cid:chart" width="480" height="200" alt="Bars that grow from week to week" style="max-width:100%;height:auto;border-radius:10px;">
        <p style="margin:20px 0 0;color:#55655f;">The numbers are attached as steps.csv.</p>
      </body>
      </html>
      """;

  private SampleReport() {}

  static Email to(EmailAddress recipient, EmailAddress sender) {
    return Email.builder()
        .from(sender)
        .to(recipient)
        .subject("Your steps of the last five weeks")
        .text(TEXT)
        .html(HTML)
        .attach(EmailAttachment.inline("chart", "chart.png", "image/png", chart()))
        .attach(
            EmailAttachment.of("steps.csv", "text/csv", CSV.getBytes(StandardCharsets.US_ASCII)))
        .tag("kind", "report")
        .build();
  }

  private static byte[] chart() {
    try (InputStream in =
        Objects.requireNonNull(SampleReport.class.getResourceAsStream("chart.png"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
