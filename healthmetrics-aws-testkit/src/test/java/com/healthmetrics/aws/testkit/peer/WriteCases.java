package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED_ALIKE;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.newKey;
import static com.healthmetrics.aws.testkit.peer.Wire.stored;
import static com.healthmetrics.aws.testkit.peer.Wire.upload;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.peer.Wire.Stored;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Function;

/** Uploads with conditions, copies and deletions. */
final class WriteCases {
  private static final String OTHER_ETAG = "\"00000000000000000000000000000000\"";
  private static final String DIRECTIVE = "x-amz-metadata-directive";

  private WriteCases() {}

  static List<WireCase> ofConditions() {
    return List.of(
        new WireCase(
            "create-only PUT, presigned, sent twice",
            "412 PreconditionFailed",
            RECORDED,
            bucket -> Wire.sendTwice(Wire.put(bucket))),
        new WireCase(
            "PUT with `If-None-Match: *` to a free key",
            "200",
            RECORDED,
            bucket -> upload(bucket).header("if-none-match", "*").send().http()),
        overwriting("`If-None-Match: *`", "412 PreconditionFailed", "if-none-match", "*"),
        overwriting("`If-None-Match` with an ETag", "501 NotImplemented", "if-none-match", "\"a\""),
        overwriting(
            "`If-Match` of another object", "412 PreconditionFailed", "if-match", OTHER_ETAG),
        overwriting("`If-Match: *`", "501 NotImplemented", "if-match", "*"),
        new WireCase(
            "PUT over an object with `If-Match` of it",
            "200",
            RECORDED,
            bucket -> {
              Stored object = stored(bucket);
              return SignedRequest.ofObject(bucket, "PUT", object.key())
                  .body(Wire.PICTURE)
                  .header("if-match", object.eTag())
                  .send()
                  .http();
            }),
        new WireCase(
            "PUT to a missing key with `If-Match`",
            "404 NoSuchKey",
            RECORDED,
            bucket -> upload(bucket).header("if-match", OTHER_ETAG).send().http()),
        new WireCase(
            "PUT with `If-Match` and `If-None-Match`",
            "501 NotImplemented",
            RECORDED,
            bucket ->
                upload(bucket)
                    .header("if-match", OTHER_ETAG)
                    .header("if-none-match", "*")
                    .send()
                    .http()),
        new WireCase(
            "PUT with an ACL, into a new bucket",
            "400 AccessControlListNotSupported",
            page("Error responses"),
            bucket -> upload(bucket).header("x-amz-acl", "public-read").send().http()),
        new WireCase(
            "PUT with an unknown storage class",
            "400 InvalidStorageClass",
            page("Error responses"),
            bucket -> upload(bucket).header("x-amz-storage-class", "COLDISH").send().http()),
        new WireCase(
            "PUT with more than 2 KB of metadata",
            "400 MetadataTooLarge",
            page("Error responses"),
            bucket -> upload(bucket).header("x-amz-meta-a", "a".repeat(2048)).send().http()));
  }

