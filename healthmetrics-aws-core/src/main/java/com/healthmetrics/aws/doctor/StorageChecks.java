package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadVerification;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * What a browser can upload to the bucket, and what it cannot.
 *
 * <p>A refusal counts only where S3 names the reason that is checked: any other would come as well
 * if nothing were protected.
 *
 * <p>Sources: Amazon S3 API Reference, "Error responses", "Authenticating Requests: Using Query
 * Parameters (AWS Signature Version 4)" and "Amazon S3 Signature Version 4 Authentication Specific
 * Policy Keys".
 */
final class StorageChecks {
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(7);
  private static final String MODULE = "Apply the Terraform module's bucket policy";

  private final HealthMetricsAws aws;
  private final AwsSettings settings;
  private final AwsCredentials credentials;
  private final TestPictures pictures;
  private final Http http;
  private final Clock clock;
  private Optional<PresignedPost> posted = Optional.empty();

  StorageChecks(
      HealthMetricsAws aws,
      AwsCredentials credentials,
      TestPictures pictures,
      Http http,
      Clock clock) {
    this.aws = aws;
    this.settings = aws.settings();
    this.credentials = credentials;
    this.pictures = pictures;
    this.http = http;
    this.clock = clock;
  }

  List<Check> checks() {
    return List.of(
        new Check("clock", this::clock),
        new Check("storage.cors", this::cors),
        new Check("storage.put", this::put),
        new Check("storage.post", this::post),
        new Check("storage.publish", this::publish),
        new Check("storage.tampered-url", this::tamperedUrl),
        new Check("storage.expired-url", this::expiredUrl),
        new Check("storage.old-signature", this::oldSignature),
        new Check("storage.outside-pending", this::outsidePending),
        new Check("storage.wrong-type", this::wrongType),
        new Check("storage.wrong-size", this::wrongSize),
        new Check("storage.plain-http", this::plainHttp));
  }

  private S3Response send(HttpRequest request) throws NotCheckedException {
    return S3Response.of(http.send(request));
  }

  private Http.Response preflight() throws NotCheckedException {
    Http.Response response =
        http.send(BrowserUpload.preflight(pictures.put(), Origin.of(settings.appUrl())));
    S3Response.of(response);
    return response;
  }

  private Finding clock(String check) throws NotCheckedException {
    Instant server = date(preflight());
    Duration ahead = Duration.between(server, clock.instant());
    if (ahead.abs().compareTo(TOLERATED_SKEW) <= 0) {
      return Finding.passed(
          check,
          "This machine's clock is within %s s of S3's.".formatted(ahead.abs().toSeconds() + 1));
    }
    return Finding.failed(
        check,
        "This machine's clock is %s s %s S3's."
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of"),
        "Synchronize it: uploads expire too early or too late, and above 15 minutes AWS refuses every"
            + " request.");
  }

  private static Instant date(Http.Response response) throws NotCheckedException {
    try {
      return ZonedDateTime.parse(
              response.header("date").orElse(""), DateTimeFormatter.RFC_1123_DATE_TIME)
          .toInstant();
    } catch (DateTimeParseException e) {
      throw new NotCheckedException("S3's response has no date.");
    }
  }

  private Finding cors(String check) throws NotCheckedException {
    String origin = Origin.of(settings.appUrl());
    Http.Response response = preflight();
    boolean allowed =
        response.status() == 200
            && response
                .header("access-control-allow-origin")
                .filter(value -> value.equals(origin) || value.equals("*"))
                .isPresent();
    return allowed
        ? Finding.passed(check, "Pages of %s may upload.".formatted(origin))
        : Finding.failed(
            check,
            "The bucket's CORS rules do not let pages of %s upload.".formatted(origin),
            "Correct APP_URL, or add the origin and the headers of an upload to the CORS rules: app_url"
                + " and upload_origins of the Terraform module.");
  }

  private Finding put(String check) throws NotCheckedException {
    PresignedPut upload = pictures.put();
    S3Response response = send(BrowserUpload.put(upload, TestPictures.png()));
    if (!response.accepted()) {
      return unaccepted(check, response);
    }
    pictures.keepPending(upload);
    return Finding.passed(check, "S3 accepted a picture by PUT, as a pending object.");
  }

