package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ByteRange;
import com.healthmetrics.aws.testkit.internal.HttpDates;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ReadConditions;
import com.healthmetrics.aws.testkit.internal.ResponseOverride;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.time.Instant;
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

  /**
   * The response to a request.
   *
   * @param sent lower-case names and values of the headers
   * @param query the overrides
   */
  static ServerResponse of(
      Map<String, String> sent, Query query, StoredObject object, Instant now) {
    ReadConditions conditions =
        new ReadConditions(
            name -> Optional.ofNullable(sent.get(name)), object.eTag(), object.lastModified());
    conditions
        .unmet()
        .ifPresent(
            name -> {
              throw S3Refusal.preconditionFailed(
                  name,
                  "The object has the ETag "
                      + object.eTag()
                      + " and was last modified at "
                      + object.lastModified()
                      + ".");
            });
    ServerResponse response =
        conditions.notModified(now).isPresent()
            ? ServerResponse.of(304)
            : body(sent, conditions, object);
    response = response.withHeader("Accept-Ranges", "bytes");
    for (Map.Entry<String, String> header : object.servedHeaders().entrySet()) {
      response = response.withHeader(headerCase(header.getKey()), header.getValue());
    }
    for (String name : OVERRIDABLE) {
      String parameter = "response-" + name;
      Optional<String> override = query.first(parameter);
      if (override.isPresent()) {
        response =
            response.withHeader(
                headerCase(name),
                requireHeaderValue(new ResponseOverride(parameter, override.get())));
      }
    }
    if (asksForChecksums(sent)) {
      response = withChecksums(response, object);
    }
    return identified(response, object)
        .withHeader("Last-Modified", HttpDates.format(object.lastModified()));
  }

  /** The response with the headers by which every request about an object identifies it. */
  static ServerResponse identified(ServerResponse response, StoredObject object) {
    ServerResponse described =
        response
            .withHeader("ETag", object.eTag())
            // Every object of S3 is encrypted; these are its own keys.
            .withHeader("x-amz-server-side-encryption", "AES256");
    return object.versionId().isEmpty()
        ? described
        : described.withHeader("x-amz-version-id", object.versionId().get());
  }

  /** The response with the checksum of the whole object. */
  static ServerResponse withChecksums(ServerResponse response, StoredObject object) {
    ServerResponse described = response;
    for (Map.Entry<String, String> sum : object.headers().checksums().entrySet()) {
      described = described.withHeader(sum.getKey(), sum.getValue());
    }
    return described.withHeader("x-amz-checksum-type", "FULL_OBJECT");
  }

  /** S3 returns checksums on request, and none for a part of an object. */
  private static boolean asksForChecksums(Map<String, String> sent) {
    return sent.getOrDefault("x-amz-checksum-mode", "").equalsIgnoreCase("ENABLED")
        && !sent.containsKey("range");
  }

  private static ServerResponse body(
      Map<String, String> sent, ReadConditions conditions, StoredObject object) {
    byte[] bytes = object.content();
    String range = sent.getOrDefault("range", "").strip();
    if (ByteRange.isSeveral(range)) {
      throw S3Refusal.notImplemented("A request has one range, as on S3.");
    }
    Optional<ByteRange> requested = conditions.range();
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

  private static String requireHeaderValue(ResponseOverride override) {
    if (!override.isHeaderValue()) {
      throw S3Refusal.invalidArgument(ResponseOverride.REFUSAL, override.reason())
          .with("ArgumentName", override.parameter());
    }
    return override.value();
  }
}
