package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.CRC32_OF_NOTHING;
import static com.healthmetrics.aws.testkit.peer.Wire.CRC32_OF_PICTURE;
import static com.healthmetrics.aws.testkit.peer.Wire.PICTURE;
import static com.healthmetrics.aws.testkit.peer.Wire.upload;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.ChunkedUpload;
import com.healthmetrics.aws.testkit.storage.ChunkedUpload.Part;
import com.healthmetrics.aws.testkit.storage.SignedRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Digests of a body, and bodies in chunks. */
final class ChecksumCases {
  private static final String CRC32 = "x-amz-checksum-crc32";
  private static final Source IN_CHUNKS =
      page(
          "Signature Calculations for the Authorization Header: Transferring Payload in Multiple"
              + " Chunks (Chunked Upload) (AWS Signature Version 4)");
  private static final Source WITH_TRAILER =
      page(
          "Signature calculations for trailing headers in AWS Signature Version 4 (chunked"
              + " uploads)");

  private ChecksumCases() {}

  static List<WireCase> ofDigests() {
    return List.of(
        new WireCase(
            "PUT with the right CRC32",
            "200",
            RECORDED,
            bucket -> upload(bucket).header(CRC32, CRC32_OF_PICTURE).send().http()),
        new WireCase(
            "PUT with a wrong CRC32",
            "400 BadDigest",
            RECORDED,
            bucket -> upload(bucket).header(CRC32, CRC32_OF_NOTHING).send().http()),
        new WireCase(
            "PUT of other bytes than the signed SHA-256",
            "400 BadDigest",
            RECORDED,
            bucket ->
                Wire.send(
                    Wire.signer(bucket)
                        .presignPut(Wire.POLICY, Wire.REQUEST.withSha256(Wire.SHA256_OF_PICTURE)),
                    "other")),
        new WireCase(
            "PUT with a malformed CRC32",
            "400 InvalidRequest",
            RECORDED,
            bucket -> upload(bucket).header(CRC32, "1234").send().http()),
        new WireCase(
            "PUT with two checksum headers",
            "400 InvalidRequest",
            RECORDED,
            bucket ->
                upload(bucket)
                    .header(CRC32, CRC32_OF_PICTURE)
                    .header("x-amz-checksum-sha256", Wire.SHA256_OF_PICTURE)
                    .send()
                    .http()),
        new WireCase(
            "PUT that names a checksum it does not have",
            "400 InvalidRequest",
            thread("versity/versitygw#1593"),
            bucket -> upload(bucket).header("x-amz-sdk-checksum-algorithm", "CRC32").send().http()),
        new WireCase(
            "PUT with a wrong `Content-MD5`",
            "400 BadDigest",
            RECORDED,
            bucket -> upload(bucket).header("content-md5", Wire.MD5_OF_NOTHING).send().http()),
        new WireCase(
            "PUT with a malformed `Content-MD5`",
            "400 InvalidDigest",
            RECORDED,
            bucket -> upload(bucket).header("content-md5", "1234").send().http()),
        new WireCase(
                "checksum of a PUT without one, in HEAD",
                "`" + "FULL_OBJECT" + "`",
                page("Checking object integrity for data uploads in Amazon S3"),
                bucket ->
                    Wire.ofStored(bucket, "HEAD")
                        .header("x-amz-checksum-mode", "ENABLED")
                        .send()
                        .http())
            .showingHeader("x-amz-checksum-type"));
  }

