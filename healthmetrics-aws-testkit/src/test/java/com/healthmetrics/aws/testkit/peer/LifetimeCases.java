package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.clock;
import static com.healthmetrics.aws.testkit.peer.Wire.http;
import static com.healthmetrics.aws.testkit.peer.Wire.ofStored;
import static com.healthmetrics.aws.testkit.peer.Wire.presignedDownload;
import static com.healthmetrics.aws.testkit.peer.Wire.stored;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** When a signature is valid, and how it must be made. */
final class LifetimeCases {
  private static final String MALFORMED_QUERY = "400 AuthorizationQueryParametersError";
  private static final Source WITH_A_QUERY =
      page("Authenticating Requests: Using Query Parameters (AWS Signature Version 4)");

  private LifetimeCases() {}

  static List<WireCase> ofTheUrl() {
    return List.of(
        new WireCase(
            "PUT after expiry",
            "403 AccessDenied",
            RECORDED,
            bucket ->
                Wire.send(
                    Wire.signer(bucket, Wire.clockAnHourAgo())
                        .presignPut(Wire.POLICY, Wire.REQUEST))),
        new WireCase(
            "GET after expiry",
            "403 AccessDenied",
            RECORDED,
            bucket -> presignedDownload(bucket).clock(Wire.clockAnHourAgo()).send().http()),
        new WireCase(
            "GET dated an hour ahead",
            "403 AccessDenied",
            thread("minio/minio#2638"),
            bucket -> presignedDownload(bucket).clock(clock(Duration.ofHours(1))).send().http()),
        expires("604800", "200", WITH_A_QUERY),
        expires("691200", MALFORMED_QUERY, thread("bryanjos/aws_auth#31")),
        expires("-1", MALFORMED_QUERY, thread("fog/fog#3528")),
        expires("0", "403 AccessDenied", thread("s3s-project/s3s#462")),
        expires("undefined", MALFORMED_QUERY, thread("minio/minio-js#1312")),
        expires("+300", MALFORMED_QUERY, OWN_READING),
        expires("٣٠٠", MALFORMED_QUERY, OWN_READING),
        expires("300.5", MALFORMED_QUERY, OWN_READING),
        new WireCase(
            "GET without `X-Amz-Date`",
            MALFORMED_QUERY,
            RECORDED,
            bucket -> presignedDownload(bucket).sendReplacing("X-Amz-Date=[^&]*&", "").http()),
        new WireCase(
            "GET with a URL for another region",
            MALFORMED_QUERY,
            thread("bigassforce/aws-sdk#5"),
            bucket -> presignedDownload(bucket).scope("eu-west-3", "s3").send().http()),
        new WireCase(
            "GET with a URL for another service",
            MALFORMED_QUERY,
            OWN_READING,
            bucket -> presignedDownload(bucket).scope(bucket.region().id(), "ses").send().http()),
        new WireCase(
            "GET with a URL of signature version 2",
            "400 InvalidRequest",
            thread("processing/p5.js-web-editor#358"),
            bucket ->
                http(
                    "GET",
                    URI.create(
                        bucket.endpoint()
                            + "/"
                            + bucket.name()
                            + "/"
                            + stored(bucket).key()
                            + "?AWSAccessKeyId="
                            + bucket.credentials().resolveCredentials().accessKeyId()
                            + "&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D&Expires=4000000000"),
                    Map.of())),
        new WireCase(
            "GET with a presigned URL and an `Authorization` header",
            "400 InvalidArgument",
            thread("catalyst/moodle-tool_objectfs#303"),
            bucket ->
                presignedDownload(bucket).sendWith("authorization", "Basic YQ==", "").http()));
  }

