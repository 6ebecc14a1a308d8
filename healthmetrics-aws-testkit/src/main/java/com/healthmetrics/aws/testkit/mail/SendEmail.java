package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.mail.ReceivedMail.Parts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a request as the SES API v2 Reference describes it in "SendEmail", and refuses as SES. */
final class SendEmail {
  private static final int MAX_RECIPIENTS = 50;
  private static final int MAX_HEADERS = 15;
  private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]{1,126}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]{1,870}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.@-]{1,256}");

  private final SesSettings settings;

  SendEmail(SesSettings settings) {
    this.settings = settings;
  }

  /** What the body of a request asks to send. */
  Parts read(byte[] body) {
    JsonObject request = document(body);
    MailAddress from = MailAddress.parse(required(request, "FromEmailAddress"), "FromEmailAddress");
    requireVerified(from);
    Optional<String> configurationSet = string(request, "ConfigurationSetName");
    configurationSet.ifPresent(this::requireDeclared);
    JsonObject destination = object(request, "Destination").orElse(JsonObject.empty());
    List<String> to = addresses(destination, "ToAddresses");
    List<String> cc = addresses(destination, "CcAddresses");
    List<String> bcc = addresses(destination, "BccAddresses");
    requireRecipients(to.size() + cc.size() + bcc.size());
    JsonObject simple = simpleContent(request);
    JsonObject parts = object(simple, "Body").orElse(JsonObject.empty());
    Optional<String> text = data(parts, "Text");
    Optional<String> html = data(parts, "Html");
    if (text.isEmpty() && html.isEmpty()) {
      throw SesRefusal.badRequest(
          "Missing required field 'Body'.", "Content.Simple.Body needs a Text or an Html part.");
    }
    return new Parts(
        from.text(),
        to,
        cc,
        bcc,
        addresses(request, "ReplyToAddresses"),
        subject(simple),
        text,
        html,
        headers(simple),
        tags(request),
        configurationSet);
  }

  private void requireVerified(MailAddress from) {
    boolean verified =
        settings.verifiedIdentities().isEmpty()
            || settings.verifiedIdentities().stream().anyMatch(identity -> covers(identity, from));
    if (!verified) {
      throw new SesRefusal(
          400,
          "MessageRejected",
          "Email address is not verified. The following identities failed the check in region "
              + settings.region().toUpperCase(Locale.ROOT)
              + ": "
              + from.text(),
          "The sender is none of the identities that LocalSes was built with.");
    }
  }

  /** A verified domain covers its subdomains; the local part of a verified address is exact. */
  private static boolean covers(String identity, MailAddress from) {
    String domain = from.domain().toLowerCase(Locale.ROOT);
    int at = identity.lastIndexOf('@');
    String verified = identity.substring(at + 1).toLowerCase(Locale.ROOT);
    return at < 0
        ? domain.equals(verified) || domain.endsWith("." + verified)
        : domain.equals(verified) && from.local().equals(identity.substring(0, at));
  }

  private void requireDeclared(String configurationSet) {
    if (!settings.configurationSets().contains(configurationSet)) {
      throw new SesRefusal(
          404,
          "NotFoundException",
          "Configuration set <" + configurationSet + "> does not exist.",
          "Declare it with LocalSes.Builder.configurationSet, or do not name one.");
    }
  }

  private static void requireRecipients(int count) {
    if (count == 0) {
      throw SesRefusal.badRequest(
          "Missing required field: at least one recipient is needed.",
          "Destination has no To, Cc or Bcc address.");
    }
    if (count > MAX_RECIPIENTS) {
      throw SesRefusal.badRequest(
          "Recipient count exceeds " + MAX_RECIPIENTS + ".",
          "To, Cc and Bcc have " + count + " addresses together; send several messages.");
    }
  }

  private static JsonObject simpleContent(JsonObject request) {
    JsonObject content = object(request, "Content").orElse(JsonObject.empty());
    for (String kind : List.of("Raw", "Template")) {
      if (content.member(kind).isPresent()) {
        throw notRead("Content." + kind);
      }
    }
    JsonObject simple =
        object(content, "Simple")
            .orElseThrow(
                () ->
                    SesRefusal.badRequest(
                        "Missing required field 'Content'.", "The request has no Content.Simple."));
    if (simple.member("Attachments").isPresent()) {
      throw notRead("Content.Simple.Attachments");
    }
    return simple;
  }

  private static SesRefusal notRead(String member) {
    return SesRefusal.badRequest(
        member + " is not supported.", "LocalSes does not read " + member + " yet.");
  }

  private static String subject(JsonObject simple) {
    String subject =
        data(simple, "Subject")
            .orElseThrow(
                () ->
                    SesRefusal.badRequest(
                        "Missing required field 'Subject'.",
                        "Content.Simple.Subject.Data is missing or empty."));
    if (subject.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
      throw SesRefusal.badRequest(
          "Subject contains control characters.",
          "The subject holds a line break or another control character: a header could be smuggled"
              + " in.");
    }
    return subject;
  }

  private static Map<String, String> headers(JsonObject simple) {
    Map<String, String> headers = new LinkedHashMap<>();
    List<JsonObject> sent = objects(simple, "Headers");
    if (sent.size() > MAX_HEADERS) {
      throw SesRefusal.badRequest(
          "Too many headers.",
          "The mail has " + sent.size() + " headers; SES takes " + MAX_HEADERS + ".");
    }
    for (JsonObject header : sent) {
      String name = required(header, "Name");
      String value = required(header, "Value");
      if (!HEADER_NAME.matcher(name).matches()) {
        throw SesRefusal.badRequest(
            "Invalid header name.",
            "A header name is 1 to 126 printable ASCII characters without space and colon; it has "
                + name.length()
                + " characters.");
      }
      if (!HEADER_VALUE.matcher(value).matches()) {
        throw SesRefusal.badRequest(
            "Invalid header value.",
            "The value of the header "
                + name
                + " must be 1 to 870 printable ASCII characters"
                + " without line breaks; it has "
                + value.length()
                + ".");
      }
      boolean twice = headers.keySet().stream().anyMatch(name::equalsIgnoreCase);
      if (twice) {
        throw SesRefusal.badRequest("Duplicate header.", "The header " + name + " is there twice.");
      }
      headers.put(name, value);
    }
    return headers;
  }

  private static Map<String, String> tags(JsonObject request) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (JsonObject tag : objects(request, "EmailTags")) {
      String name = required(tag, "Name");
      String value = required(tag, "Value");
      if (!TAG.matcher(name).matches() || !TAG.matcher(value).matches()) {
        throw SesRefusal.badRequest(
            "Invalid tag name or value: only alphanumeric ASCII characters, '_', '-', '.' and '@'"
                + " are allowed.",
            "Names and values of tags are 1 to 256 characters of A-Z a-z 0-9 _ - . @.");
      }
      if (tags.putIfAbsent(name, value) != null) {
        throw SesRefusal.badRequest("Duplicate tag.", "The tag " + name + " is there twice.");
      }
    }
    return tags;
  }

  private static List<String> addresses(JsonObject parent, String name) {
    List<String> addresses = new ArrayList<>();
    for (JsonValue element : array(parent, name)) {
      addresses.add(MailAddress.parse(text(element, name), name).text());
    }
    return addresses;
  }

  /** The Data of a content; empty when the content is absent or has none. */
  private static Optional<String> data(JsonObject parent, String name) {
    Optional<JsonObject> content = object(parent, name);
    Optional<String> data = content.flatMap(c -> string(c, "Data")).filter(d -> !d.isEmpty());
    boolean ascii = data.orElse("").chars().allMatch(c -> c < 0x80);
    boolean utf8 = content.flatMap(c -> string(c, "Charset")).filter("UTF-8"::equals).isPresent();
    if (!ascii && !utf8) {
      throw SesRefusal.badRequest(
          "Invalid charset.",
          name
              + " is not ASCII and does not say that its Charset is UTF-8. SES itself would read it"
              + " as 7-bit ASCII and spoil it.");
    }
    return data;
  }

  private static JsonObject document(byte[] body) {
    try {
      if (JsonReader.read(body) instanceof JsonObject object) {
        return object;
      }
    } catch (IllegalArgumentException e) {
      throw malformed("The body is not JSON: " + e.getMessage() + ".");
    }
    throw malformed("The body is not a JSON object.");
  }

  private static String required(JsonObject parent, String name) {
    return string(parent, name)
        .orElseThrow(
            () ->
                SesRefusal.badRequest(
                    "Missing required field '" + name + "'.", "The request has no " + name + "."));
  }

  private static Optional<String> string(JsonObject parent, String name) {
    return parent.member(name).map(value -> text(value, name));
  }

  private static String text(JsonValue value, String name) {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw malformed(name + " must be a JSON string.");
  }

  private static Optional<JsonObject> object(JsonObject parent, String name) {
    return parent.member(name).map(value -> object(value, name));
  }

  private static JsonObject object(JsonValue value, String name) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw malformed(name + " must be a JSON object.");
  }

  private static List<JsonObject> objects(JsonObject parent, String name) {
    return array(parent, name).stream().map(element -> object(element, name)).toList();
  }

  private static List<JsonValue> array(JsonObject parent, String name) {
    JsonValue value = parent.member(name).orElse(new JsonArray(List.of()));
    if (value instanceof JsonArray array) {
      return array.elements();
    }
    throw malformed(name + " must be a JSON array.");
  }

  private static SesRefusal malformed(String reason) {
    return new SesRefusal(
        400, "SerializationException", "The request body could not be read.", reason);
  }
}
