package com.healthmetrics.aws.mail;

/** Both APIs of SES, for what is promised of both mailers. */
enum SesApi {
  V1,
  V2;

  /** A mailer that is closed without a checked exception. */
  record Mailer(TransactionalMailer mailer, Runnable end)
      implements TransactionalMailer, AutoCloseable {
    @Override
    public MailReceipt send(Email email) {
      return mailer.send(email);
    }

    @Override
    public void close() {
      end.run();
    }

    @Override
    public String toString() {
      return mailer.toString();
    }
  }

  SesMailerBuilder<?> builder() {
    return this == V1 ? SesV1Mailer.builder() : SesV2Mailer.builder();
  }

  static Mailer open(SesMailerBuilder<?> builder) {
    TransactionalMailer built = builder.build();
    return built instanceof SesV1Mailer mailer
        ? new Mailer(mailer, mailer::close)
        : new Mailer(built, ((SesV2Mailer) built)::close);
  }

  /** A success that names the mail. */
  String answer(String messageId) {
    return this == V1
        ? result("<MessageId>" + messageId + "</MessageId>")
        : "{\"MessageId\":\"" + messageId + "\"}";
  }

  /** A success that names no mail. */
  String emptyAnswer() {
    return this == V1 ? result("") : "{}";
  }

  private static String result(String result) {
    return "<SendEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">"
        + "<SendEmailResult>"
        + result
        + "</SendEmailResult></SendEmailResponse>";
  }
}