  static List<WireCase> ofCopies() {
    return List.of(
        new WireCase(
            "copy",
            "200",
            RECORDED,
            bucket -> copy(bucket, stored(bucket), newKey()).send().http()),
        new WireCase(
            "copy of a missing key",
            "404 NoSuchKey",
            RECORDED,
            bucket -> copy(bucket, newKey(), newKey()).send().http()),
        new WireCase(
            "copy from a missing bucket",
            "404 NoSuchBucket",
            RECORDED_ALIKE,
            bucket ->
                SignedRequest.ofObject(bucket, "PUT", newKey())
                    .header("x-amz-copy-source", "/missing-bucket-4711/key")
                    .send()
                    .http()),
        new WireCase(
            "copy with a source that has no key",
            "400 InvalidArgument",
            RECORDED,
            bucket ->
                SignedRequest.ofObject(bucket, "PUT", newKey())
                    .header("x-amz-copy-source", bucket.name())
                    .send()
                    .http()),
        new WireCase(
            "copy onto itself without a change",
            "400 InvalidRequest",
            RECORDED,
            bucket -> {
              Stored object = stored(bucket);
              return copy(bucket, object, object.key()).send().http();
            }),
        new WireCase(
            "copy onto itself with other metadata",
            "200",
            RECORDED,
            bucket -> {
              Stored object = stored(bucket);
              return copy(bucket, object, object.key())
                  .header(DIRECTIVE, "REPLACE")
                  .header("x-amz-meta-a", "b")
                  .send()
                  .http();
            }),
        new WireCase(
            "copy with an unknown metadata directive",
            "400 InvalidArgument",
            OWN_READING,
            bucket ->
                copy(bucket, stored(bucket), newKey()).header(DIRECTIVE, "MERGE").send().http()),
        new WireCase(
                "metadata of a copy with other metadata and `REPLACE`",
                "`new`",
                RECORDED,
                bucket -> copiedWithMetadata(bucket, "REPLACE"))
            .showingHeader("x-amz-meta-a"),
        new WireCase(
                "metadata of a copy with other metadata and `COPY`",
                "`old`",
                RECORDED,
                bucket -> copiedWithMetadata(bucket, "COPY"))
            .showingHeader("x-amz-meta-a"),
        ofSource("if-match", source -> OTHER_ETAG),
        ofSource("if-none-match", Stored::eTag),
        ofSource("if-modified-since", Stored::lastModified),
        ofSource("if-unmodified-since", source -> Wire.httpDate(-1)),
        ofTarget("`If-None-Match: *`", "412 PreconditionFailed", "if-none-match", "*"),
        ofTarget("`If-None-Match` with an ETag", "501 NotImplemented", "if-none-match", "\"a\""),
        ofTarget("`If-Match: *`", "501 NotImplemented", "if-match", "*"),
        ofTarget("`If-Match` of another object", "412 PreconditionFailed", "if-match", OTHER_ETAG),
        new WireCase(
            "copy to a free key with `If-None-Match: *`",
            "200",
            RECORDED,
            bucket ->
                copy(bucket, stored(bucket), newKey()).header("if-none-match", "*").send().http()),
        new WireCase(
            "copy to a missing key with `If-Match`",
            "404 NoSuchKey",
            RECORDED,
            bucket ->
                copy(bucket, stored(bucket), newKey())
                    .header("if-match", OTHER_ETAG)
                    .send()
                    .http()));
  }

  static List<WireCase> ofDeletions() {
    return List.of(
        new WireCase(
            "DELETE", "204", RECORDED, bucket -> Wire.ofStored(bucket, "DELETE").send().http()),
        new WireCase(
            "DELETE of a missing key",
            "204",
            RECORDED,
            bucket -> SignedRequest.ofObject(bucket, "DELETE", newKey()).send().http()),
        new WireCase(
            "DELETE with `If-Match` of the object",
            "204",
            RECORDED,
            bucket -> {
              Stored object = stored(bucket);
              return SignedRequest.ofObject(bucket, "DELETE", object.key())
                  .header("if-match", object.eTag())
                  .send()
                  .http();
            }),
        deleting("`If-Match` of another object", "412 PreconditionFailed", "if-match", OTHER_ETAG),
        deleting("`If-Match: *`", "204", "if-match", "*"),
        deleting("`x-amz-if-match-size`", "501 NotImplemented", "x-amz-if-match-size", "5"),
        new WireCase(
            "DELETE of a malformed version",
            "400 InvalidArgument",
            RECORDED,
            bucket -> Wire.ofStored(bucket, "DELETE").query("versionId", "x y").send().http()),
        batch("of two keys", "200", RECORDED, object("a") + object("b")),
        new WireCase(
                "DeleteObjects of a missing key: `Deleted`, `Key`",
                "`missing`",
                RECORDED,
                bucket -> delete(bucket, object("missing")).send().http())
            .showingElement("Key"),
        batch("of no key", "400 MalformedXML", page("DeleteObjects"), ""),
        batch("of an empty key", "400 MalformedXML", OWN_READING, object("")),
        batch(
            "with an unknown element",
            "400 MalformedXML",
            page("Error responses"),
            "<File>a</File>"),
        batch("of 1,001 keys", "400 MalformedXML", page("DeleteObjects"), object("a").repeat(1001)),
        new WireCase(
            "DeleteObjects with a body that is not XML",
            "400 MalformedXML",
            page("Error responses"),
            bucket -> SignedRequest.delete(bucket, "keys: a").send().http()),
        new WireCase(
            "DeleteObjects without a digest",
            "400 InvalidRequest",
            thread("aws/aws-cli#400"),
            bucket -> delete(bucket, object("a")).withoutHeader("content-md5").send().http()),
        new WireCase(
            "DeleteObjects with a wrong `Content-MD5`",
            "400 BadDigest",
            RECORDED_ALIKE,
            bucket ->
                delete(bucket, object("a"))
                    .header("content-md5", Wire.MD5_OF_NOTHING)
                    .send()
                    .http()));
  }

