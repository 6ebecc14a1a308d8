package com.healthmetrics.aws.doctor;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.DkimAttributes;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.GetAccountRequest;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsRequest;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsResponse;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetRequest;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;

/** An SES that reports states that the local server does not have. */
class ChangedSes implements SesV2Client {
  private final SesV2Client ses;

  ChangedSes(SesV2Client ses) {
    this.ses = ses;
  }

  static UnaryOperator<SesV2Client> dkim(Consumer<DkimAttributes.Builder> change) {
    return ses ->
        new ChangedSes(ses) {
          @Override
          public GetEmailIdentityResponse getEmailIdentity(GetEmailIdentityRequest request) {
            GetEmailIdentityResponse found = super.getEmailIdentity(request);
            return found.copy(
                identity -> identity.dkimAttributes(found.dkimAttributes().copy(change::accept)));
          }
        };
  }

  /** Of a policy that allows to read one identity only. */
  static UnaryOperator<SesV2Client> readableIdentity(String readable) {
    return ses ->
        new ChangedSes(ses) {
          @Override
          public GetEmailIdentityResponse getEmailIdentity(GetEmailIdentityRequest request) {
            if (request.emailIdentity().equals(readable)) {
              return super.getEmailIdentity(request);
            }
            throw SesV2Exception.builder()
                .statusCode(403)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode("AccessDeniedException").build())
                .build();
          }
        };
  }

  static UnaryOperator<SesV2Client> account(Consumer<GetAccountResponse.Builder> change) {
    return ses ->
        new ChangedSes(ses) {
          @Override
          public GetAccountResponse getAccount(GetAccountRequest request) {
            return super.getAccount(request).copy(change::accept);
          }
        };
  }

  static UnaryOperator<SesV2Client> configurationSet(
      Consumer<GetConfigurationSetResponse.Builder> change) {
    return ses ->
        new ChangedSes(ses) {
          @Override
          public GetConfigurationSetResponse getConfigurationSet(
              GetConfigurationSetRequest request) {
            return super.getConfigurationSet(request).copy(change::accept);
          }
        };
  }

  static UnaryOperator<SesV2Client> events(EventDestination... destinations) {
    return ses ->
        new ChangedSes(ses) {
          @Override
          public GetConfigurationSetEventDestinationsResponse getConfigurationSetEventDestinations(
              GetConfigurationSetEventDestinationsRequest request) {
            return super.getConfigurationSetEventDestinations(request)
                .copy(found -> found.eventDestinations(destinations));
          }
        };
  }

  @Override
  public GetEmailIdentityResponse getEmailIdentity(GetEmailIdentityRequest request) {
    return ses.getEmailIdentity(request);
  }

  @Override
  public GetAccountResponse getAccount(GetAccountRequest request) {
    return ses.getAccount(request);
  }

  @Override
  public GetConfigurationSetResponse getConfigurationSet(GetConfigurationSetRequest request) {
    return ses.getConfigurationSet(request);
  }

  @Override
  public GetConfigurationSetEventDestinationsResponse getConfigurationSetEventDestinations(
      GetConfigurationSetEventDestinationsRequest request) {
    return ses.getConfigurationSetEventDestinations(request);
  }

  @Override
  public String serviceName() {
    return ses.serviceName();
  }

  @Override
  public void close() {
    ses.close();
  }
}