  private Finding post(String check) throws NotCheckedException {
    PresignedPost upload = pictures.post();
    S3Response response = send(BrowserUpload.post(upload, TestPictures.png()));
    if (!response.accepted()) {
      return unaccepted(check, response);
    }
    posted = Optional.of(upload);
    return Finding.passed(check, "S3 accepted a picture by POST, as a pending object.");
  }

  /** An upload that the application's browsers need was not accepted. */
  static Finding unaccepted(String check, S3Response response) throws NotCheckedException {
    if (response.deniedByPolicy()) {
      throw new NotCheckedException(
          "S3 denied it (%s): the credentials lack s3:PutObject for pending/ and this prefix, or a policy denies it. --public-prefix and --private-prefix select prefixes."
              .formatted(response));
    }
    if (response.status() >= 500) {
      throw new NotCheckedException("S3 could not serve it (%s). Try again.".formatted(response));
    }
    return Finding.failed(
        check,
        "S3 did not accept a picture (%s).".formatted(response),
        response.outOfTime()
            ? "Synchronize this machine's clock, see clock."
            : advice(response.code().orElse("")));
  }

  private static String advice(String code) {
    return switch (code) {
      case "ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch" ->
          "Replace the credentials.";
      case "NoSuchBucket" -> "Correct S3_BUCKET_NAME.";
      case "AuthorizationHeaderMalformed",
          "AuthorizationQueryParametersError",
          "IllegalLocationConstraintException",
          "PermanentRedirect",
          "TemporaryRedirect" ->
          "Correct AWS_REGION: it must be the bucket's.";
      default -> "See the code in the Amazon S3 API Reference, Error responses.";
    };
  }

  private Finding publish(String check) throws NotCheckedException {
    PresignedPost upload =
        posted.orElseThrow(
            () ->
                new NotCheckedException("It needs an upload that S3 accepted, see storage.post."));
    return published(check, pictures.publish(upload));
  }

  /** Of a picture whose upload S3 accepted. */
  static Finding published(String check, UploadVerification outcome) throws NotCheckedException {
    if (outcome instanceof UploadVerification.Accepted) {
      return Finding.passed(check, "The upload was verified and published under its final key.");
    }
    if (outcome instanceof UploadVerification.NotUploadedOrForbidden) {
      throw new NotCheckedException(
          "The pending object cannot be read: the credentials lack s3:GetObject or s3:ListBucket for pending/.");
    }
    return Finding.failed(
        check,
        "The verifier does not find what S3 has just accepted (%s)."
            .formatted(outcome.getClass().getSimpleName()),
        "Check that S3_PUBLIC_ENDPOINT_URL and the endpoint of S3 lead to one bucket, and that nothing else"
            + " removes or changes pending objects.");
  }

  private Finding tamperedUrl(String check) throws NotCheckedException {
    PresignedPut upload = pictures.put();
    String url = upload.url().toString();
    String longer = url.replaceFirst("X-Amz-Expires=\\d+", "X-Amz-Expires=86400");
    return refused(
        check,
        "a URL whose lifetime was changed after it was signed",
        "S3 is not what responds here: check the endpoint of S3.",
        new Attempt(
            BrowserUpload.put(URI.create(longer), upload.headers(), TestPictures.png()),
            response -> response.is("SignatureDoesNotMatch")));
  }

  private Finding expiredUrl(String check) throws NotCheckedException {
    PresignedPut upload = signedBefore(Duration.ofHours(1), Duration.ofSeconds(1));
    return refused(
        check,
        "a URL that has expired",
        "Synchronize this machine's clock, see clock.",
        new Attempt(BrowserUpload.put(upload, TestPictures.png()), S3Response::outOfTime));
  }

  private Finding oldSignature(String check) throws NotCheckedException {
    Duration limit =
        settings
            .maxPresignAge()
            .orElseThrow(() -> new NotCheckedException("S3_MAX_PRESIGN_SECONDS is not set."));
    Duration age = limit.plusMinutes(5);
    Duration lifetime = age.plusMinutes(5);
    if (lifetime.compareTo(LONGEST_LIFETIME) > 0) {
      throw new NotCheckedException(
          "The limit of %s s is that of S3 itself, or almost.".formatted(limit.toSeconds()));
    }
    PresignedPut upload = signedBefore(age, lifetime);
    return refused(
        check,
        "a URL that is older than S3_MAX_PRESIGN_SECONDS, though it has not expired",
        MODULE + " (DenyOldSignatures), or correct S3_MAX_PRESIGN_SECONDS.",
        new Attempt(BrowserUpload.put(upload, TestPictures.png()), S3Response::deniedByPolicy));
  }

