package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED_ALIKE;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Wire.http;
import static com.healthmetrics.aws.testkit.peer.Wire.presignedDownload;
import static com.healthmetrics.aws.testkit.peer.Wire.stored;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.peer.Wire.Stored;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Downloads, with presigned URLs and with conditions. */
final class ReadCases {
  private static final Source GET_OBJECT = page("GetObject");
  private static final String OTHER_ETAG = "\"00000000000000000000000000000000\"";

  private ReadCases() {}

  static List<WireCase> ofPresignedUrls() {
    return List.of(
        new WireCase(
            "GET as signed", "200", RECORDED, bucket -> presignedDownload(bucket).send().http()),
        new WireCase(
            "GET with a query parameter added",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket -> presignedDownload(bucket).sendReplacing("$", "&x-id=GetObject").http()),
        new WireCase(
            "GET with `response-content-type` added",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket ->
                presignedDownload(bucket)
                    .sendReplacing("$", "&response-content-type=text%2Fhtml")
                    .http()),
        overridden("content-disposition", "attachment"),
        overridden("content-type", "text/plain"),
        overridden("cache-control", "no-store"),
        overridden("content-language", "de"),
        new WireCase(
            "HEAD with the URL of a GET",
            "403",
            RECORDED_ALIKE,
            bucket -> http("HEAD", presignedDownload(bucket).url(), Map.of())),
        new WireCase(
            "PUT with the URL of a GET",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> http("PUT", presignedDownload(bucket).url(), Map.of(), Wire.picture())),
        new WireCase(
            "GET without a signature",
            "403 AccessDenied",
            RECORDED,
            bucket ->
                http(
                    "GET",
                    URI.create(
                        bucket.endpoint() + "/" + bucket.name() + "/" + stored(bucket).key()),
                    Map.of())),
        new WireCase(
            "GET with an unsigned `x-amz-checksum-mode`",
            "403 AccessDenied",
            RECORDED_ALIKE,
            bucket ->
                presignedDownload(bucket).sendWith("x-amz-checksum-mode", "ENABLED", "").http()),
        new WireCase(
            "GET with an unsigned `Range`",
            "206",
            RECORDED_ALIKE,
            bucket -> presignedDownload(bucket).sendWith("range", "bytes=1-2", "").http()),
        new WireCase(
            "GET with an unsigned `If-None-Match` of the object",
            "304",
            RECORDED_ALIKE,
            bucket -> {
              Stored object = stored(bucket);
              return SignedRequest.presigned(bucket, "GET", object.key())
                  .sendWith("if-none-match", object.eTag(), "")
                  .http();
            }));
  }

  static List<WireCase> ofMissingObjectsAndRanges() {
    return List.of(
        new WireCase(
            "GET of a missing key, with s3:ListBucket",
            "404 NoSuchKey",
            RECORDED,
            bucket -> SignedRequest.ofObject(bucket, "GET", Wire.newKey()).send().http()),
        new WireCase(
            "HEAD of a missing key, with s3:ListBucket",
            "404",
            RECORDED,
            bucket -> SignedRequest.ofObject(bucket, "HEAD", Wire.newKey()).send().http()),
        new WireCase(
            "GET of a malformed version",
            "400 InvalidArgument",
            RECORDED_ALIKE,
            bucket -> Wire.ofStored(bucket, "GET").query("versionId", "x y").send().http()),
        range("bytes=1-2", "`bytes 1-2/5`", RECORDED),
        range("bytes=3-99", "`bytes 3-4/5`", RECORDED),
        range("bytes=-2", "`bytes 3-4/5`", RECORDED),
        range("bytes=5-9", "416 InvalidRange", RECORDED),
        range("bytes=0-0,2-2", "none", GET_OBJECT)
            .whereLocalS3Responds(
                "501 NotImplemented",
                "S3 sends the whole object instead, which no client of several ranges expects."),
        range("bytes=2-1", "none", RECORDED),
        range("items=0-1", "none", OWN_READING),
        new WireCase(
            "GET with `Range` and `If-Range` of another object",
            "200",
            OWN_READING,
            bucket ->
                Wire.ofStored(bucket, "GET")
                    .header("range", "bytes=1-2")
                    .header("if-range", OTHER_ETAG)
                    .send()
                    .http()));
  }

