package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED_ALIKE;
import static com.healthmetrics.aws.testkit.peer.Wire.put;
import static com.healthmetrics.aws.testkit.peer.Wire.send;

import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** Requests of pages, in a bucket that allows PUT and POST from one origin. */
final class CorsCases {
  private static final String ORIGIN = "Origin";
  private static final String METHOD = "Access-Control-Request-Method";
  private static final String HEADERS = "Access-Control-Request-Headers";
  private static final String ALLOWED = S3Peer.ALLOWED_ORIGIN;
  private static final String OTHER = "https://evil.example";
  private static final String VARY =
      "`Origin, Access-Control-Request-Headers, Access-Control-Request-Method`";

  private CorsCases() {}

  static List<WireCase> all() {
    return List.of(
        preflight("of an allowed origin", "200", allowed(ALLOWED, "PUT", "content-type")),
        preflight("without requested headers", "200", Map.of(ORIGIN, ALLOWED, METHOD, "PUT")),
        preflight(
            "of another origin", "403 AccessForbidden", allowed(OTHER, "PUT", "content-type")),
        preflight(
            "for another method",
            "403 AccessForbidden",
            allowed(ALLOWED, "DELETE", "content-type")),
        preflight("for another header", "403 AccessForbidden", allowed(ALLOWED, "PUT", "x-other")),
        preflight("for a header in upper case", "200", allowed(ALLOWED, "PUT", "Content-Type")),
        preflight("without `Origin`", "400 BadRequest", Map.of(METHOD, "PUT")),
        preflight("without a method", "400 BadRequest", OWN_READING, Map.of(ORIGIN, ALLOWED)),
        ofPreflight("access-control-allow-origin", "`" + ALLOWED + "`"),
        ofPreflight("access-control-allow-headers", "`content-type`"),
        ofPreflight("vary", VARY),
        ofUpload("access-control-allow-origin", ALLOWED, "`" + ALLOWED + "`"),
        ofUpload("access-control-allow-origin", OTHER, "none"),
        ofUpload("vary", ALLOWED, VARY),
        new WireCase(
            "PUT of a page of another origin", "200", RECORDED, bucket -> upload(bucket, OTHER)));
  }

  private static Map<String, String> allowed(String origin, String method, String headers) {
    return Map.of(ORIGIN, origin, METHOD, method, HEADERS, headers);
  }

  private static WireCase preflight(String what, String s3, Map<String, String> headers) {
    return preflight(what, s3, RECORDED, headers);
  }

  private static WireCase preflight(
      String what, String s3, Source source, Map<String, String> headers) {
    return new WireCase(
        "preflight " + what,
        s3,
        source,
        bucket -> Wire.http("OPTIONS", put(bucket).url(), headers));
  }

  private static WireCase ofPreflight(String header, String s3) {
    return new WireCase(
            "`" + header + "` of a preflight",
            s3,
            RECORDED,
            bucket ->
                Wire.http("OPTIONS", put(bucket).url(), allowed(ALLOWED, "PUT", "content-type")))
        .showingHeader(header);
  }

  private static WireCase ofUpload(String header, String origin, String s3) {
    return new WireCase(
            "`"
                + header
                + "` of a PUT from "
                + (origin.equals(ALLOWED) ? "an allowed" : "another")
                + " origin",
            s3,
            RECORDED_ALIKE,
            bucket -> upload(bucket, origin))
        .showingHeader(header);
  }

  private static HttpResponse<String> upload(Bucket bucket, String origin) {
    return send(put(bucket), Browser.replacing("origin", origin));
  }
}