  static List<WireCase> ofTheHeader() {
    return List.of(
        new WireCase("GET signed in its header", "200", RECORDED, bucket -> header(bucket, 0)),
        new WireCase(
            "GET signed 14 minutes ago",
            "200",
            thread("versity/versitygw#1514"),
            bucket -> header(bucket, -14)),
        new WireCase(
            "GET signed 16 minutes ago",
            "403 RequestTimeTooSkewed",
            thread("versity/versitygw#1514"),
            bucket -> header(bucket, -16)),
        new WireCase(
            "GET signed 16 minutes ahead",
            "403 RequestTimeTooSkewed",
            thread("aws/aws-sdk-php#612"),
            bucket -> header(bucket, 16)),
        new WireCase(
            "GET signed for another region",
            "400 AuthorizationHeaderMalformed",
            thread("aws/aws-sdk-js#986"),
            bucket -> ofStored(bucket, "GET").scope("eu-west-3", "s3").send().http()),
        new WireCase(
            "GET with a header of signature version 2",
            "400 InvalidRequest",
            thread("yegor256/s3auth#320"),
            bucket ->
                ofStored(bucket, "GET")
                    .sendWith("Authorization", "AWS AKID:vjbyPxybdZaNmGa+yT272YEAiv4=", "")
                    .http()),
        new WireCase(
            "GET without the signed `x-amz-content-sha256`",
            "400 InvalidRequest",
            thread("versity/versitygw#1427"),
            bucket -> ofStored(bucket, "GET").sendWithout("x-amz-content-sha256", "").http()),
        new WireCase(
            "PUT of other bytes than the signed hash",
            "400 XAmzContentSHA256Mismatch",
            page("Error responses"),
            bucket -> Wire.upload(bucket).send("other").http()),
        new WireCase(
            "PUT with an unsigned `x-amz-meta-more`",
            "403 AccessDenied",
            Source.RECORDED_ALIKE,
            bucket -> Wire.upload(bucket).sendWith("x-amz-meta-more", "1", Wire.PICTURE).http()),
        new WireCase(
            "PUT with `UNSIGNED-PAYLOAD`",
            "200",
            page(
                "Authenticating Requests: Using the Authorization Header (AWS Signature Version"
                    + " 4)"),
            bucket -> Wire.upload(bucket).unsignedPayload().send().http()));
  }

  private static HttpResponse<String> header(Bucket bucket, int minutes) {
    return ofStored(bucket, "GET").clock(clock(Duration.ofMinutes(minutes))).send().http();
  }

  private static WireCase expires(String seconds, String s3, Source source) {
    return new WireCase(
        "GET with `X-Amz-Expires=" + seconds + "`",
        s3,
        source,
        bucket -> http("GET", presigned(bucket, seconds), Map.of()));
  }

  /** The SDK does not sign these lifetimes, so it is done by hand. */
  private static URI presigned(Bucket bucket, String expires) {
    AwsCredentials credentials = bucket.credentials().resolveCredentials();
    String timestamp = SigV4.formatTimestamp(Instant.now());
    CredentialScope scope =
        new CredentialScope(
            credentials.accessKeyId(), timestamp.substring(0, 8), bucket.region().id(), "s3");
    String path = "/" + bucket.name() + "/" + stored(bucket).key();
    String query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + Percent.encode(
                String.join(
                    "/",
                    scope.accessKeyId(),
                    scope.date(),
                    scope.region(),
                    scope.service(),
                    "aws4_request"))
            + "&X-Amz-Date="
            + timestamp
            + "&X-Amz-Expires="
            + Percent.encode(expires)
            + "&X-Amz-SignedHeaders=host";
    String canonicalRequest =
        SigV4.canonicalRequest(
            "GET",
            path,
            query,
            new TreeMap<>(Map.of("host", bucket.endpoint().getAuthority())),
            "UNSIGNED-PAYLOAD");
    String signature =
        SigV4.signature(
            credentials.secretAccessKey(),
            scope,
            SigV4.stringToSign(timestamp, scope, canonicalRequest));
    return URI.create(bucket.endpoint() + path + "?" + query + "&X-Amz-Signature=" + signature);
  }
}
