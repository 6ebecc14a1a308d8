package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.mail.SendRequest.Arns;
import com.healthmetrics.aws.testkit.mail.SendRequest.Attached;
import com.healthmetrics.aws.testkit.mail.SendRequest.Content;
import com.healthmetrics.aws.testkit.mail.SendRequest.Pair;
import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import com.healthmetrics.aws.testkit.mail.SendRequest.Simple;
import com.healthmetrics.aws.testkit.mail.SendRequest.Text;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A request of the API v2 (REST and JSON), as the SES API v2 Reference describes it. */
final class JsonCall implements SesCall {
  private static final int MAX_BYTES = 40 * 1024 * 1024;

  private final RawRequest request;
  private final byte[] body;

  JsonCall(RawRequest request, byte[] body) {
    this.request = request;
    this.body = body;
  }

  @Override
  public SesOperation operation() {
    return SesOperation.of(request.method(), request.rawPath())
        .orElseThrow(
            () ->
                new SesRefusal(
                    SesError.UNKNOWN_OPERATION,
                    "The requested operation does not exist.",
                    "LocalSes implements "
                        + String.join(", ", SesOperation.routes())
                        + " and, for the API v1, POST /."));
  }

  @Override
  public ServerResponse respond(SesService service) {
    SesOperation operation = operation();
    if (operation.sends()) {
      return json(200, JsonObject.empty().with("MessageId", service.send(sendRequest())));
    }
    if (operation != SesOperation.PUT_SUPPRESSED_DESTINATION && body.length > 0) {
      JsonFields.read(body).only("");
    }
    return json(200, result(operation, service));
  }

  private JsonObject result(SesOperation operation, SesService service) {
    String parameter = parameter(operation);
    JsonSuppressions suppressions = new JsonSuppressions(service);
    JsonIdentities identities = new JsonIdentities(service.settings());
    return switch (operation) {
      case GET_ACCOUNT -> account(service.settings().account(), service.sentLast24Hours());
      case PUT_SUPPRESSED_DESTINATION -> suppressions.put(JsonFields.read(body));
      case GET_SUPPRESSED_DESTINATION -> suppressions.get(parameter);
      case DELETE_SUPPRESSED_DESTINATION -> suppressions.delete(parameter);
      case LIST_SUPPRESSED_DESTINATIONS -> suppressions.list(Query.parse(request.rawQuery()));
      case GET_EMAIL_IDENTITY -> identities.identity(parameter);
      case GET_CONFIGURATION_SET -> identities.configurationSet(parameter);
      case GET_CONFIGURATION_SET_EVENT_DESTINATIONS -> identities.eventDestinations(parameter);
      case SEND_EMAIL, SEND_RAW_EMAIL, GET_SEND_QUOTA ->
          throw new IllegalStateException(operation + " has no result here");
    };
  }

  private SendRequest sendRequest() {
    JsonFields request =
        JsonFields.read(body)
            .only(
                "",
                "FromEmailAddress",
                "FromEmailAddressIdentityArn",
                "FeedbackForwardingEmailAddress",
                "FeedbackForwardingEmailAddressIdentityArn",
                "Destination",
                "ReplyToAddresses",
                "Content",
                "EmailTags",
                "ConfigurationSetName",
                "ConfigurationOverrides");
    requireTrackingOverridesOnly(request);
    JsonFields destination =
        request
            .fieldsOrNone("Destination")
            .only("Destination.", "ToAddresses", "CcAddresses", "BccAddresses");
    return new SendRequest(
        request.text("FromEmailAddress"),
        destination.texts("ToAddresses"),
        destination.texts("CcAddresses"),
        destination.texts("BccAddresses"),
        request.texts("ReplyToAddresses"),
        request.text("FeedbackForwardingEmailAddress"),
        new Arns(
            request.text("FromEmailAddressIdentityArn"),
            Optional.empty(),
            request.text("FeedbackForwardingEmailAddressIdentityArn")),
        pairs(request, "EmailTags"),
        request.text("ConfigurationSetName"),
        content(request.fieldsOrNone("Content").only("Content.", "Simple", "Raw")),
        MAX_BYTES);
  }