  static List<WireCase> ofConditions() {
    return List.of(
        condition("GET", "`If-None-Match` of the object", "304", RECORDED, ReadCases::ifNoneMatch),
        condition("HEAD", "`If-None-Match` of the object", "304", RECORDED, ReadCases::ifNoneMatch),
        condition(
            "GET",
            "`If-None-Match` of another object",
            "200",
            RECORDED,
            (request, object) -> request.header("if-none-match", OTHER_ETAG)),
        condition(
            "GET",
            "`If-Match` of the object",
            "200",
            RECORDED,
            (request, object) -> request.header("if-match", object.eTag())),
        condition(
            "GET",
            "`If-Match` of the object without quotes",
            "200",
            RECORDED,
            (request, object) -> request.header("if-match", object.eTag().replace("\"", ""))),
        condition(
            "GET",
            "`If-Match` of another object",
            "412 PreconditionFailed",
            RECORDED,
            (request, object) -> request.header("if-match", OTHER_ETAG)),
        condition(
            "HEAD",
            "`If-Match` of another object",
            "412",
            RECORDED,
            (request, object) -> request.header("if-match", OTHER_ETAG)),
        condition(
            "GET",
            "`If-Modified-Since` a minute ago",
            "200",
            RECORDED,
            (request, object) -> request.header("if-modified-since", Wire.httpDate(-1))),
        condition(
            "GET",
            "`If-Modified-Since` the last modification",
            "304",
            RECORDED,
            (request, object) -> request.header("if-modified-since", object.lastModified())),
        condition(
            "GET",
            "`If-Modified-Since` in the future",
            "200",
            RECORDED,
            (request, object) -> request.header("if-modified-since", Wire.httpDate(60))),
        condition(
            "GET",
            "`If-Unmodified-Since` a minute ago",
            "412 PreconditionFailed",
            RECORDED,
            (request, object) -> request.header("if-unmodified-since", Wire.httpDate(-1))),
        condition(
            "GET",
            "`If-Match` of the object and `If-Unmodified-Since` a minute ago",
            "200",
            GET_OBJECT,
            (request, object) ->
                request
                    .header("if-match", object.eTag())
                    .header("if-unmodified-since", Wire.httpDate(-1))),
        condition(
            "GET",
            "`If-None-Match` of the object and `If-Modified-Since` a minute ago",
            "304",
            GET_OBJECT,
            (request, object) ->
                request
                    .header("if-none-match", object.eTag())
                    .header("if-modified-since", Wire.httpDate(-1))),
        condition(
            "GET",
            "`If-None-Match` of another object and `If-Match` of another",
            "412 PreconditionFailed",
            OWN_READING,
            (request, object) ->
                request.header("if-none-match", OTHER_ETAG).header("if-match", OTHER_ETAG)),
        new WireCase(
            "GET of a missing key with `If-None-Match: *`",
            "404 NoSuchKey",
            OWN_READING,
            bucket ->
                SignedRequest.ofObject(bucket, "GET", Wire.newKey())
                    .header("if-none-match", "*")
                    .send()
                    .http()));
  }

  private static SignedRequest ifNoneMatch(SignedRequest request, Stored object) {
    return request.header("if-none-match", object.eTag());
  }

  private static WireCase condition(
      String method,
      String what,
      String s3,
      Source source,
      BiFunction<SignedRequest, Stored, SignedRequest> headers) {
    return new WireCase(
        method + " with " + what,
        s3,
        source,
        bucket -> {
          Stored object = stored(bucket);
          SignedRequest request = SignedRequest.ofObject(bucket, method, object.key());
          return headers.apply(request, object).send().http();
        });
  }

  private static WireCase overridden(String header, String value) {
    return new WireCase(
            "GET with a signed `response-" + header + "`",
            "`" + value + "`",
            RECORDED,
            bucket -> presignedDownload(bucket).query("response-" + header, value).send().http())
        .showingHeader(header);
  }

  private static WireCase range(String range, String s3, Source source) {
    return new WireCase(
            "`Content-Range` for `" + range + "` of 5 bytes",
            s3,
            source,
            bucket -> ranged(bucket, range))
        .showingHeader("content-range");
  }

  private static HttpResponse<String> ranged(Bucket bucket, String range) {
    return Wire.ofStored(bucket, "GET").header("range", range).send().http();
  }
}
