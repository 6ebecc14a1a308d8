package com.healthmetrics.aws.mail;

/** The two APIs of SES, for the promises of {@link SesMailer} that hold for both. */
enum ApiVersion {
  V1,
  V2;

  SesMailer.Builder builder() {
    return this == V1 ? SesMailer.builder().apiV1() : SesMailer.builder();
  }

  /** A success with a message id. */
  String response(String messageId) {
    return this == V1
        ? result("<MessageId>" + messageId + "</MessageId>")
        : "{\"MessageId\":\"" + messageId + "\"}";
  }

  /** A success without a message id. */
  String emptyResponse() {
    return this == V1 ? result("") : "{}";
  }

  private static String result(String result) {
    return "<SendEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">"
        + "<SendEmailResult>"
        + result
        + "</SendEmailResult></SendEmailResponse>";
  }
}