  static List<WireCase> ofChunks() {
    return List.of(
        new WireCase(
            "PUT in signed chunks", "200", IN_CHUNKS, bucket -> signed(bucket).send().http()),
        new WireCase(
            "PUT with a wrong signature of the first chunk",
            "403 SignatureDoesNotMatch",
            IN_CHUNKS,
            bucket -> changed(signed(bucket), 0, part -> part.withData("BYTES"))),
        new WireCase(
            "PUT with a wrong signature of the last chunk",
            "403 SignatureDoesNotMatch",
            thread("versity/versitygw#1147"),
            bucket ->
                changed(
                    signed(bucket), 1, part -> part.with("0;chunk-signature=" + "0".repeat(64)))),
        new WireCase(
            "PUT in chunks with a wrong signature of the request",
            "403 SignatureDoesNotMatch",
            thread("versity/versitygw#1056"),
            bucket -> signed(bucket).secret("another-secret").send().http()),
        new WireCase(
            "PUT in chunks without `x-amz-decoded-content-length`",
            "411 MissingContentLength",
            IN_CHUNKS,
            bucket -> signed(bucket).without("x-amz-decoded-content-length").send().http()),
        new WireCase(
            "PUT in chunks of fewer bytes than decoded length",
            "400 IncompleteBody",
            Source.OWN_READING,
            bucket -> signed(bucket).header("x-amz-decoded-content-length", "6").send().http()),
        new WireCase(
            "PUT with a chunk size that is not its size",
            "400 IncompleteBody",
            thread("versity/versitygw#1666"),
            bucket -> changed(trailing(bucket, CRC32_OF_PICTURE), 0, part -> part.with("3"))),
        new WireCase(
            "PUT in unsigned chunks that ends early",
            "400 IncompleteBody",
            thread("versity/versitygw#1666"),
            bucket -> trailing(bucket, CRC32_OF_PICTURE).sendBody("5\r\nbytes\r\n").http()),
        new WireCase(
            "PUT in two chunks of less than 8 KiB",
            "400 InvalidChunkSizeError",
            IN_CHUNKS,
            bucket ->
                ChunkedUpload.to(bucket, Instant.now(), ChunkedUpload.SIGNED, "by", "tes")
                    .send()
                    .http()),
        new WireCase(
            "PUT in unsigned chunks with the CRC32 in the trailer",
            "200",
            WITH_TRAILER,
            bucket -> trailing(bucket, CRC32_OF_PICTURE).send().http()),
        new WireCase(
            "PUT with a wrong CRC32 in the trailer",
            "400 BadDigest",
            thread("versity/versitygw#1694"),
            bucket -> trailing(bucket, CRC32_OF_NOTHING).send().http()),
        new WireCase(
            "PUT with a malformed CRC32 in the trailer",
            "400 InvalidRequest",
            thread("versity/versitygw#1165"),
            bucket -> trailing(bucket, "1234").send().http()),
        new WireCase(
            "PUT without the announced trailer",
            "400 MalformedTrailerError",
            thread("versity/versitygw#1600"),
            bucket -> unsigned(bucket).header("x-amz-trailer", CRC32).send().http()),
        new WireCase(
            "PUT with another trailer than announced",
            "400 MalformedTrailerError",
            thread("versity/versitygw#1691"),
            bucket ->
                trailing(bucket, CRC32_OF_PICTURE)
                    .header("x-amz-trailer", "x-amz-checksum-sha256")
                    .send()
                    .http()),
        new WireCase(
            "PUT with a trailer line without a colon",
            "400 MalformedTrailerError",
            thread("versity/versitygw#1690"),
            bucket -> changed(trailing(bucket, CRC32_OF_PICTURE), 2, part -> part.with(CRC32))),
        new WireCase(
            "PUT with a checksum in a header and in the trailer",
            "400 InvalidRequest",
            thread("versity/versitygw#1657"),
            bucket ->
                trailing(bucket, CRC32_OF_PICTURE)
                    .header("x-amz-checksum-sha256", Wire.SHA256_OF_PICTURE)
                    .send()
                    .http()),
        new WireCase(
            "PUT that names another checksum than that of the trailer",
            "400 InvalidRequest",
            thread("versity/versitygw#1659"),
            bucket ->
                trailing(bucket, CRC32_OF_PICTURE)
                    .header("x-amz-sdk-checksum-algorithm", "SHA1")
                    .send()
                    .http()),
        new WireCase(
            "PUT in signed chunks with a signed trailer",
            "200",
            WITH_TRAILER,
            bucket -> signedTrailer(bucket).send().http()),
        new WireCase(
            "PUT with a wrong signature of the trailer",
            "403 SignatureDoesNotMatch",
            WITH_TRAILER,
            bucket ->
                changed(
                    signedTrailer(bucket),
                    3,
                    part -> part.with("x-amz-trailer-signature:" + "0".repeat(64)))),
        new WireCase(
                "`Content-Encoding` after a PUT in chunks",
                "none",
                page("PutObject"),
                ChecksumCases::headOfChunked)
            .showingHeader("content-encoding"));
  }

  private static ChunkedUpload signed(Bucket bucket) {
    return ChunkedUpload.to(bucket, Instant.now(), ChunkedUpload.SIGNED, PICTURE);
  }

  private static ChunkedUpload unsigned(Bucket bucket) {
    return ChunkedUpload.to(bucket, Instant.now(), ChunkedUpload.UNSIGNED_TRAILER, PICTURE);
  }

  private static ChunkedUpload trailing(Bucket bucket, String crc32) {
    return unsigned(bucket).trailer(CRC32, crc32);
  }

  private static ChunkedUpload signedTrailer(Bucket bucket) {
    return ChunkedUpload.to(bucket, Instant.now(), ChunkedUpload.SIGNED_TRAILER, PICTURE)
        .trailer(CRC32, CRC32_OF_PICTURE);
  }

  /** The object that a chunked upload stored, which is always of the same key. */
  private static HttpResponse<String> headOfChunked(Bucket bucket) {
    trailing(bucket, CRC32_OF_PICTURE).send();
    return SignedRequest.ofObject(bucket, "HEAD", ChunkedUpload.KEY).send().http();
  }

  /** Sends an upload of which one part was changed after signing. */
  private static HttpResponse<String> changed(
      ChunkedUpload upload, int index, UnaryOperator<Part> change) {
    return upload
        .sendChanged(
            parts -> {
              List<Part> others = parts.stream().collect(Collectors.toList());
              others.set(index, change.apply(others.get(index)));
              return others;
            })
        .http();
  }
}
