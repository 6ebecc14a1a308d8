package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.mail.EmailAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one environment, read once and checked as a whole.
 *
 * <table>
 *   <caption>Names</caption>
 *   <tr><th>name</th><th>value</th></tr>
 *   <tr><td>{@code AWS_REGION}</td><td>the bucket's region</td></tr>
 *   <tr><td>{@code S3_BUCKET_NAME}</td><td>the bucket</td></tr>
 *   <tr><td>{@code CLOUDFRONT_URL}</td><td>base URL of the distribution</td></tr>
 *   <tr><td>{@code SES_FROM_EMAIL}</td><td>sender, with or without a display name</td></tr>
 *   <tr><td>{@code APP_URL}</td><td>base URL of the application, for links in mails</td></tr>
 *   <tr><td>{@code SES_REGION}</td><td>optional; {@code AWS_REGION} otherwise</td></tr>
 *   <tr><td>{@code SES_CONFIGURATION_SET}</td><td>optional</td></tr>
 *   <tr><td>{@code CLOUDFRONT_KEY_PAIR_ID}, {@code CLOUDFRONT_PRIVATE_KEY}</td><td>optional, both or
 *     neither; what signs the URLs of private pictures: the public key's id and the private key in
 *     PEM, whose line breaks may be written as {@code \n}</td></tr>
 *   <tr><td>{@code ENVIRONMENT}</td><td>optional; {@code development} logs mails instead of sending
 *     them, any other value sends</td></tr>
 *   <tr><td>{@code AWS_ENDPOINT_URL_S3}, {@code AWS_ENDPOINT_URL_SESV2}</td><td>optional; endpoints
 *     of a local stack, as the SDK names them; the bucket then goes into the path</td></tr>
 *   <tr><td>{@code AWS_ENDPOINT_URL}</td><td>optional; stands in for both</td></tr>
 *   <tr><td>{@code AWS_USE_DUALSTACK_ENDPOINT}, {@code AWS_USE_FIPS_ENDPOINT}</td><td>optional;
 *     {@code true} takes S3's hosts that answer on IPv6 too, or those with FIPS 140 validated
 *     cryptography, as the SDK names them; not beside an endpoint of one's own</td></tr>
 *   <tr><td>{@code S3_PUBLIC_ENDPOINT_URL}</td><td>optional; where browsers reach S3, if that is
 *     another name than this process uses, as with containers</td></tr>
 * </table>
 *
 * <p>A blank value counts as missing. URLs are https, or http on a loopback host. Credentials are
 * no settings: they come from the SDK's provider chain.
 *
 * <pre>{@code
 * AwsSettings settings = AwsSettings.fromEnvironment(System.getenv());
 * HealthMetricsAws aws =
 *     HealthMetricsAws.create(settings, DefaultCredentialsProvider.builder().build());
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class AwsSettings {
  private final String region;
  private final String bucketName;
  private final URI cloudFrontUrl;
  private final EmailAddress fromEmail;
  private final URI appUrl;
  private final String sesRegion;
  private final Optional<String> configurationSet;
  private final boolean development;
  private final Optional<CloudFrontSigningKey> cloudFrontKey;
  private final Optional<URI> s3Endpoint;
  private final Optional<URI> s3PublicEndpoint;
  private final Optional<URI> sesEndpoint;
  private final boolean dualStack;
  private final boolean fips;

  private AwsSettings(Reader reader) {
    Optional<String> region = reader.required("AWS_REGION", Checks::region);
    Optional<String> bucket = reader.required("S3_BUCKET_NAME", Checks::bucketName);
    Optional<URI> cloudFront = reader.required("CLOUDFRONT_URL", Checks::baseUrl);
    Optional<EmailAddress> from = reader.required("SES_FROM_EMAIL", EmailAddress::parse);
    Optional<URI> app = reader.required("APP_URL", Checks::baseUrl);
    Optional<String> sesRegion = reader.optional("SES_REGION", Checks::region);
    this.configurationSet = reader.optional("SES_CONFIGURATION_SET", Checks::configurationSet);
    Optional<URI> endpoint = reader.optional("AWS_ENDPOINT_URL", Checks::baseUrl);
    this.s3Endpoint = reader.optional("AWS_ENDPOINT_URL_S3", Checks::baseUrl).or(() -> endpoint);
    this.sesEndpoint =
        reader.optional("AWS_ENDPOINT_URL_SESV2", Checks::baseUrl).or(() -> endpoint);
    this.s3PublicEndpoint =
        reader.optional("S3_PUBLIC_ENDPOINT_URL", Checks::baseUrl).or(() -> s3Endpoint);
    this.cloudFrontKey =
        reader.pair(
            "CLOUDFRONT_KEY_PAIR_ID", "CLOUDFRONT_PRIVATE_KEY", CloudFrontSigningKey::fromPem);
    this.development = reader.is("ENVIRONMENT", "development");
    this.dualStack = reader.optional("AWS_USE_DUALSTACK_ENDPOINT", Checks::flag).orElse(false);
    this.fips = reader.optional("AWS_USE_FIPS_ENDPOINT", Checks::flag).orElse(false);
    if ((dualStack || fips) && s3PublicEndpoint.isPresent()) {
      reader.problem(
          "AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT choose among AWS's own hosts, but an"
              + " endpoint of your own is set for S3. Set one or the other.");
    }
    reader.throwIfProblems();
    this.region = region.orElseThrow();
    this.bucketName = bucket.orElseThrow();
    this.cloudFrontUrl = cloudFront.orElseThrow();
    this.fromEmail = from.orElseThrow();
    this.appUrl = app.orElseThrow();
    this.sesRegion = sesRegion.orElse(this.region);
  }

  /**
   * Reads the settings; a pure function of the map.
   *
   * @param environment usually {@link System#getenv()}; other names in it are ignored
   * @return the settings
   * @throws ConfigurationException if values are missing or malformed; all of them are named
   * @throws NullPointerException if {@code environment} is null
   */
  public static AwsSettings fromEnvironment(Map<String, String> environment) {
    return new AwsSettings(new Reader(environment));
  }

  /** Reads one value after the other and collects what is wrong with them. */
  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    <T> Optional<T> required(String name, Function<String, T> parser) {
      if (value(name) == null) {
        problems.add(name + " is not set. Set it in this process's environment.");
      }
      return optional(name, parser);
    }

    <T> Optional<T> optional(String name, Function<String, T> parser) {
      String value = value(name);
      if (value == null) {
        return Optional.empty();
      }
      try {
        return Optional.of(parser.apply(value));
      } catch (IllegalArgumentException e) {
        problems.add(name + " is not usable. " + e.getMessage());
        return Optional.empty();
      }
    }

    /** Two values that are of use together only. */
    <T> Optional<T> pair(String first, String second, BiFunction<String, String, T> parser) {
      String one = value(first);
      String other = value(second);
      if (one == null && other == null) {
        return Optional.empty();
      }
      if (one == null || other == null) {
        problems.add(
            (one == null ? first : second)
                + " is not set, but "
                + (one == null ? second : first)
                + " is. Set both or neither.");
        return Optional.empty();
      }
      try {
        return Optional.of(parser.apply(one, other));
      } catch (IllegalArgumentException e) {
        problems.add(first + " and " + second + " are not usable. " + e.getMessage());
        return Optional.empty();
      }
    }

    void problem(String sentence) {
      problems.add(sentence);
    }

    boolean is(String name, String expected) {
      return expected.equals(environment.get(name));
    }

    private @Nullable String value(String name) {
      String value = environment.get(name);
      return value == null || value.isBlank() ? null : value;
    }

    void throwIfProblems() {
      if (!problems.isEmpty()) {
        throw new ConfigurationException(problems);
      }
    }
  }

  /**
   * {@code AWS_REGION}.
   *
   * @return the code of the bucket's region
   */
  public String region() {
    return region;
  }

  /**
   * {@code S3_BUCKET_NAME}.
   *
   * @return the bucket's name
   */
  public String bucketName() {
    return bucketName;
  }

  /**
   * {@code CLOUDFRONT_URL}.
   *
   * @return the distribution's base URL, without a trailing slash
   */
  public URI cloudFrontUrl() {
    return cloudFrontUrl;
  }

  /**
   * {@code SES_FROM_EMAIL}.
   *
   * @return the sender
   */
  public EmailAddress fromEmail() {
    return fromEmail;
  }

  /**
   * {@code APP_URL}.
   *
   * @return the application's base URL, without a trailing slash
   */
  public URI appUrl() {
    return appUrl;
  }

  /**
   * {@code SES_REGION}.
   *
   * @return the code of the region that sends mail
   */
  public String sesRegion() {
    return sesRegion;
  }

  /**
   * {@code SES_CONFIGURATION_SET}.
   *
   * @return the configuration set's name, or empty
   */
  public Optional<String> configurationSet() {
    return configurationSet;
  }

  /**
   * {@code CLOUDFRONT_KEY_PAIR_ID} and {@code CLOUDFRONT_PRIVATE_KEY}.
   *
   * @return the key that signs the URLs of private pictures, or empty
   */
  public Optional<CloudFrontSigningKey> cloudFrontKey() {
    return cloudFrontKey;
  }

  /**
   * Whether {@code ENVIRONMENT} is exactly {@code development}.
   *
   * @return true where mails are logged instead of sent
   */
  public boolean development() {
    return development;
  }

  /**
   * {@code AWS_ENDPOINT_URL_S3}, or else {@code AWS_ENDPOINT_URL}.
   *
   * @return another endpoint than AWS's own, or empty
   */
  public Optional<URI> s3Endpoint() {
    return s3Endpoint;
  }

  /**
   * {@code S3_PUBLIC_ENDPOINT_URL}, or else {@link #s3Endpoint()}: what uploads are signed for.
   *
   * @return another endpoint than AWS's own, or empty
   */
  public Optional<URI> s3PublicEndpoint() {
    return s3PublicEndpoint;
  }

  /**
   * {@code AWS_ENDPOINT_URL_SESV2}, or else {@code AWS_ENDPOINT_URL}.
   *
   * @return another endpoint than AWS's own, or empty
   */
  public Optional<URI> sesEndpoint() {
    return sesEndpoint;
  }

  /**
   * {@code AWS_USE_DUALSTACK_ENDPOINT}.
   *
   * @return true where S3's hosts shall be those that answer on IPv6 too
   */
  public boolean dualStack() {
    return dualStack;
  }

  /**
   * {@code AWS_USE_FIPS_ENDPOINT}.
   *
   * @return true where S3's hosts shall be those with FIPS 140 validated cryptography
   */
  public boolean fips() {
    return fips;
  }

  /** Regions, bucket and URLs; the sender is masked. */
  @Override
  public String toString() {
    return "AwsSettings["
        + String.join(
            ", ", region, bucketName, cloudFrontUrl.toString(), fromEmail.toString(), sesRegion)
        + (development ? ", development" : "")
        + "]";
  }
}
