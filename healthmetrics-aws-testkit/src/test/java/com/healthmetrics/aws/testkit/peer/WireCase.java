package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.testkit.Bucket;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the table in the README: a request to a bucket, and the response of S3.
 *
 * @param request the request in words
 * @param s3 the response of S3, as AWS documents it or people report it; a question mark marks our
 *     own reading
 * @param localS3 the response of LocalS3
 * @param header the response header that the table shows, where the status is not the point
 * @param script sends the request
 */
record WireCase(
    String request,
    String s3,
    String localS3,
    Optional<String> header,
    Function<Bucket, HttpResponse<String>> script) {
  private static final Pattern CODE = Pattern.compile("<Code>(\\w+)</Code>");

  /** A case in which LocalS3 responds as S3 does. */
  WireCase(String request, String s3, Function<Bucket, HttpResponse<String>> script) {
    this(request, s3, s3.replace("?", ""), Optional.empty(), script);
  }

  /** The same case, with another response of LocalS3. */
  WireCase whereLocalS3Responds(String response) {
    return new WireCase(request, s3, response, header, script);
  }

  /** The same case, with a header of the response instead of its status. */
  WireCase showing(String header) {
    return new WireCase(request, s3, localS3, Optional.of(header), script);
  }

  HttpResponse<String> send(Bucket bucket) {
    return script.apply(bucket);
  }

  /** What the table shows of a response. */
  String shown(HttpResponse<String> response) {
    if (header.isPresent()) {
      return response
          .headers()
          .firstValue(header.get())
          .map(value -> "`" + value + "`")
          .orElse("none");
    }
    if (response.statusCode() < 300) {
      return String.valueOf(response.statusCode());
    }
    Matcher code = CODE.matcher(response.body());
    return response.statusCode() + (code.find() ? " " + code.group(1) : "");
  }

  /** Whether only one of the two accepts the request, or the header has another value. */
  boolean differsFromS3(String shown) {
    return header.isPresent() ? !shown.equals(s3) : isAccepted(shown) != isAccepted(s3);
  }

  private static boolean isAccepted(String shown) {
    return shown.startsWith("2");
  }
}
