package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The calls of the API v2 about identities and configuration sets.
 *
 * <p>Sources: Amazon SES API v2 Reference, "GetEmailIdentity", "GetConfigurationSet" and
 * "GetConfigurationSetEventDestinations"; the messages are unverified. The zone of the DKIM keys is
 * that of most regions.
 */
final class JsonIdentities {
  private static final List<String> EVENT_TYPES =
      List.of(
          "SEND",
          "REJECT",
          "BOUNCE",
          "COMPLAINT",
          "DELIVERY",
          "OPEN",
          "CLICK",
          "RENDERING_FAILURE",
          "DELIVERY_DELAY",
          "SUBSCRIPTION");

  private final SesSettings settings;

  JsonIdentities(SesSettings settings) {
    this.settings = settings;
  }

  JsonObject identity(String name) {
    SesIdentity identity =
        settings
            .identity(name)
            .orElseThrow(
                () ->
                    new SesRefusal(
                        SesError.NOT_FOUND,
                        "Email identity " + name + " does not exist.",
                        "Declare it with LocalSes.Builder.verifiedIdentity or identity."));
    boolean verified = identity.isVerified();
    JsonObject found =
        JsonObject.empty()
            .with("IdentityType", name.contains("@") ? "EMAIL_ADDRESS" : "DOMAIN")
            .with("FeedbackForwardingStatus", new JsonBoolean(true))
            .with("VerifiedForSendingStatus", new JsonBoolean(verified))
            .with("VerificationStatus", verified ? "SUCCESS" : "PENDING")
            .with("DkimAttributes", dkim(identity))
            .with("MailFromAttributes", mailFrom(identity))
            .with("Policies", JsonObject.empty())
            .with("Tags", new JsonArray(List.of()));
    return identity
        .configurationSet()
        .map(set -> found.with("ConfigurationSetName", set))
        .orElse(found);
  }

  private static JsonObject dkim(SesIdentity identity) {
    return JsonObject.empty()
        .with("SigningEnabled", new JsonBoolean(true))
        .with("Status", identity.dkimStatus())
        .with("Tokens", JsonArray.ofStrings(dkimTokens(identity.name())))
        .with("SigningHostedZone", "dkim.amazonses.com")
        .with("SigningAttributesOrigin", "AWS_SES");
  }

  /** Three of 32 characters, as SES has them; always the same for an identity. */
  private static List<String> dkimTokens(String name) {
    return Stream.of("1", "2", "3")
        .map(number -> UUID.nameUUIDFromBytes((number + name).getBytes(StandardCharsets.UTF_8)))
        .map(id -> id.toString().replace("-", ""))
        .toList();
  }

  private static JsonObject mailFrom(SesIdentity identity) {
    JsonObject attributes = JsonObject.empty().with("BehaviorOnMxFailure", "USE_DEFAULT_VALUE");
    return identity
        .mailFrom()
        .map(
            mailFrom ->
                attributes
                    .with("MailFromDomain", mailFrom.domain())
                    .with("MailFromDomainStatus", mailFrom.status()))
        .orElse(attributes);
  }

  JsonObject configurationSet(String name) {
    settings.requireConfigurationSet(name);
    return JsonObject.empty()
        .with("ConfigurationSetName", name)
        .with("DeliveryOptions", JsonObject.empty().with("TlsPolicy", "OPTIONAL"))
        .with(
            "ReputationOptions",
            JsonObject.empty().with("ReputationMetricsEnabled", new JsonBoolean(false)))
        .with("SendingOptions", JsonObject.empty().with("SendingEnabled", new JsonBoolean(true)))
        .with("Tags", new JsonArray(List.of()));
  }

  /** One, for all types: {@link LocalSes#events}. */
  JsonObject eventDestinations(String name) {
    settings.requireConfigurationSet(name);
    JsonObject destination =
        JsonObject.empty()
            .with("Name", "local-ses-events")
            .with("Enabled", new JsonBoolean(true))
            .with("MatchingEventTypes", JsonArray.ofStrings(EVENT_TYPES))
            .with(
                "SnsDestination",
                JsonObject.empty()
                    .with(
                        "TopicArn",
                        "arn:aws:sns:"
                            + settings.region().id()
                            + ":"
                            + IdentityCheck.ACCOUNT
                            + ":local-ses-events"));
    return JsonObject.empty().with("EventDestinations", new JsonArray(List.of(destination)));
  }
}
