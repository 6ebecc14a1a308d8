package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The credentials that sign one try. */
record SesCredentials(AwsCredentialsProvider provider, Clock clock) {
  /**
   * Resolves credentials that are valid now.
   *
   * @param left the time that is left, as it passes
   * @param request the request that they sign, for the messages of failures
   * @return the credentials that were checked: a provider that is asked twice could fail the second
   *     time
   * @throws MailException if there are none, or if the provider leaves too little time to send
   */
  AwsCredentialsProvider resolve(Supplier<Duration> left, SesRequest request) {
    Duration before = left.get();
    try {
      AwsCredentialsProvider checked =
          StaticCredentialsProvider.create(CurrentCredentials.resolve(provider, clock));
      requireTimeToSend(before, left.get(), request);
      return checked;
    } catch (CurrentCredentials.Unavailable e) {
      throw new MailException(
          Kind.CREDENTIALS_UNAVAILABLE, e.getMessage() + " " + request.notDoneSentence(), e);
    }
  }

  /** A try that times out would leave the outcome unknown, only because the provider was slow. */
  private static void requireTimeToSend(Duration before, Duration rest, SesRequest request) {
    if (Retry.isTooShort(rest) && rest.multipliedBy(2).compareTo(before) < 0) {
      throw new MailException(
          Kind.CREDENTIALS_UNAVAILABLE,
          ("Fetching the AWS credentials took %s of the %s ms that were left of the deadline; %s."
                  + " Use a provider that caches them, or a longer deadline.")
              .formatted(before.minus(rest).toMillis(), before.toMillis(), request.notDone()));
    }
  }
}
