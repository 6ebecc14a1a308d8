package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every template in every language, filled with sample data. */
final class GalleryApi {
  private static final String PATH = "/api/templates";

  private final EmailAddress sender;
  private final EmailTemplates templates;

  GalleryApi(DevStack stack) {
    this.sender = stack.aws().settings().fromEmail();
    this.templates = stack.aws().accountEmails().templates();
  }

  Optional<ServerResponse> get(String path) {
    if (path.equals(PATH)) {
      return Optional.of(DevApi.json(200, index()));
    }
    if (!path.startsWith(PATH + "/")) {
      return Optional.empty();
    }
    String[] parts = path.substring(PATH.length() + 1).split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      return Optional.empty();
    }
    Optional<Email> sample = sample(parts[0], parts[1]);
    if (parts.length == 2) {
      return sample.map(email -> DevApi.json(200, whole(email)));
    }
    return parts[2].equals("html")
        ? sample.flatMap(Email::html).map(MailPreview::ofTemplate)
        : Optional.empty();
  }

  private JsonObject index() {
    List<JsonValue> locales =
        templates.locales().stream()
            .<JsonValue>map(
                locale ->
                    JsonObject.empty()
                        .with("tag", locale.toLanguageTag())
                        .with("name", locale.getDisplayName(locale)))
            .toList();
    return JsonObject.empty()
        .with("names", JsonArray.ofStrings(templates.names()))
        .with("locales", new JsonArray(locales));
  }

  private Optional<Email> sample(String name, String tag) {
    Optional<Locale> locale =
        templates.locales().stream().filter(known -> known.toLanguageTag().equals(tag)).findFirst();
    return templates.names().contains(name)
        ? locale.map(known -> templates.sample(name, known).from(sender).to(sender).build())
        : Optional.empty();
  }

  private static JsonObject whole(Email email) {
    return JsonObject.empty().with("subject", email.subject()).with("text", email.text());
  }
}