  private static WireCase overwriting(String what, String s3, String header, String value) {
    return new WireCase(
        "PUT over an object with " + what,
        s3,
        RECORDED,
        bucket ->
            Wire.ofStored(bucket, "PUT").body(Wire.PICTURE).header(header, value).send().http());
  }

  private static WireCase deleting(String what, String s3, String header, String value) {
    return new WireCase(
        "DELETE with " + what,
        s3,
        RECORDED,
        bucket -> Wire.ofStored(bucket, "DELETE").header(header, value).send().http());
  }

  private static SignedRequest copy(Bucket bucket, Stored source, String key) {
    return copy(bucket, source.key(), key);
  }

  private static SignedRequest copy(Bucket bucket, String source, String key) {
    return SignedRequest.ofObject(bucket, "PUT", key)
        .header("x-amz-copy-source", "/" + bucket.name() + "/" + source);
  }

  private static WireCase ofSource(String condition, Function<Stored, String> value) {
    return new WireCase(
        "copy with `x-amz-copy-source-" + condition + "` that fails",
        "412 PreconditionFailed",
        RECORDED,
        bucket -> {
          Stored source = stored(bucket);
          return copy(bucket, source, newKey())
              .header("x-amz-copy-source-" + condition, value.apply(source))
              .send()
              .http();
        });
  }

  private static WireCase ofTarget(String what, String s3, String header, String value) {
    return new WireCase(
        "copy onto another object with " + what,
        s3,
        RECORDED,
        bucket ->
            copy(bucket, stored(bucket), stored(bucket).key()).header(header, value).send().http());
  }

  private static HttpResponse<String> copiedWithMetadata(Bucket bucket, String directive) {
    String source = newKey();
    String target = newKey();
    SignedRequest.ofObject(bucket, "PUT", source).header("x-amz-meta-a", "old").send();
    Response response =
        copy(bucket, source, target)
            .header(DIRECTIVE, directive)
            .header("x-amz-meta-a", "new")
            .send();
    return response.status() == 200
        ? SignedRequest.ofObject(bucket, "HEAD", target).send().http()
        : response.http();
  }

  private static String object(String key) {
    return "<Object><Key>" + key + "</Key></Object>";
  }

  private static SignedRequest delete(Bucket bucket, String elements) {
    return SignedRequest.delete(bucket, "<Delete>" + elements + "</Delete>");
  }

  private static WireCase batch(String what, String s3, Source source, String elements) {
    return new WireCase(
        "DeleteObjects " + what, s3, source, bucket -> delete(bucket, elements).send().http());
  }
}
