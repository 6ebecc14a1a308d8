package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.SesIdentityArn;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesMailer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

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
 *   <tr><td>{@code APP_URL}</td><td>base URL of the application, for links in emails</td></tr>
 *   <tr><td>{@code SES_REGION}</td><td>optional. Default: {@code AWS_REGION}</td></tr>
 *   <tr><td>{@code SES_CONFIGURATION_SET}</td><td>optional</td></tr>
 *   <tr><td>{@code SES_IDENTITY_ARN}</td><td>optional; the identity of another AWS account that
 *     emails are sent from, see {@link SesMailer.Builder#identityArn}</td></tr>
 *   <tr><td>{@code MAIL_EVENTS_QUEUE_URL}</td><td>optional; the SQS queue with the events of emails,
 *     which the application reads itself</td></tr>
 *   <tr><td>{@code CLOUDFRONT_KEY_PAIR_ID}, {@code CLOUDFRONT_PRIVATE_KEY}</td><td>optional, both or
 *     neither: the public key's id and the private key in PEM that sign the URLs of private
 *     pictures; line breaks may be written as {@code \n}</td></tr>
 *   <tr><td>{@code ENVIRONMENT}</td><td>optional; {@code development} logs emails instead of sending
 *     them, any other value sends</td></tr>
 *   <tr><td>{@code ALLOW_CLEARTEXT_HTTP}</td><td>optional; {@code true} allows URLs that are plain
 *     http on any host, which anyone on the network can read; for a development network only, and
 *     implied by {@code ENVIRONMENT=development}</td></tr>
 *   <tr><td>{@code AWS_ENDPOINT_URL_S3}, {@code AWS_ENDPOINT_URL_SESV2}</td><td>optional; endpoints
 *     of a local stack, named as in the SDK; the bucket then goes into the path</td></tr>
 *   <tr><td>{@code AWS_ENDPOINT_URL}</td><td>optional; sets both</td></tr>
 *   <tr><td>{@code AWS_USE_DUALSTACK_ENDPOINT}, {@code AWS_USE_FIPS_ENDPOINT}</td><td>optional, named
 *     as in the SDK; {@code true} selects S3's hosts for IPv6, or with FIPS 140 validated
 *     cryptography; not together with an S3 endpoint of your own</td></tr>
 *   <tr><td>{@code S3_PUBLIC_ENDPOINT_URL}</td><td>optional; the endpoint at which browsers reach S3,
 *     if it is not the one that this process uses, as with containers</td></tr>
 *   <tr><td>{@code S3_MAX_PRESIGN_SECONDS}</td><td>optional; the age above which the bucket's policy
 *     refuses presigned requests, in whole seconds from 1 to 604,800</td></tr>
 *   <tr><td>{@code HEALTHMETRICS_MODULE_VERSION}</td><td>optional; version of the Terraform module
 *     that created the environment</td></tr>
 * </table>
 *
 * <p>A blank value counts as missing. URLs are https, or http on this machine ({@code localhost},
 * {@code *.localhost}, {@code 127.0.0.0/8} and {@code [::1]}) unless {@code ALLOW_CLEARTEXT_HTTP}
 * allows other hosts. Credentials are not settings: they come from the SDK's provider chain.
 *
 * <pre>{@code
 * AwsSettings settings = AwsSettings.fromEnvironment(System.getenv());
 * HealthMetricsAws aws = HealthMetricsAws.builder(settings).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AwsSettings {
  /** Values in lower case that probably mean {@code development}. */
  private static final Set<String> MEANT_AS_DEVELOPMENT =
      Set.of("development", "dev", "devel", "develop", "local");

  /** Versions of Maven and of Git tags; one that is longer is a mistake. */
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+-]{0,63}");

  private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,5}");

  /**
   * The longest lifetime of a presigned URL.
   *
   * <p>Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS
   * Signature Version 4)".
   */
  private static final Duration MAX_PRESIGN_AGE = Duration.ofDays(7);

  private final Region region;
  private final String bucketName;
  private final URI cloudFrontUrl;
  private final EmailAddress fromEmail;
  private final URI appUrl;
  private final Region sesRegion;
  private final Optional<String> configurationSet;
  private final Optional<String> identityArn;
  private final Optional<URI> mailEventsQueueUrl;
  private final boolean development;
  private final Optional<String> mistakenDevelopment;
  private final boolean cleartextHttpAllowed;
  private final Optional<CloudFrontSigningKey> cloudFrontKey;
  private final Optional<URI> s3Endpoint;
  private final Optional<URI> s3PublicEndpoint;
  private final Optional<URI> sesEndpoint;
  private final boolean dualStack;
  private final boolean fips;
  private final Optional<Duration> maxPresignAge;
  private final Optional<String> moduleVersion;

  private AwsSettings(Reader reader) {
    Optional<String> environment = reader.optional("ENVIRONMENT", Function.identity());
    this.development = environment.filter("development"::equals).isPresent();
    this.mistakenDevelopment =
        environment.filter(value -> !development && isMeantAsDevelopment(value));
    this.cleartextHttpAllowed =
        reader.optional("ALLOW_CLEARTEXT_HTTP", Checks::flag).orElse(false) || development;
    Optional<Region> region = reader.required("AWS_REGION", AwsSettings::region);
    Optional<String> bucket = reader.required("S3_BUCKET_NAME", Checks::bucketName);
    Optional<URI> cloudFront = reader.required("CLOUDFRONT_URL", this::baseUrl);
    Optional<EmailAddress> from = reader.required("SES_FROM_EMAIL", EmailAddress::parse);
    Optional<URI> app = reader.required("APP_URL", this::baseUrl);
    Optional<Region> sesRegion = reader.optional("SES_REGION", AwsSettings::region);
    this.configurationSet = reader.optional("SES_CONFIGURATION_SET", Checks::configurationSet);
    Optional<Region> sending = sesRegion.or(() -> region);
    this.identityArn =
        reader
            .optional("SES_IDENTITY_ARN", arn -> identity(arn, from, sending))
            .map(SesIdentityArn::text);
    this.mailEventsQueueUrl = reader.optional("MAIL_EVENTS_QUEUE_URL", this::queueUrl);
    Optional<URI> endpoint = reader.optional("AWS_ENDPOINT_URL", this::baseUrl);
    this.s3Endpoint = reader.optional("AWS_ENDPOINT_URL_S3", this::baseUrl).or(() -> endpoint);
    this.sesEndpoint = reader.optional("AWS_ENDPOINT_URL_SESV2", this::baseUrl).or(() -> endpoint);
    this.s3PublicEndpoint =
        reader.optional("S3_PUBLIC_ENDPOINT_URL", this::baseUrl).or(() -> s3Endpoint);
    this.cloudFrontKey =
        reader.pair(
            "CLOUDFRONT_KEY_PAIR_ID", "CLOUDFRONT_PRIVATE_KEY", CloudFrontSigningKey::fromPem);
    this.dualStack = reader.optional("AWS_USE_DUALSTACK_ENDPOINT", Checks::flag).orElse(false);
    this.fips = reader.optional("AWS_USE_FIPS_ENDPOINT", Checks::flag).orElse(false);
    this.maxPresignAge = reader.optional("S3_MAX_PRESIGN_SECONDS", AwsSettings::presignAge);
    this.moduleVersion = reader.optional("HEALTHMETRICS_MODULE_VERSION", AwsSettings::version);
    if ((dualStack || fips) && s3PublicEndpoint.isPresent()) {
      reader.problems.add(
          "AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT select hosts of AWS, but an endpoint of"
              + " your own is set for S3. Set one or the other.");
    }
    if (!reader.problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(reader.problems));
    }
    this.region = region.orElseThrow();
    this.bucketName = bucket.orElseThrow();
    this.cloudFrontUrl = cloudFront.orElseThrow();
    this.fromEmail = from.orElseThrow();
    this.appUrl = app.orElseThrow();
    this.sesRegion = sesRegion.orElse(this.region);
  }

  private static SesIdentityArn identity(
      String arn, Optional<EmailAddress> from, Optional<Region> sending) {
    SesIdentityArn identity = SesIdentityArn.of(arn);
    sending.ifPresent(identity::requireIn);
    if (from.filter(sender -> !identity.covers(sender.address())).isPresent()) {
      throw new IllegalArgumentException(
          "The identity does not cover the address of SES_FROM_EMAIL. Use the ARN of that address, of its"
              + " domain or of a parent domain.");
    }
    return identity;
  }

  private URI baseUrl(String text) {
    URI url = Checks.baseUrl(text);
    Checks.requireEncrypted(
        url, cleartextHttpAllowed, "set ENVIRONMENT=development or ALLOW_CLEARTEXT_HTTP=true");
    return url;
  }

  private URI queueUrl(String text) {
    URI url = baseUrl(text);
    if (url.getPath().isEmpty()) {
      throw new IllegalArgumentException(
          Checks.quote(text)
              + " names no queue. Use the whole URL of the queue, such as"
              + " https://sqs.eu-central-1.amazonaws.com/123456789012/healthmetrics-prod-mail-events.");
    }
    return url;
  }

  private static Duration presignAge(String text) {
    if (!SECONDS.matcher(text).matches() || Integer.parseInt(text) > MAX_PRESIGN_AGE.toSeconds()) {
      throw new IllegalArgumentException(
          Checks.quote(text)
              + " is not the age of a presigned request. Use whole seconds from 1 to "
              + MAX_PRESIGN_AGE.toSeconds()
              + ", digits only.");
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }

  private static String version(String text) {
    if (!VERSION.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Checks.quote(text)
              + " is not a version. Use 1 to 64 letters, digits, dots, hyphens and plus signs, such as"
              + " 1.2.3.");
    }
    return text;
  }

  private static boolean isMeantAsDevelopment(String value) {
    String clean = EnvFile.clean(value);
    return clean.length() <= "development".length()
        && MEANT_AS_DEVELOPMENT.contains(clean.toLowerCase(Locale.ROOT));
  }

  private static Region region(String code) {
    return Region.of(Checks.region(code));
  }

  /**
   * Reads the settings; a pure function of the map.
   *
   * @param environment usually {@link System#getenv()}; other names are ignored
   * @return the settings
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  public static AwsSettings fromEnvironment(Map<String, String> environment) {
    return fromProperties(environment::get);
  }

  /**
   * Reads the settings from the properties of a framework, such as those of Spring by {@code
   * environment::getProperty}.
   *
   * @param properties returns the value of a name, or null if it is not set; asked for the names of
   *     the settings alone, whatever else there is
   * @return the settings
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  public static AwsSettings fromProperties(Function<String, @Nullable String> properties) {
    return new AwsSettings(new Reader(Objects.requireNonNull(properties, "properties")));
  }

  /** Reads the values and collects all problems. */
  private static final class Reader {
    private final Function<String, @Nullable String> properties;
    private final Set<String> problems = new LinkedHashSet<>();

    Reader(Function<String, @Nullable String> properties) {
      this.properties = properties;
    }

    <T> Optional<T> required(String name, Function<String, T> parser) {
      if (value(name) == null && properties.apply(EnvFile.EXPORT + name) == null) {
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
        problems.add(name + " is not valid. " + EnvFile.advice(value).orElse(e.getMessage()));
        return Optional.empty();
      }
    }

    /** Reads two values that are only useful together. */
    <T> Optional<T> pair(String first, String second, BiFunction<String, String, T> parser) {
      String one = value(first);
      String other = value(second);
      if (one == null && other == null) {
        return Optional.empty();
      }
      if (one == null || other == null) {
        problems.add(
            "%s is not set, but %s is. Set both or neither."
                .formatted(one == null ? first : second, one == null ? second : first));
        return Optional.empty();
      }
      try {
        return Optional.of(parser.apply(one, other));
      } catch (IllegalArgumentException e) {
        // Advice about the first value only: any text may surround a PEM.
        String advice = EnvFile.advice(one).orElse(e.getMessage());
        problems.add(first + " and " + second + " are not valid. " + advice);
        return Optional.empty();
      }
    }

    private @Nullable String value(String name) {
      String value = properties.apply(name);
      if (value == null && properties.apply(EnvFile.EXPORT + name) != null) {
        problems.add(
            name
                + " is not set, but \""
                + EnvFile.EXPORT
                + name
                + "\" is. Remove export from the env file.");
      }
      return value == null || value.isBlank() ? null : value;
    }
  }

  /** {@return the bucket's region, {@code AWS_REGION}} */
  public Region region() {
    return region;
  }

  /** {@return the bucket's name, {@code S3_BUCKET_NAME}} */
  public String bucketName() {
    return bucketName;
  }

  /** {@return the distribution's base URL without a trailing slash, {@code CLOUDFRONT_URL}} */
  public URI cloudFrontUrl() {
    return cloudFrontUrl;
  }

  /** {@return the sender, {@code SES_FROM_EMAIL}} */
  public EmailAddress fromEmail() {
    return fromEmail;
  }

  /** {@return the application's base URL without a trailing slash, {@code APP_URL}} */
  public URI appUrl() {
    return appUrl;
  }

  /** {@return the region that sends email, {@code SES_REGION} or else {@code AWS_REGION}} */
  public Region sesRegion() {
    return sesRegion;
  }

  /** {@return the configuration set's name, {@code SES_CONFIGURATION_SET}} */
  public Optional<String> configurationSet() {
    return configurationSet;
  }

  /** {@return the ARN of the identity of another account, {@code SES_IDENTITY_ARN}} */
  public Optional<String> identityArn() {
    return identityArn;
  }

  /**
   * {@return the URL of the SQS queue with the events of emails, {@code MAIL_EVENTS_QUEUE_URL}}
   *
   * <p>The library does not call SQS: the application receives the messages with a client of its
   * own, and deletes each after it was processed.
   */
  public Optional<URI> mailEventsQueueUrl() {
    return mailEventsQueueUrl;
  }

  /**
   * {@return the key that signs the URLs of private pictures, {@code CLOUDFRONT_KEY_PAIR_ID} and
   * {@code CLOUDFRONT_PRIVATE_KEY}}
   */
  public Optional<CloudFrontSigningKey> cloudFrontKey() {
    return cloudFrontKey;
  }

  /** {@return whether emails are logged instead of sent: {@code ENVIRONMENT=development}} */
  public boolean development() {
    return development;
  }

  /** The value of {@code ENVIRONMENT} if it is not {@code development}, but looks like it. */
  Optional<String> mistakenDevelopment() {
    return mistakenDevelopment;
  }

  /**
   * {@return whether URLs may be plain http on any host: {@code ALLOW_CLEARTEXT_HTTP=true} or
   * {@code ENVIRONMENT=development}}
   */
  public boolean cleartextHttpAllowed() {
    return cleartextHttpAllowed;
  }

  /** {@return the endpoint of S3, {@code AWS_ENDPOINT_URL_S3} or else {@code AWS_ENDPOINT_URL}} */
  public Optional<URI> s3Endpoint() {
    return s3Endpoint;
  }

  /**
   * {@return the endpoint that uploads are signed for, {@code S3_PUBLIC_ENDPOINT_URL} or else
   * {@link #s3Endpoint()}}
   */
  public Optional<URI> s3PublicEndpoint() {
    return s3PublicEndpoint;
  }

  /**
   * {@return the endpoint of SES, {@code AWS_ENDPOINT_URL_SESV2} or else {@code AWS_ENDPOINT_URL}}
   */
  public Optional<URI> sesEndpoint() {
    return sesEndpoint;
  }

  /** {@return whether S3's hosts for IPv6 are selected, {@code AWS_USE_DUALSTACK_ENDPOINT}} */
  public boolean dualStack() {
    return dualStack;
  }

  /** {@return whether S3's FIPS hosts are selected, {@code AWS_USE_FIPS_ENDPOINT}} */
  public boolean fips() {
    return fips;
  }

  /**
   * {@return the age above which the bucket's policy refuses presigned requests, {@code
   * S3_MAX_PRESIGN_SECONDS}: whole seconds, at least 1 and at most 7 days}
   *
   * <p>Signing does not read it: {@link com.healthmetrics.aws.storage.UploadPolicy#lifetime()}
   * decides how long an upload is valid, and the bucket refuses it above this age in any case.
   */
  public Optional<Duration> maxPresignAge() {
    return maxPresignAge;
  }

  /**
   * {@return the version of the Terraform module that created the environment, {@code
   * HEALTHMETRICS_MODULE_VERSION}; the library has the same version}
   */
  public Optional<String> moduleVersion() {
    return moduleVersion;
  }

  /** Regions, bucket, URLs and endpoints; the sender is masked. */
  @Override
  public String toString() {
    return "AwsSettings[%s, %s, %s, %s, %s%s%s%s%s]"
        .formatted(
            region,
            bucketName,
            cloudFrontUrl,
            fromEmail,
            sesRegion,
            s3Endpoint.map(url -> ", S3 at " + url).orElse(""),
            s3PublicEndpoint.map(url -> ", uploads to " + url).orElse(""),
            sesEndpoint.map(url -> ", SES at " + url).orElse(""),
            development ? ", development" : cleartextHttpAllowed ? ", cleartext http allowed" : "");
  }
}
