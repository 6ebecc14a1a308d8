package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.RequestBody;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Answers the one action that account mail needs. */
final class SesHandler implements HttpHandler {
  private static final String SEND_EMAIL = "/v2/email/outbound-emails";

  /** SES's own limit for a message. */
  private static final int MAX_REQUEST_BYTES = 40 * 1024 * 1024;

  private final SesSettings settings;
  private final List<ReceivedMail> mails;
  private final AuthorizationCheck authorization;
  private final SendEmail sendEmail;

  SesHandler(SesSettings settings, List<ReceivedMail> mails) {
    this.settings = settings;
    this.mails = mails;
    this.authorization = new AuthorizationCheck(settings);
    this.sendEmail = new SendEmail(settings);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    HttpAnswer answer;
    try {
      answer = answer(exchange);
    } catch (SesRefusal refusal) {
      answer = refusal.answer();
    }
    answer.withHeader("x-amzn-RequestId", UUID.randomUUID().toString()).send(exchange);
  }

  private HttpAnswer answer(HttpExchange exchange) throws IOException {
    RawRequest request = RawRequest.of(exchange);
    byte[] body = RequestBody.read(exchange, MAX_REQUEST_BYTES + 1);
    if (body.length > MAX_REQUEST_BYTES) {
      throw SesRefusal.badRequest(
          "Message length is more than " + MAX_REQUEST_BYTES + " bytes long.",
          "SES takes messages of up to 40 MB.");
    }
    if (!request.method().equals("POST") || !request.rawPath().equals(SEND_EMAIL)) {
      throw new SesRefusal(
          404,
          "UnknownOperationException",
          "The requested operation does not exist.",
          "LocalSes knows POST " + SEND_EMAIL + " and nothing else yet.");
    }
    authorization.requireValid(request, body);
    ReceivedMail.Parts parts = sendEmail.read(body);
    Instant now = settings.clock().instant();
    ReceivedMail mail = new ReceivedMail(newMessageId(now), now, parts);
    mails.add(mail);
    JsonObject accepted = JsonObject.empty().with("MessageId", mail.messageId());
    return HttpAnswer.of(200)
        .withBody("application/json", JsonWriter.write(accepted).getBytes(StandardCharsets.UTF_8));
  }

  /** The form of SES's ids: time, a UUID and a counter that is always zero. */
  private static String newMessageId(Instant now) {
    return String.format("0100%012x-%s-000000", now.toEpochMilli(), UUID.randomUUID());
  }
}
