package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.ErrorNames;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.SdkLinkage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.SesV2ClientBuilder;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;

/**
 * What SES reports about itself, by requests that change nothing.
 *
 * <p>Each method throws {@link NotCheckedException} if the question remains open, with the missing
 * permission or what else prevented the response; never with SES's own text, which may repeat an
 * address. The SDK repeats what was throttled: SES allows one such request a second. Not
 * thread-safe.
 *
 * <p>Source: Amazon SES API v2 Reference, the actions of the methods' names.
 */
final class SesReader implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SesV2Client client;
  private @Nullable NotCheckedException unreachable;

  SesReader(SesV2Client client) {
    this.client = client;
  }

  /**
   * Creates a reader.
   *
   * @throws com.healthmetrics.aws.ConfigurationException if the SDK's client cannot be built
   */
  static SesReader of(AwsSettings settings, AwsCredentialsProvider credentials) {
    return SdkLinkage.build(
        "SES", SdkLinkage.OLDEST, () -> new SesReader(client(settings, credentials)));
  }

  private static SesV2Client client(AwsSettings settings, AwsCredentialsProvider credentials) {
    SesV2ClientBuilder client =
        SesV2Client.builder()
            .region(settings.sesRegion())
            .credentialsProvider(CurrentCredentials.shielded(credentials))
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy())
                        .apiCallTimeout(TIMEOUT)
                        .addExecutionInterceptor(
                            new BoundedResponses(BoundedResponses.SMALL, request -> false)));
    settings.sesEndpoint().ifPresent(client::endpointOverride);
    return client.build();
  }

  /**
   * Requires that no request has failed to reach SES: each waits for as long as the first, and the
   * report is due within a minute.
   */
  void requireReachable() throws NotCheckedException {
    if (unreachable != null) {
      throw unreachable;
    }
  }

  /** {@code GetEmailIdentity}; empty if there is no such identity in the account and region. */
  Optional<GetEmailIdentityResponse> identity(String domainOrAddress) throws NotCheckedException {
    return findable(
        "ses:GetEmailIdentity",
        () -> client.getEmailIdentity(request -> request.emailIdentity(domainOrAddress)));
  }

  /** {@code GetAccount}. */
  GetAccountResponse account() throws NotCheckedException {
    return read("ses:GetAccount", () -> client.getAccount(request -> {}));
  }

  /** {@code GetConfigurationSet}; empty if there is no such set in the account and region. */
  Optional<GetConfigurationSetResponse> configurationSet(String name) throws NotCheckedException {
    return findable(
        "ses:GetConfigurationSet",
        () -> client.getConfigurationSet(request -> request.configurationSetName(name)));
  }

  /** {@code GetConfigurationSetEventDestinations}; empty if there is no such set. */
  Optional<List<EventDestination>> eventDestinations(String configurationSet)
      throws NotCheckedException {
    return findable(
        "ses:GetConfigurationSetEventDestinations",
        () ->
            client
                .getConfigurationSetEventDestinations(
                    request -> request.configurationSetName(configurationSet))
                .eventDestinations());
  }

  private <T> Optional<T> findable(String permission, Supplier<T> request)
      throws NotCheckedException {
    return read(
        permission,
        () -> {
          try {
            return Optional.of(request.get());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private <T> T read(String permission, Supplier<T> request) throws NotCheckedException {
    requireReachable();
    try {
      return request.get();
    } catch (Throwable e) {
      // HTTP clients and credentials providers throw anything.
      Failures.beforeReplacing(e);
      throw explained(permission, e);
    }
  }

  private NotCheckedException explained(String permission, Throwable failure) {
    if (!(failure instanceof AwsServiceException response)) {
      unreachable =
          new NotCheckedException(
              "SES could not be asked (%s). Check network, proxy, SES_REGION and the endpoint."
                  .formatted(BoundedResponses.describe(Failures.rootCause(failure))));
      return unreachable;
    }
    Optional<String> code = ErrorNames.code(response);
    if (code.filter(known -> known.startsWith("AccessDenied")).isPresent()) {
      return new PermissionMissingException(permission);
    }
    return new NotCheckedException(
        "SES, or a server in between, responded to %s with %s %s%s."
            .formatted(
                permission,
                response.statusCode(),
                code.orElse("without an error code"),
                ErrorNames.requestId(response).map(id -> ", request id " + id).orElse("")));
  }

  @Override
  public void close() {
    client.close();
  }
}
