package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** One of the two APIs of SES; {@link SesMailer} knows what both have in common. */
abstract class SesApi {
  /** An email with every part that a request can have. */
  static Email sample() {
    return Email.builder()
        .from(EmailAddress.of("noreply@healthmetrics.example"))
        .replyTo(EmailAddress.of("help@healthmetrics.example"))
        .to(EmailAddress.of("sample@healthmetrics.example"))
        .subject("Sample")
        .text("Sample")
        .html("<img src=\"cid:sample\">")
        .header("X-Sample", "sample")
        .tag("sample", "sample")
        .attach(EmailAttachment.inline("sample", "sample.png", "image/png", new byte[1]))
        .accountMail()
        .build();
  }

  /**
   * Prepares the request for an email, before any credentials are resolved.
   *
   * @return sends one request, with the credentials and the timeout that it is given, and returns
   *     the message id of the response
   * @throws MailException if this API does not carry the email
   */
  abstract Function<AwsRequestOverrideConfiguration, @Nullable String> request(
      Email email, @Nullable String configurationSet);

  /**
   * Whether a failure is an error response of SES, rather than one of another service of AWS, which
   * an HTTP client or an interceptor may call after the email was sent.
   */
  abstract boolean isResponse(AwsServiceException failure);

  /**
   * Prepares the look-up of an address in the suppression list.
   *
   * @return sends one request, with the credentials and the timeout that it is given
   * @throws UnsupportedOperationException if this API has no such request
   */
  abstract Function<AwsRequestOverrideConfiguration, Optional<Suppression>> suppression(
      String address);

  /**
   * Prepares the removal of an address from the suppression list.
   *
   * @return sends one request, with the credentials and the timeout that it is given, and returns
   *     whether the address was on the list
   * @throws UnsupportedOperationException if this API has no such request
   */
  abstract Function<AwsRequestOverrideConfiguration, Boolean> release(String address);

  /** The account's send rate in recipients per second; empty if it is unknown. */
  abstract OptionalDouble sendRate();

  abstract void close();

  /** Addresses as both APIs accept them. */
  static @Nullable List<String> headerValues(List<EmailAddress> addresses) {
    return values(addresses, EmailAddress::toHeaderValue);
  }

  /** Values of a request; null where there are none, which the SDK leaves out. */
  static <T, V> @Nullable List<V> values(Collection<T> parts, Function<T, V> value) {
    return parts.isEmpty() ? null : parts.stream().map(value).toList();
  }
}
