package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.ByteRange;
import com.healthmetrics.aws.testkit.internal.HttpDates;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ReadConditions;
import com.healthmetrics.aws.testkit.internal.ResponseOverride;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The response with an object of the origin, as S3 gives it and CloudFront passes it on. */
final class ObjectResponse {
  private ObjectResponse() {}

  /**
   * The object, a range of it, or that the viewer has it already.
   *
   * @param contentDisposition replaces the object's own
   * @throws CloudFrontRefusal if a condition is not met, the range begins after the object's end,
   *     or no header can have the content disposition
   */
  static ServerResponse of(
      RawRequest request,
      StoredObject object,
      Optional<ResponseOverride> contentDisposition,
      Instant now) {
    ReadConditions conditions =
        new ReadConditions(request::header, object.eTag(), object.lastModified());
    conditions
        .unmet()
        .ifPresent(
            condition -> {
              throw CloudFrontRefusal.ofOrigin(
                  412,
                  "PreconditionFailed",
                  "At least one of the pre-conditions you specified did not hold",
                  condition + " is not met by the object that is stored now.");
            });
    ServerResponse response =
        conditions.notModified(now).isPresent()
            ? ServerResponse.of(304)
            : content(conditions.range(), object);
    for (Map.Entry<String, String> header : object.servedHeaders().entrySet()) {
      response = response.withHeader(header.getKey(), header.getValue());
    }
    if (contentDisposition.isPresent()) {
      response = response.withHeader("content-disposition", valueOf(contentDisposition.get()));
    }
    if (object.versionId().isPresent()) {
      response = response.withHeader("x-amz-version-id", object.versionId().get());
    }
    return response
        .withHeader("ETag", object.eTag())
        .withHeader("Last-Modified", HttpDates.format(object.lastModified()))
        .withHeader("Accept-Ranges", "bytes")
        .withHeader("X-Cache", "Miss from cloudfront");
  }

  private static String valueOf(ResponseOverride override) {
    if (!override.isHeaderValue()) {
      throw CloudFrontRefusal.ofOrigin(
          400, "InvalidArgument", ResponseOverride.REFUSAL, override.reason());
    }
    return override.value();
  }

  private static ServerResponse content(Optional<ByteRange> range, StoredObject object) {
    byte[] bytes = object.bytes();
    if (range.isEmpty()) {
      return ServerResponse.of(200).withBody(bytes);
    }
    ByteRange.Part part =
        range
            .get()
            .of(bytes.length)
            .orElseThrow(
                () ->
                    CloudFrontRefusal.ofOrigin(
                        416,
                        "InvalidRange",
                        "The requested range is not satisfiable",
                        "The object has " + bytes.length + " bytes."));
    return ServerResponse.of(206)
        .withBody(part.copyOf(bytes))
        .withHeader("Content-Range", part.contentRange());
  }
}
