package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the distribution serves, and what it does not.
 *
 * <p>Source: Amazon CloudFront Developer Guide, "Understand response headers policies" and "Request
 * and response behavior for Amazon S3 origins".
 */
final class CdnChecks {
  private static final Duration SIGNED_FOR = Duration.ofMinutes(2);

  private final HealthMetricsAws aws;
  private final AwsSettings settings;
  private final TestPictures pictures;
  private final Http http;
  private final Once<ObjectKey> privatePicture = new Once<>(this::publishPrivately);
  private boolean servesPublic;
  private boolean servesPrivate;

  CdnChecks(HealthMetricsAws aws, TestPictures pictures, Http http) {
    this.aws = aws;
    this.settings = aws.settings();
    this.pictures = pictures;
    this.http = http;
  }

  /** In the order in which they must run: a refusal proves something where the rest is served. */
  List<Check> checks() {
    return List.of(
        new Check("cdn.load", this::load),
        new Check("cdn.pending", this::pending),
        new Check("cdn.private-signed", this::privateSigned),
        new Check("cdn.private-unsigned", this::privateUnsigned));
  }

  private Http.Response get(URI url) throws NotCheckedException {
    Http.Response response =
        http.send(
            HttpRequest.newBuilder(url).header("origin", Origin.of(settings.appUrl())).build());
    if (response.header("x-amz-cf-id").isEmpty()) {
      throw new NotCheckedException(
          "A server that is not CloudFront responded with %s. Check proxy, network and CLOUDFRONT_URL."
              .formatted(response.status()));
    }
    if (response.status() >= 500) {
      throw new NotCheckedException(
          "CloudFront could not serve it (%s). Try again.".formatted(response.status()));
    }
    return response;
  }

  private Finding load(String check) throws NotCheckedException {
    Http.Response response = get(pictures.published().publicUrl().orElseThrow());
    if (response.status() != 200) {
      return Finding.failed(
          check,
          "CloudFront does not serve the published picture (%s).".formatted(response.status()),
          "Check that CLOUDFRONT_URL is the distribution of this bucket, and that its policy and the"
              + " bucket's let it serve this prefix: public_prefixes of the Terraform module.");
    }
    if (!Arrays.equals(response.body(), TestPictures.png())) {
      return Finding.failed(
          check,
          "CloudFront serves other bytes than were published.",
          "Check what changes them: a function, Lambda@Edge or compression.");
    }
    servesPublic = true;
    List<String> wrong = wrongHeaders(response);
    return wrong.isEmpty()
        ? Finding.passed(
            check, "CloudFront serves the published picture with the expected headers.")
        : Finding.failed(
            check,
            "CloudFront serves the published picture with other headers than expected: %s."
                .formatted(String.join(", ", wrong)),
            "Apply the Terraform module's response headers policy, with the origin of APP_URL.");
  }

  /** The names of the headers that are missing or have other values. */
  private List<String> wrongHeaders(Http.Response response) {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("content-type", "image/png");
    expected.put("cache-control", pictures.cacheControl());
    expected.put("x-content-type-options", "nosniff");
    expected.put("content-security-policy", "default-src 'none'; sandbox");
    if (response.header("access-control-allow-origin").filter("*"::equals).isEmpty()) {
      expected.put("access-control-allow-origin", Origin.of(settings.appUrl()));
    }
    List<String> wrong = new ArrayList<>();
    expected.forEach(
        (name, value) -> {
          if (response.header(name).filter(value::equals).isEmpty()) {
            wrong.add(name);
          }
        });
    return wrong;
  }

  private Finding pending(String check) throws NotCheckedException {
    return refused(
        check,
        get(aws.cdn().resolve(pictures.pending().pendingKey())),
        "a pending object",
        servesPublic ? "" : "cdn.load",
        "Remove pending/ from what the distribution may read, at once: apply the Terraform module's bucket"
            + " policy.");
  }

  private Finding privateUnsigned(String check) throws NotCheckedException {
    return refused(
        check,
        get(aws.cdn().resolve(privatePicture.get())),
        "a private picture without a signature",
        servesPrivate ? "" : "cdn.private-signed",
        "Restrict viewer access for this prefix, at once: signed_urls and private_prefixes of the"
            + " Terraform module.");
  }

  /**
   * What must not be served.
   *
   * @param unproven the check that should have shown that CloudFront serves what it should, and did
   *     not: a distribution of another bucket, or a firewall, refuses everything; empty if it did
   */
  private static Finding refused(
      String check, Http.Response response, String what, String unproven, String advice)
      throws NotCheckedException {
    if (Arrays.equals(response.body(), TestPictures.png())) {
      return Finding.failed(
          check, "CloudFront serves %s (%s).".formatted(what, response.status()), advice);
    }
    if (response.status() / 100 != 4) {
      throw new NotCheckedException(
          "CloudFront responded to a request for %s with %s and something else, such as an error page of its own or a redirect, which proves nothing."
              .formatted(what, response.status()));
    }
    if (!unproven.isEmpty()) {
      throw new NotCheckedException(
          "CloudFront refuses %s (%s), but perhaps everything, see %s."
              .formatted(what, response.status(), unproven));
    }
    return Finding.passed(check, "CloudFront refuses %s (%s).".formatted(what, response.status()));
  }

  private Finding privateSigned(String check) throws NotCheckedException {
    ObjectKey key = privatePicture.get();
    Http.Response response = get(aws.signedUrls().sign(key, SIGNED_FOR).url());
    servesPrivate = response.status() == 200 && Arrays.equals(response.body(), TestPictures.png());
    return servesPrivate
        ? Finding.passed(check, "CloudFront serves a private picture to a signed URL.")
        : Finding.failed(
            check,
            "CloudFront does not serve a private picture to a signed URL (%s)."
                .formatted(response.status()),
            "Check that CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY belong together and that the key"
                + " group of the distribution has the key.");
  }

  /** Uploaded by PUT, as the public one is by POST. */
  private ObjectKey publishPrivately() throws NotCheckedException {
    if (settings.cloudFrontKey().isEmpty()) {
      throw new NotCheckedException(
          "CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY are not set, so there are no private pictures.");
    }
    pictures.pending();
    PresignedPut upload = pictures.privatePut();
    S3Response response = S3Response.of(http.send(BrowserUpload.put(upload, TestPictures.png())));
    Finding stored =
        response.accepted()
            ? StorageChecks.published("", pictures.publishPrivately(upload))
            : StorageChecks.unaccepted("", response);
    if (stored.verdict() != Verdict.PASSED) {
      throw new NotCheckedException(
          "A private picture could not be published: " + stored.details());
    }
    return upload.key();
  }
}