  /** Click and open tracking does not change the email that is kept. */
  private static void requireTrackingOverridesOnly(JsonFields request) {
    request
        .fieldsOrNone("ConfigurationOverrides")
        .only("ConfigurationOverrides.", "Tracking")
        .fieldsOrNone("Tracking")
        .only("ConfigurationOverrides.Tracking.", "ClickTrackingEnabled", "OpenTrackingEnabled");
  }

  private static Content content(JsonFields content) {
    Optional<JsonFields> simple = content.fields("Simple");
    Optional<JsonFields> raw = content.fields("Raw");
    if (simple.isPresent() == raw.isPresent()) {
      throw SesRefusal.missing(
          "Content", "The request needs either Content.Simple or Content.Raw.");
    }
    if (raw.isPresent()) {
      byte[] mime =
          raw.get()
              .only("Content.Raw.", "Data")
              .bytes("Data")
              .orElseThrow(() -> SesRefusal.missing("Data", "Content.Raw has no Data."));
      return new Raw(mime, List.of());
    }
    return simple(
        simple.get().only("Content.Simple.", "Subject", "Body", "Headers", "Attachments"));
  }

  private static Simple simple(JsonFields simple) {
    JsonFields parts = simple.fieldsOrNone("Body").only("Content.Simple.Body.", "Text", "Html");
    return new Simple(
        text(simple, "Subject"),
        text(parts, "Text"),
        text(parts, "Html"),
        pairs(simple, "Headers"),
        simple.list("Attachments").stream().map(JsonCall::attached).toList());
  }

  private static Optional<Text> text(JsonFields parent, String name) {
    return parent
        .fields(name)
        .map(content -> content.only(name + ".", "Data", "Charset"))
        .flatMap(
            content -> content.text("Data").map(data -> new Text(data, content.text("Charset"))));
  }

  private static List<Pair> pairs(JsonFields parent, String name) {
    return parent.list(name).stream()
        .map(pair -> pair.only(name + ".", "Name", "Value"))
        .map(pair -> new Pair(pair.required("Name"), pair.required("Value")))
        .toList();
  }

  private static Attached attached(JsonFields attachment) {
    attachment.only(
        "Attachments.",
        "FileName",
        "RawContent",
        "ContentType",
        "ContentDisposition",
        "ContentId",
        "ContentDescription",
        "ContentTransferEncoding");
    return new Attached(
        attachment.required("FileName"),
        attachment
            .bytes("RawContent")
            .orElseThrow(
                () -> SesRefusal.missing("RawContent", "An attachment has no RawContent.")),
        attachment.text("ContentType"),
        attachment.text("ContentDisposition"),
        attachment.text("ContentId"),
        attachment.text("ContentDescription"),
        attachment.text("ContentTransferEncoding"));
  }

  private String parameter(SesOperation operation) {
    try {
      return Percent.decode(operation.parameter(request.rawPath()));
    } catch (IllegalArgumentException e) {
      throw SesRefusal.badRequest(
          "The path could not be read.", "The path cannot be decoded: " + e.getMessage() + ".");
    }
  }

  private static JsonObject account(SesAccount account, long sentLast24Hours) {
    return JsonObject.empty()
        .with("DedicatedIpAutoWarmupEnabled", new JsonBoolean(false))
        .with("EnforcementStatus", account.enforcementStatus())
        .with("ProductionAccessEnabled", new JsonBoolean(account.productionAccess()))
        .with(
            "SendQuota",
            JsonObject.empty()
                .with("Max24HourSend", number(account.max24HourSend()))
                .with("MaxSendRate", number(account.maxSendRate()))
                .with("SentLast24Hours", number((double) sentLast24Hours)))
        .with("SendingEnabled", new JsonBoolean(account.sendingEnabled()));
  }

  private static JsonNumber number(double value) {
    return new JsonNumber(BigDecimal.valueOf(value));
  }

  @Override
  public ServerResponse refused(SesRefusal refusal) {
    JsonObject body =
        JsonObject.empty().with("message", refusal.getMessage()).with("reason", refusal.reason());
    return json(refusal.error().status(), body)
        // The SDK picks the exception type by this header; without it everything is generic.
        .withHeader("x-amzn-ErrorType", refusal.error().type());
  }

  private static ServerResponse json(int status, JsonObject body) {
    return ServerResponse.of(status)
        .withBody("application/json", JsonWriter.write(body).getBytes(StandardCharsets.UTF_8));
  }
}
