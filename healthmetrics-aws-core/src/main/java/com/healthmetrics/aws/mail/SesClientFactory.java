package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.HttpClients;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.internal.SdkLinkage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/**
 * The settings of the SDK's client of SES.
 *
 * <p>Immutable and thread-safe.
 */
record SesClientFactory(
    Region region,
    AwsCredentialsProvider credentials,
    @Nullable SdkHttpClient httpClient,
    @Nullable URI endpoint,
    SesSender sender,
    boolean apiV1,
    boolean untrackedAccountMail) {

  /**
   * A client that is built when the first email needs it, or now if it may not link.
   *
   * @throws ConfigurationException if an artifact is missing, or the SDK too old or mixed
   */
  Lazy<SesApi> api() {
    if (apiV1) {
      requireV1Dependencies();
    }
    if (httpClient == null) {
      HttpClients.requireOne();
    }
    String oldest = untrackedAccountMail ? SesV2Api.UNTRACKED_SINCE : SdkLinkage.OLDEST;
    Lazy<SesApi> api = new Lazy<>(() -> SdkLinkage.build("SES", oldest, this::newApi));
    if (!SdkLinkage.fits(oldest)) {
      // Links every method of the SDK that a request needs.
      SdkLinkage.link(
          oldest,
          () -> {
            SdkLinkage.linkRequests();
            return api.get().map(linked -> linked.request(SesApi.sample(), "sample"));
          });
    }
    return api;
  }

  private SesApi newApi() {
    return apiV1
        ? new SesV1Api(client(SesClient.builder()), sender, new MimeWriter())
        : new SesV2Api(client(SesV2Client.builder()), sender, untrackedAccountMail);
  }

  private <S extends AwsSyncClientBuilder<S, C> & AwsClientBuilder<S, C>, C extends SdkClient>
      C client(S builder) {
    builder
        .region(region)
        .credentialsProvider(CurrentCredentials.shielded(credentials))
        // The SDK's retry would send an email up to four times when responses are lost.
        .overrideConfiguration(
            configuration ->
                configuration
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .addExecutionInterceptor(
                        new BoundedResponses(BoundedResponses.SMALL, request -> false))
                    .addExecutionInterceptor(new Transmission.Watch()));
    if (httpClient != null) {
      builder.httpClient(httpClient);
    }
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder.build();
  }

  private static void requireV1Dependencies() {
    List<String> problems = new ArrayList<>();
    requireUsable(() -> SesClient.builder(), "software.amazon.awssdk:ses", problems);
    requireUsable(
        () -> new MimeWriter(),
        "org.eclipse.angus:angus-mail 2.x, and on a module path require org.eclipse.angus.mail",
        problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static void requireUsable(Runnable use, String artifact, List<String> problems) {
    try {
      use.run();
    } catch (LinkageError | IllegalStateException e) {
      problems.add(
          "SesMailer with apiV1() cannot use a class it needs (%s). Add %s, or leave out apiV1()."
              .formatted(e.getClass().getSimpleName(), artifact));
    }
  }
}
