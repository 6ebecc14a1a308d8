package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The headers of a request, wherever it carries them. */
final class SentHeaders {
  private SentHeaders() {}

  /**
   * Headers win over those in the query of a presigned URL, where some presigners put {@code
   * x-amz-*} and {@code If-None-Match}, and the trailer of the body is added.
   *
   * @return lower-case names and values
   */
  static Map<String, String> of(RawRequest request, Query query, Map<String, String> trailer) {
    Map<String, String> sent = new LinkedHashMap<>();
    if (PresignedUrlCheck.isPresigned(query)) {
      for (Query.Parameter parameter : query.parameters()) {
        String name = parameter.name().toLowerCase(Locale.ROOT);
        if (isReadFromQuery(name)) {
          sent.put(name, parameter.value());
        }
      }
    }
    request.headers().forEach((name, values) -> sent.put(name, String.join(",", values)));
    sent.putAll(trailer);
    return sent;
  }

  /** S3 ignores checksums in a query, and the headers that are not its own. */
  static boolean isReadFromQuery(String name) {
    boolean checksum = Checksums.HEADERS.contains(name) || name.equals(Checksums.ANNOUNCED);
    return (name.startsWith("x-amz-") && !checksum) || Names.WRITE_CONDITIONS.contains(name);
  }
}
