package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED_ALIKE;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.CRC32_OF_NOTHING;
import static com.healthmetrics.aws.testkit.peer.Wire.http;
import static com.healthmetrics.aws.testkit.peer.Wire.picture;
import static com.healthmetrics.aws.testkit.peer.Wire.presignedUpload;
import static com.healthmetrics.aws.testkit.peer.Wire.put;
import static com.healthmetrics.aws.testkit.peer.Wire.send;

import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Presigned uploads, as signed and tampered with. */
final class PutCases {
  private static final String META = "x-amz-meta-more";

  private PutCases() {}

  static List<WireCase> ofTheSignature() {
    return List.of(
        new WireCase("PUT as signed", "200", RECORDED, bucket -> send(put(bucket))),
        new WireCase(
            "PUT with a changed signature",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket -> sendTo(put(bucket), PutCases::withAnotherSignature)),
        new WireCase(
            "PUT to another key than signed",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> sendTo(put(bucket), url -> url.replace("/user-42/", "/user-43/"))),
        new WireCase(
            "GET with the URL of a PUT",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            PutCases::getWithTheUrlOfAPut),
        new WireCase(
            "PUT without a signature",
            "403 AccessDenied",
            RECORDED,
            bucket -> sendTo(put(bucket), url -> url.substring(0, url.indexOf('?')))),
        new WireCase(
            "PUT signed with an unknown access key",
            "403 InvalidAccessKeyId",
            page("Error responses"),
            bucket -> send(put(Wire.withUnknownAccessKey(bucket)))),
        new WireCase(
            "PUT signed with a wrong secret",
            "403 SignatureDoesNotMatch",
            page("Error responses"),
            bucket -> send(put(Wire.withWrongSecret(bucket)))),
        new WireCase(
            "PUT with a query parameter added",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket -> sendTo(put(bucket), url -> url + "&x-id=PutObject")),
        new WireCase(
            "PUT of one byte more than signed",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(put(bucket), "bytes+")),
        new WireCase(
            "PUT of one byte less than signed",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(put(bucket), "byte")),
        new WireCase(
            "PUT with `Transfer-Encoding: chunked`, without a length",
            "501 NotImplemented",
            thread("aws/aws-sdk-go#4944"),
            bucket -> http("PUT", presignedUpload(bucket).url(), Map.of(), Wire.streamed())),
        new WireCase("PUT with signed tags", "200", page("PutObject"), PutCases::putWithTags)
            .whereLocalS3Responds(
                "501 NotImplemented",
                "Tags are not implemented; a test that relies on them must not pass."));
  }

  static List<WireCase> ofTheHeaders() {
    return List.of(
        new WireCase(
            "PUT with another content type",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(put(bucket), Browser.replacing("content-type", "text/html"))),
        new WireCase(
            "PUT without the signed content type",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(put(bucket), Browser.without("content-type"))),
        new WireCase(
            "PUT without the signed `If-None-Match`",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(put(bucket), Browser.without("if-none-match"))),
        new WireCase(
            "PUT without the signed metadata",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket -> presignedUpload(bucket).header(META, "1").sendWithout(META, "bytes").http()),
        new WireCase(
            "PUT with unsigned metadata",
            "403 AccessDenied",
            RECORDED,
            bucket -> send(put(bucket), Browser.replacing(META, "1"))),
        new WireCase(
            "PUT with unsigned metadata and without the signed one",
            "403 AccessDenied",
            RECORDED,
            bucket ->
                presignedUpload(bucket)
                    .header(META, "1")
                    .sendChanged(headers -> renamed(headers, META, "x-amz-meta-wrong"), "bytes")
                    .http()),
        unsigned("x-amz-acl", "public-read", "403 AccessDenied", thread("soto-project/soto#374")),
        unsigned("x-amz-copy-source", "/b/k", "403 AccessDenied", RECORDED_ALIKE),
        unsigned("x-amz-date", "20260101T000000Z", "403 AccessDenied", RECORDED),
        unsigned("x-amz-decoded-content-length", "5", "403 AccessDenied", RECORDED),
        unsigned("x-amz-user-agent", "test", "403 AccessDenied", RECORDED),
        unsigned(
            "x-amz-checksum-crc32",
            CRC32_OF_NOTHING,
            "403 AccessDenied",
            thread("aws/aws-sdk-js-v3#3906")),
        unsigned("x-amz-content-sha256", "UNSIGNED-PAYLOAD", "200", RECORDED),
        new WireCase(
            "PUT without the signed `Content-MD5`",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket ->
                presignedUpload(bucket)
                    .header("content-md5", Wire.MD5_OF_NOTHING)
                    .sendWithout("content-md5", "bytes")
                    .http()),
        new WireCase(
            "PUT with an unsigned `Content-Type`",
            "200",
            RECORDED,
            bucket ->
                presignedUpload(bucket).sendWith("content-type", "text/html", "bytes").http()),
        new WireCase(
            "PUT with an unsigned `Cache-Control`",
            "200",
            thread("aws/aws-sdk-php#1691"),
            bucket -> presignedUpload(bucket).sendWith("cache-control", "private", "bytes").http()),
        new WireCase(
            "PUT with another `Content-Encoding` than signed",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket ->
                presignedUpload(bucket)
                    .header("content-encoding", "gzip")
                    .sendWith("content-encoding", "br", "bytes")
                    .http()));
  }

