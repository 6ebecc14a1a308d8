package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ByteRange;
import com.healthmetrics.aws.testkit.internal.HttpDates;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The response to GET and HEAD of an object, with the overrides of the query. */
final class GetResponse {
  private static final List<String> OVERRIDABLE =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires");

  private GetResponse() {}

  static ServerResponse of(RawRequest request, Query query, StoredObject object) {
    request.header("if-match").ifPresent(condition -> IfMatch.require(condition, object));
    ServerResponse response = body(request, object).withHeader("Accept-Ranges", "bytes");
    for (Map.Entry<String, String> header : object.servedHeaders().entrySet()) {
      response = response.withHeader(headerCase(header.getKey()), header.getValue());
    }
    for (String name : OVERRIDABLE) {
      Optional<String> override = query.first("response-" + name);
      if (override.isPresent()) {
        response = response.withHeader(headerCase(name), requireHeaderValue(name, override.get()));
      }
    }
    if (asksForChecksums(request)) {
      for (Map.Entry<String, String> sum : object.headers().checksums().entrySet()) {
        response =
            response
                .withHeader(sum.getKey(), sum.getValue())
                .withHeader("x-amz-checksum-type", "FULL_OBJECT");
      }
    }
    if (object.versionId().isPresent()) {
      response = response.withHeader("x-amz-version-id", object.versionId().get());
    }
    return response
        .withHeader("ETag", object.eTag())
        .withHeader("Last-Modified", HttpDates.format(object.lastModified()));
  }

  /** S3 returns checksums on request, and none for a part of an object. */
  private static boolean asksForChecksums(RawRequest request) {
    return request.header("x-amz-checksum-mode").filter("ENABLED"::equalsIgnoreCase).isPresent()
        && request.header("range").isEmpty();
  }

  private static ServerResponse body(RawRequest request, StoredObject object) {
    byte[] bytes = object.bytes();
    String range = request.header("range").orElse("").strip();
    if (ByteRange.isSeveral(range)) {
      throw S3Refusal.notImplemented("A request for several ranges (as on S3)");
    }
    Optional<ByteRange> requested = ByteRange.parse(range);
    if (requested.isEmpty()) {
      return ServerResponse.of(200).withBody(object.contentType(), bytes);
    }
    ByteRange.Part part =
        requested
            .get()
            .of(bytes.length)
            .orElseThrow(
                () ->
                    S3Refusal.of(
                            416,
                            "InvalidRange",
                            "The requested range is not satisfiable",
                            "The object has "
                                + bytes.length
                                + " bytes, and "
                                + range
                                + " begins after its end.")
                        .with("RangeRequested", range)
                        .with("ActualObjectSize", bytes.length));
    return ServerResponse.of(206)
        .withBody(object.contentType(), part.copyOf(bytes))
        .withHeader("Content-Range", part.contentRange());
  }

  /** One spelling for each header, so that an override replaces the stored value. */
  private static String headerCase(String name) {
    return name.equals("content-type") ? "Content-Type" : name;
  }

  private static String requireHeaderValue(String name, String value) {
    if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
      throw S3Refusal.invalidArgument(
              "Header value cannot be represented using ISO-8859-1.",
              "response-"
                  + name
                  + " has a character that a header cannot carry; encode it, for example as"
                  + " filename*=UTF-8''...")
          .with("ArgumentName", "response-" + name);
    }
    return value;
  }
}