  /** Signs with a clock that is set back. */
  private PresignedPut signedBefore(Duration age, Duration lifetime) {
    try (HealthMetricsAws earlier =
        HealthMetricsAws.builder(settings)
            .credentials(StaticCredentialsProvider.create(credentials))
            .clock(Clock.offset(clock, age.negated()))
            .build()) {
      return pictures.put(earlier.uploads(), lifetime);
    }
  }

  private Finding outsidePending(String check) throws NotCheckedException {
    PresignedPut upload = pictures.put();
    URI url = upload.url();
    ObjectKey pending = upload.pendingKey();
    String path = url.getRawPath();
    String object =
        "%s://%s%s"
            .formatted(
                url.getScheme(),
                url.getRawAuthority(),
                path.substring(0, path.length() - pending.value().length()) + upload.key().value());
    URI signed =
        SignedRequest.put(
            URI.create(object),
            Duration.ofMinutes(2),
            settings.region().id(),
            credentials,
            clock.instant());
    Finding finding =
        refused(
            check,
            "a presigned upload to a key from which pictures are served",
            MODULE + " (DenyPresignedWritesUnlessPending).",
            new Attempt(
                BrowserUpload.put(signed, Map.of(), TestPictures.png()),
                S3Response::deniedByPolicy));
    if (finding.verdict() == Verdict.PASSED) {
      // Credentials that may write there in no way are denied as well.
      pictures.published();
    }
    return finding;
  }

  private Finding wrongType(String check) throws NotCheckedException {
    return refused(
        check,
        "a content type other than the signed one, by PUT and by POST",
        "S3 is not what responds here: check the endpoint of S3.",
        new Attempt(
            BrowserUpload.put(pictures.put(), "text/html", TestPictures.png()),
            response -> response.is("SignatureDoesNotMatch")),
        new Attempt(
            BrowserUpload.post(pictures.post(), "text/html", TestPictures.png()),
            S3Response::againstItsForm));
  }

  private Finding wrongSize(String check) throws NotCheckedException {
    return refused(
        check,
        "more bytes than signed, by PUT and by POST",
        "S3 is not what responds here: check the endpoint of S3.",
        new Attempt(
            BrowserUpload.put(pictures.put(), TestPictures.tooLarge()),
            response -> response.is("SignatureDoesNotMatch")),
        new Attempt(
            BrowserUpload.post(pictures.post(), TestPictures.tooLarge()),
            response -> response.is("EntityTooLarge")));
  }

  private Finding plainHttp(String check) throws NotCheckedException {
    PresignedPut upload = pictures.put(aws.uploads(), Duration.ofSeconds(30));
    URI url = upload.url();
    if (!url.getScheme().equals("https") || url.getPort() != -1) {
      throw new NotCheckedException("The endpoint of S3 is not one of AWS.");
    }
    return refused(
        check,
        "plain HTTP",
        MODULE + " (DenyPlainHttp).",
        new Attempt(
            BrowserUpload.put(
                URI.create("http" + url.toString().substring("https".length())),
                upload.headers(),
                TestPictures.png()),
            S3Response::deniedByPolicy));
  }

  /** A request that S3 must refuse, and how its response shows the reason. */
  private record Attempt(HttpRequest request, Predicate<S3Response> forTheReason) {}

  private Finding refused(String check, String what, String advice, Attempt... attempts)
      throws NotCheckedException {
    pictures.pending();
    for (Attempt attempt : attempts) {
      S3Response response = send(attempt.request());
      if (response.accepted()) {
        return Finding.failed(check, "S3 accepted %s.".formatted(what), advice);
      }
      if (!attempt.forTheReason().test(response)) {
        throw new NotCheckedException(
            "S3 refused %s, but for another reason (%s), which proves nothing."
                .formatted(what, response));
      }
    }
    return Finding.passed(check, "S3 refuses %s.".formatted(what));
  }
}