  static List<WireCase> ofTheQuery() {
    return List.of(
        new WireCase(
            "PUT of other bytes than `x-amz-checksum-crc32` in the query",
            "200",
            RECORDED,
            bucket ->
                presignedUpload(bucket)
                    .query("x-amz-checksum-crc32", CRC32_OF_NOTHING)
                    .send()
                    .http()),
        new WireCase(
            "PUT with another `x-amz-checksum-crc32` in the query than signed",
            "403 SignatureDoesNotMatch",
            RECORDED,
            bucket ->
                presignedUpload(bucket)
                    .query("x-amz-checksum-crc32", CRC32_OF_NOTHING)
                    .sendReplacing("AAAAAA", "AAAAAB")
                    .http()),
        new WireCase(
                "`x-amz-meta-more` after a PUT with it in the query",
                "`1`",
                RECORDED,
                bucket -> storedWith(bucket, META, "1"))
            .showingHeader(META),
        new WireCase(
                "`x-amz-storage-class` after a PUT with it in the query",
                "`STANDARD_IA`",
                RECORDED,
                bucket -> storedWith(bucket, "x-amz-storage-class", "STANDARD_IA"))
            .showingHeader("x-amz-storage-class"),
        new WireCase(
                "`Cache-Control` after a PUT with it in the query",
                "none",
                thread("aws/aws-sdk-js#1703"),
                bucket -> storedWith(bucket, "cache-control", "private"))
            .showingHeader("cache-control"),
        new WireCase(
            "second PUT with `if-none-match=*` in the query",
            "412 PreconditionFailed",
            RECORDED,
            bucket -> {
              SignedRequest upload = presignedUpload(bucket).query("if-none-match", "*");
              upload.send();
              return upload.send().http();
            }),
        new WireCase(
            "PUT with metadata in the query, and in an unsigned header",
            "403 AccessDenied",
            RECORDED_ALIKE,
            bucket -> presignedUpload(bucket).query(META, "1").sendWith(META, "1", "bytes").http()),
        new WireCase(
                "PUT with an unknown `x-amz-*` parameter, signed",
                "200",
                OWN_READING,
                bucket -> presignedUpload(bucket).query("x-amz-unknown", "1").send().http())
            .whereLocalS3Responds(
                "501 NotImplemented",
                "Every parameter is understood or refused, so a misspelled name is found."));
  }

  private static WireCase unsigned(String name, String value, String s3, Source source) {
    return new WireCase(
        "PUT with an unsigned `" + name + ": " + value + "`",
        s3,
        source,
        bucket -> presignedUpload(bucket).sendWith(name, value, "bytes").http());
  }

  private static Map<String, String> renamed(Map<String, String> headers, String from, String to) {
    headers.put(to, headers.remove(from));
    return headers;
  }

  /** The response to a HEAD of an object that was uploaded with a header in the query. */
  private static HttpResponse<String> storedWith(Bucket bucket, String name, String value) {
    String key = Wire.newKey();
    SignedRequest.presigned(bucket, "PUT", key).query(name, value).send("bytes");
    return SignedRequest.ofObject(bucket, "HEAD", key).send().http();
  }

  private static HttpResponse<String> sendTo(PresignedPut put, UnaryOperator<String> change) {
    return http("PUT", URI.create(change.apply(put.url().toString())), put.headers(), picture());
  }

  private static HttpResponse<String> getWithTheUrlOfAPut(Bucket bucket) {
    PresignedPut put = put(bucket);
    send(put);
    return http("GET", put.url(), Map.of());
  }

  private static String withAnotherSignature(String url) {
    int last = url.length() - 1;
    return url.substring(0, last) + (url.charAt(last) == '0' ? '1' : '0');
  }

  private static HttpResponse<String> putWithTags(Bucket bucket) {
    return presignedUpload(bucket).header("x-amz-tagging", "kind=avatar").send().http();
  }
}
