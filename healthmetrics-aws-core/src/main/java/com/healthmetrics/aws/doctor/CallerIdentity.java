package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.internal.ErrorNames;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Who the credentials belong to, by {@code GetCallerIdentity}, without the SDK's module of STS.
 *
 * <p>The request needs no permission and no policy can deny it, so a refusal concerns the
 * credentials. It is sent to the endpoint of the region, as the SDK's clients do: that of the whole
 * partition accepts no tokens of regions that an account has to opt in to.
 *
 * <p>Sources: AWS Security Token Service API Reference, "GetCallerIdentity"; AWS Identity and
 * Access Management User Guide, "Manage AWS STS in an AWS Region" and "IAM identifiers".
 */
final class CallerIdentity {
  private static final String FORM = "Action=GetCallerIdentity&Version=2011-06-15";
  private static final Pattern ARN =
      Pattern.compile(
          "<Arn>(arn:[a-z-]{1,20}:(?:iam|sts)::(\\d{12}):([\\x21-\\x7E&&[^<]]{1,600}))</Arn>");
  private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,100})</Code>");

  private final AwsSettings settings;
  private final Optional<URI> endpoint;
  private final Http http;
  private final Clock clock;
  private Optional<String> account = Optional.empty();

  /**
   * Creates the check.
   *
   * @param endpoint of a local stack; empty for AWS
   */
  CallerIdentity(AwsSettings settings, Optional<URI> endpoint, Http http, Clock clock) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.http = http;
    this.clock = clock;
  }

  /** The id of the caller's account; empty before the check and if that did not find it. */
  Optional<String> account() {
    return account;
  }

  Finding find(String check, AwsCredentials credentials) throws NotCheckedException {
    if (endpoint.isEmpty() && settings.s3Endpoint().isPresent()) {
      throw new NotCheckedException(
          "S3 has an endpoint of its own, and STS has none. Set AWS_ENDPOINT_URL_STS.");
    }
    String region = settings.region().id();
    Http.Response response =
        http.send(
            SignedRequest.form(
                endpoint.orElseGet(() -> endpoint(settings.region())),
                FORM,
                region,
                "sts",
                credentials,
                clock.instant()));
    String body = response.text();
    Matcher arn = ARN.matcher(body);
    if (response.status() == 200 && arn.find()) {
      account = Optional.of(arn.group(2));
      return Finding.passed(
          check,
          "The caller is %s. %s".formatted(withoutAddress(arn.group(1)), kind(arn.group(3))));
    }
    Matcher code = CODE.matcher(body);
    Optional<String> known = code.find() ? ErrorNames.code(code.group(1)) : Optional.empty();
    if (known.isEmpty() || response.status() >= 500) {
      throw new NotCheckedException(
          "STS, or a server in between, responded with %s. Check network, proxy and AWS_ENDPOINT_URL_STS."
              .formatted(response.status()));
    }
    return Finding.failed(
        check,
        "STS does not accept the credentials (%s %s).".formatted(response.status(), known.get()),
        "Replace the credentials, or synchronize this machine's clock.");
  }

  /** Sessions of people are often named by their email address. */
  private static String withoutAddress(String arn) {
    return arn.contains("@") ? arn.substring(0, arn.lastIndexOf('/') + 1) + "***" : arn;
  }

  private static URI endpoint(Region region) {
    return URI.create(
        "https://sts.%s.%s".formatted(region.id(), PartitionMetadata.of(region).dnsSuffix()));
  }

  /** What the results hold for: permissions are those of the caller. */
  private static String kind(String resource) {
    if (resource.startsWith("assumed-role/AWSReservedSSO_")) {
      return "This is a person's role, not the application's: permissions may differ.";
    }
    return resource.startsWith("assumed-role/")
        ? "Compare the role with the application's: permissions are those of this role."
        : "This is not a role, so it is not the application's: permissions may differ.";
  }
}
