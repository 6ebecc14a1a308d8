package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sesv2.model.DeliveryOptions;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.SendQuota;

/**
 * Whether the account may send, and whether its emails have events.
 *
 * <p>Source: Amazon SES API v2 Reference, "GetAccount", "GetConfigurationSet" and
 * "GetConfigurationSetEventDestinations"; Amazon SES Developer Guide, "Request production access
 * (Moving out of the Amazon SES sandbox)".
 */
final class AccountChecks {
  /** Without them, nobody learns that an email did not arrive. */
  private static final Set<String> FAILURES = Set.of("BOUNCE", "COMPLAINT");

  /** What an application that reads events settles unknown outcomes by, in addition. */
  private static final Set<String> SETTLING =
      Set.of("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT", "SEND");

  private final AwsSettings settings;
  private final Once<Optional<SenderIdentity>> sender;
  private final SesReader ses;
  private final Once<GetAccountResponse> account;

  AccountChecks(AwsSettings settings, Once<Optional<SenderIdentity>> sender, SesReader ses) {
    this.settings = settings;
    this.sender = sender;
    this.ses = ses;
    this.account = new Once<>(ses::account);
  }

  List<Check> checks() {
    return List.of(
        new Check("email.account", this::account),
        new Check("email.quota", this::quota),
        new Check("email.configuration-set", this::configurationSet),
        new Check("email.events", this::events));
  }

  private Finding account(String check) throws NotCheckedException {
    GetAccountResponse found = account.get();
    List<String> details = new ArrayList<>();
    List<String> advice = new ArrayList<>();
    String enforcement = found.enforcementStatus();
    if (enforcement != null && !enforcement.equals("HEALTHY")) {
      details.add("AWS has restricted the account or reviews it (%s).".formatted(enforcement));
      advice.add("See the message that AWS sent about it.");
    }
    if (!Boolean.TRUE.equals(found.sendingEnabled())) {
      details.add("Sending is paused for the account in %s.".formatted(settings.sesRegion()));
      advice.add("See its reputation dashboard, and resume it.");
    }
    if (!Boolean.TRUE.equals(found.productionAccessEnabled())) {
      details.add(
          "The account is in the SES sandbox in %s: only verified recipients get emails."
              .formatted(settings.sesRegion()));
      advice.add("Ask AWS for production access.");
    }
    return details.isEmpty()
        ? Finding.passed(check, "Production access in %s.".formatted(settings.sesRegion()))
        : Finding.failed(check, String.join(" ", details), String.join(" ", advice));
  }

  private Finding quota(String check) throws NotCheckedException {
    SendQuota quota = account.get().sendQuota();
    if (quota == null
        || quota.max24HourSend() == null
        || quota.sentLast24Hours() == null
        || quota.maxSendRate() == null) {
      throw new NotCheckedException("SES reported no quota.");
    }
    boolean limited = quota.max24HourSend() >= 0;
    String used =
        "%s of %s recipients in 24 hours are used, up to %s a second."
            .formatted(
                number(quota.sentLast24Hours()),
                limited ? number(quota.max24HourSend()) : "any number of",
                number(quota.maxSendRate()));
    return limited && quota.sentLast24Hours() >= quota.max24HourSend()
        ? Finding.failed(check, used, "Wait, or ask AWS for a larger quota.")
        : Finding.passed(check, used);
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private Finding configurationSet(String check) throws NotCheckedException {
    String name = nameOfSet();
    Optional<GetConfigurationSetResponse> found = ses.configurationSet(name);
    if (found.isEmpty()) {
      return Finding.failed(
          check,
          "There is no configuration set %s in %s, so SES rejects every email."
              .formatted(name, settings.sesRegion()),
          "Create it, or correct SES_CONFIGURATION_SET or SES_REGION.");
    }
    GetConfigurationSetResponse set = found.get();
    if (set.sendingOptions() != null
        && Boolean.FALSE.equals(set.sendingOptions().sendingEnabled())) {
      return Finding.failed(
          check,
          "Sending is paused for the configuration set %s.".formatted(name),
          "See why its reputation suffered, and resume it.");
    }
    boolean requiresTls =
        Optional.ofNullable(set.deliveryOptions())
            .map(DeliveryOptions::tlsPolicyAsString)
            .filter("REQUIRE"::equals)
            .isPresent();
    return Finding.passed(
        check,
        "%s exists, and sends %s."
            .formatted(
                name, requiresTls ? "with TLS only" : "without TLS where a receiver has none"));
  }

  private Finding events(String check) throws NotCheckedException {
    String name = nameOfSet();
    List<EventDestination> destinations =
        ses.eventDestinations(name)
            .orElseThrow(
                () ->
                    new NotCheckedException(
                        "There is no configuration set; see email.configuration-set."));
    boolean read = settings.mailEventsQueueUrl().isPresent();
    if (destinations.isEmpty() && !read) {
      throw new NotCheckedException(
          "%s has no event destination, and without MAIL_EVENTS_QUEUE_URL the application reads no events."
              .formatted(name));
    }
    Set<String> published =
        destinations.stream()
            .filter(AccountChecks::publishes)
            .flatMap(destination -> destination.matchingEventTypesAsStrings().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing = new TreeSet<>(read ? SETTLING : FAILURES);
    missing.removeAll(published);
    return missing.isEmpty()
        ? Finding.passed(check, "%s publishes %s.".formatted(name, String.join(", ", published)))
        : Finding.failed(
            check,
            "No enabled destination of %s publishes %s."
                .formatted(name, String.join(", ", missing)),
            read
                ? "Set mail_events_queue of the Terraform module, which publishes all of them."
                : "Add them to mail_events.types of the Terraform module, or enable the destination.");
  }

  /** Whether events go somewhere: a destination of CloudWatch counts them only. */
  private static boolean publishes(EventDestination destination) {
    return Boolean.TRUE.equals(destination.enabled())
        && (destination.snsDestination() != null
            || destination.eventBridgeDestination() != null
            || destination.kinesisFirehoseDestination() != null);
  }

  /** The set that emails use: that of the settings, or else the identity's default. */
  private String nameOfSet() throws NotCheckedException {
    if (settings.configurationSet().isPresent()) {
      return settings.configurationSet().get();
    }
    return sender
        .get()
        .map(identity -> identity.state().configurationSetName())
        .filter(name -> !name.isBlank())
        .orElseThrow(
            () ->
                new NotCheckedException(
                    "SES_CONFIGURATION_SET is not set, and the identity has no default set: emails have no"
                        + " events."));
  }
}
