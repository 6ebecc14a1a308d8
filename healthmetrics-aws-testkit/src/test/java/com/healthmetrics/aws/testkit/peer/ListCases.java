package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.stored;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Lists, and the operations that share their path. */
final class ListCases {
  private static final Source V2 = page("ListObjectsV2");

  private static final String MULTIPART =
      "Multipart uploads are not implemented; send the object in one PUT.";
  private static final String TAGS =
      "Tags are not implemented; a test that relies on them must not pass.";
  private static final String ACLS =
      "The owner of the bucket owns every object, as in new buckets.";
  private static final String ATTRIBUTES =
      "GetObjectAttributes is not implemented; HEAD returns the checksum.";
  private static final String CONFIGURATION =
      "The configuration of the bucket is that of `LocalS3.Builder`.";

  private ListCases() {}

  static List<WireCase> ofObjects() {
    return List.of(
        new WireCase("list, version 1", "200", RECORDED, bucket -> list(bucket, it -> it)),
        new WireCase(
            "list without a signature",
            "403 AccessDenied",
            RECORDED,
            bucket ->
                Wire.http(
                    "GET",
                    bucket.endpoint().resolve("/" + bucket.name() + "?list-type=2"),
                    Map.of())),
        second("`KeyCount` of a prefix", "`3`", RECORDED, "KeyCount", it -> it),
        second(
            "`KeyCount` with a delimiter",
            "`2`",
            RECORDED,
            "KeyCount",
            it -> it.query("delimiter", "/")),
        second(
            "`KeyCount` for `max-keys=2`",
            "`2`",
            RECORDED,
            "KeyCount",
            it -> it.query("max-keys", "2")),
        second(
            "`IsTruncated` for `max-keys=2`",
            "`true`",
            RECORDED,
            "IsTruncated",
            it -> it.query("max-keys", "2")),
        second(
            "`KeyCount` for `max-keys=0`",
            "`0`",
            thread("floci-io/floci#3510"),
            "KeyCount",
            it -> it.query("max-keys", "0")),
        second(
            "`IsTruncated` for `max-keys=0`",
            "`false`",
            thread("floci-io/floci#3510"),
            "IsTruncated",
            it -> it.query("max-keys", "0")),
        second(
            "`MaxKeys` for `max-keys=5000`",
            "`1000`",
            V2,
            "MaxKeys",
            it -> it.query("max-keys", "5000")),
        second(
            "`Key` for `encoding-type=url` of `a b`",
            "`list/a+b`",
            thread("brekkylab/backlot#178"),
            "Key",
            it -> it.query("encoding-type", "url")),
        second(
            "`KeyCount` for `start-after`",
            "`2`",
            RECORDED,
            "KeyCount",
            it -> it.query("start-after", "list/a b")),
        first(
            "`NextMarker` for `max-keys=2` without a delimiter",
            "none",
            page("ListObjects"),
            "NextMarker",
            it -> it.query("max-keys", "2")),
        first(
            "`NextMarker` for `max-keys=1` with a delimiter",
            "`list/a+b`",
            OWN_READING,
            "NextMarker",
            it -> it.query("max-keys", "1").query("delimiter", "/").query("encoding-type", "url")),
        refused("`max-keys=-1`", thread("versity/versitygw#183"), "max-keys", "-1"),
        refused("`max-keys=many`", thread("scality/cloudserver#395"), "max-keys", "many"),
        refused(
            "a `continuation-token` of its own",
            thread("versity/versitygw#993"),
            "continuation-token",
            "mine"),
        refused(
            "`encoding-type=base64`", thread("brekkylab/backlot#178"), "encoding-type", "base64"),
        new WireCase(
            "list with `list-type=3`",
            "400 InvalidArgument",
            OWN_READING,
            bucket -> SignedRequest.ofBucket(bucket, "GET").query("list-type", "3").send().http()));
  }

  static List<WireCase> ofTheBucket() {
    return List.of(
        new WireCase(
            "HeadBucket",
            "200",
            RECORDED,
            bucket -> SignedRequest.ofBucket(bucket, "HEAD").send().http()),
        new WireCase(
            "HeadBucket of a missing bucket",
            "404",
            RECORDED,
            bucket -> SignedRequest.ofBucket(missing(bucket), "HEAD").send().http()),
        new WireCase(
            "PUT into a missing bucket",
            "404 NoSuchBucket",
            RECORDED,
            bucket -> Wire.upload(missing(bucket)).send().http()),
        new WireCase(
            "GetBucketLocation",
            "200",
            RECORDED,
            bucket -> SignedRequest.ofBucket(bucket, "GET").query("location", "").send().http()),
        new WireCase(
            "POST of an object",
            "405 MethodNotAllowed",
            page("Error responses"),
            bucket -> Wire.ofStored(bucket, "POST").send().http()),
        subresource("POST", "uploads", "", "200", RECORDED, MULTIPART),
        subresource("GET", "uploadId", "unknown", "404 NoSuchUpload", RECORDED, MULTIPART),
        subresource("GET", "tagging", "", "200", RECORDED, TAGS),
        subresource("GET", "acl", "", "200", RECORDED, ACLS),
        subresource("GET", "attributes", "", "400 InvalidRequest", OWN_READING, ATTRIBUTES),
        ofBucket("uploads", MULTIPART),
        ofBucket("acl", ACLS),
        ofBucket("versioning", CONFIGURATION),
        new WireCase(
            "ListObjectVersions of a bucket without versions",
            "200",
            RECORDED,
            bucket -> SignedRequest.ofBucket(bucket, "GET").query("versions", "").send().http()));
  }

  private static Bucket missing(Bucket bucket) {
    return new Bucket(
        bucket.endpoint(), bucket.region(), "missing-bucket-4711", bucket.credentials());
  }

  private static WireCase subresource(
      String method, String name, String value, String s3, Source source, String because) {
    return new WireCase(
            method + " of an object with `?" + name + "`",
            s3,
            source,
            bucket -> Wire.ofStored(bucket, method).query(name, value).send().http())
        .whereLocalS3Responds("501 NotImplemented", because);
  }

  private static WireCase ofBucket(String name, String because) {
    return new WireCase(
            "GET of the bucket with `?" + name + "`",
            "200",
            RECORDED,
            bucket -> SignedRequest.ofBucket(bucket, "GET").query(name, "").send().http())
        .whereLocalS3Responds("501 NotImplemented", because);
  }

  private static WireCase second(
      String what, String s3, Source source, String element, UnaryOperator<SignedRequest> query) {
    return new WireCase(
            "list: " + what,
            s3,
            source,
            bucket -> list(bucket, it -> query.apply(it.query("list-type", "2"))))
        .showingElement(element);
  }

  private static WireCase first(
      String what, String s3, Source source, String element, UnaryOperator<SignedRequest> query) {
    return new WireCase("list, version 1: " + what, s3, source, bucket -> list(bucket, query))
        .showingElement(element);
  }

  private static WireCase refused(String what, Source source, String name, String value) {
    return new WireCase(
        "list with " + what,
        "400 InvalidArgument",
        source,
        bucket -> list(bucket, it -> it.query("list-type", "2").query(name, value)));
  }

  /** A list of three objects, two of which have a common prefix. */
  private static HttpResponse<String> list(Bucket bucket, UnaryOperator<SignedRequest> query) {
    for (String key : List.of("list/a b", "list/c/1", "list/c/2")) {
      stored(bucket, key);
    }
    return query
        .apply(SignedRequest.ofBucket(bucket, "GET").query("prefix", "list/"))
        .send()
        .http();
  }
}
