package com.healthmetrics.aws.testkit.mail;

import static java.util.stream.Collectors.joining;

import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.mail.SendRequest.Arns;
import com.healthmetrics.aws.testkit.mail.SendRequest.Content;
import com.healthmetrics.aws.testkit.mail.SendRequest.Pair;
import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import com.healthmetrics.aws.testkit.mail.SendRequest.Simple;
import com.healthmetrics.aws.testkit.mail.SendRequest.Text;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A request of the API v1 (form and XML), as the Amazon SES API Reference describes it. */
final class QueryCall implements SesCall {
  private static final int MAX_BYTES = 10 * 1024 * 1024;
  private static final String VERSION = "2010-12-01";
  private static final String NAMESPACE =
      " xmlns=\"http://ses.amazonaws.com/doc/" + VERSION + "/\"";
  private static final List<SesOperation> OPERATIONS =
      List.of(SesOperation.SEND_EMAIL, SesOperation.SEND_RAW_EMAIL, SesOperation.GET_SEND_QUOTA);

  private final RawRequest request;
  private final byte[] body;
  private final String requestId;
  private String action = "";

  QueryCall(RawRequest request, byte[] body, String requestId) {
    this.request = request;
    this.body = body;
    this.requestId = requestId;
  }

  /** Whether a request is one of the API v1, which has one path for all actions. */
  static boolean matches(RawRequest request) {
    return request.rawPath().equals("/");
  }

  @Override
  public SesOperation operation() {
    String contentType = request.header("content-type").orElse("");
    if (!request.method().equals("POST")
        || !contentType.startsWith("application/x-www-form-urlencoded")) {
      throw unknownAction("POST a form as application/x-www-form-urlencoded.");
    }
    QueryForm form = QueryForm.parse(body);
    action = form.take("Action").orElse("");
    if (!form.take("Version").orElse("").equals(VERSION)) {
      throw unknownAction("Version must be " + VERSION + ".");
    }
    return SesOperation.named(action)
        .filter(OPERATIONS::contains)
        .orElseThrow(
            () ->
                unknownAction(
                    "LocalSes implements "
                        + OPERATIONS.stream().map(SesOperation::toString).collect(joining(", "))
                        + " and, for the API v2, "
                        + String.join(", ", SesOperation.routes())
                        + "."));
  }

  @Override
  public ServerResponse respond(SesService service) {
    SesOperation operation = operation();
    if (operation.sends()) {
      String messageId = service.send(sendRequest(operation));
      return success(writer -> writer.text("MessageId", messageId));
    }
    parameters().requireAllRead();
    SesAccount account = service.settings().account();
    return success(
        writer ->
            writer
                .text("Max24HourSend", account.max24HourSend())
                .text("MaxSendRate", account.maxSendRate())
                .text("SentLast24Hours", (double) service.sentLast24Hours()));
  }

  private SesRefusal unknownAction(String reason) {
    return new SesRefusal(
        SesError.UNKNOWN_OPERATION,
        "Could not find operation " + action + " for version " + VERSION,
        reason);
  }

  private SendRequest sendRequest(SesOperation operation) {
    QueryForm form = parameters();
    boolean raw = operation == SesOperation.SEND_RAW_EMAIL;
    SendRequest read =
        new SendRequest(
            form.take("Source"),
            form.takeList("Destination.ToAddresses"),
            form.takeList("Destination.CcAddresses"),
            form.takeList("Destination.BccAddresses"),
            form.takeList("ReplyToAddresses"),
            raw ? Optional.empty() : form.take("ReturnPath"),
            new Arns(
                form.take("SourceArn"),
                raw ? form.take("FromArn") : Optional.empty(),
                form.take("ReturnPathArn")),
            tags(form),
            form.take("ConfigurationSetName"),
            raw ? raw(form) : simple(form),
            MAX_BYTES);
    form.requireAllRead();
    return read;
  }

  /** The parameters of the action. */
  private QueryForm parameters() {
    QueryForm form = QueryForm.parse(body);
    form.take("Action");
    form.take("Version");
    return form;
  }

  private static List<Pair> tags(QueryForm form) {
    form.takeList("Tags");
    List<Pair> tags = new ArrayList<>();
    Optional<String> name = form.take("Tags.member.1.Name");
    while (name.isPresent()) {
      String value = "Tags.member." + (tags.size() + 1) + ".Value";
      tags.add(
          new Pair(
              name.get(),
              form.take(value)
                  .orElseThrow(() -> SesRefusal.missing(value, "A tag has no value."))));
      name = form.take("Tags.member." + (tags.size() + 1) + ".Name");
    }
    return tags;
  }

  private static Content raw(QueryForm form) {
    String data =
        form.take("RawMessage.Data")
            .orElseThrow(
                () -> SesRefusal.missing("RawMessage.Data", "The request has no message."));
    try {
      return new Raw(Base64.getDecoder().decode(data), form.takeList("Destinations"));
    } catch (IllegalArgumentException e) {
      throw new SesRefusal(
          SesError.MALFORMED,
          "The request body could not be read.",
          "RawMessage.Data must be base64: " + e.getMessage() + ".");
    }
  }

  private static Content simple(QueryForm form) {
    return new Simple(
        text(form, "Message.Subject"),
        text(form, "Message.Body.Text"),
        text(form, "Message.Body.Html"),
        List.of(),
        List.of());
  }

  private static Optional<Text> text(QueryForm form, String name) {
    Optional<String> charset = form.take(name + ".Charset");
    return form.take(name + ".Data").map(data -> new Text(data, charset));
  }

  private ServerResponse success(Consumer<XmlWriter> result) {
    XmlWriter xml = new XmlWriter();
    xml.open(action + "Response" + NAMESPACE).open(action + "Result");
    result.accept(xml);
    xml.close(action + "Result")
        .open("ResponseMetadata")
        .text("RequestId", requestId)
        .close("ResponseMetadata")
        .close(action + "Response");
    return ServerResponse.of(200).withBody("text/xml", xml.bytes());
  }

  @Override
  public ServerResponse refused(SesRefusal refusal) {
    int status = refusal.error().queryStatus();
    XmlWriter xml =
        new XmlWriter()
            .open("ErrorResponse" + NAMESPACE)
            .open("Error")
            .text("Type", status < 500 ? "Sender" : "Receiver")
            .text("Code", refusal.error().queryCode())
            .text("Message", refusal.getMessage())
            .text("Reason", refusal.reason())
            .close("Error")
            .text("RequestId", requestId)
            .close("ErrorResponse");
    return ServerResponse.of(status).withBody("text/xml", xml.bytes());
  }
}
