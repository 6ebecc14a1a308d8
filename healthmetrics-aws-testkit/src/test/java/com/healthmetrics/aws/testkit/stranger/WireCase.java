package com.healthmetrics.aws.testkit.stranger;

import com.healthmetrics.aws.testkit.Bucket;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the table in the README: something that is sent to a bucket, and what S3 answers.
 *
 * @param request in words
 * @param s3 the answer of S3, as AWS documents it or people report it; with a question mark where
 *     that is our reading
 * @param localS3 the answer of LocalS3
 * @param header the header that the table shows, where the answer's status is not the point
 * @param script sends it
 */
record WireCase(
    String request,
    String s3,
    String localS3,
    Optional<String> header,
    Function<Bucket, HttpResponse<String>> script) {
  private static final Pattern CODE = Pattern.compile("<Code>(\\w+)</Code>");

  /** A case that LocalS3 answers as S3 does. */
  WireCase(String request, String s3, Function<Bucket, HttpResponse<String>> script) {
    this(request, s3, s3.replace("?", ""), Optional.empty(), script);
  }

  /** The same case, with another answer of LocalS3. */
  WireCase whichLocalS3Answers(String answer) {
    return new WireCase(request, s3, answer, header, script);
  }

  /** The same case, with a header of the answer instead of its status. */
  WireCase showing(String header) {
    return new WireCase(request, s3, localS3, Optional.of(header), script);
  }

  HttpResponse<String> send(Bucket bucket) {
    return script.apply(bucket);
  }

  /** What the table shows of an answer. */
  String shown(HttpResponse<String> answer) {
    if (header.isPresent()) {
      return answer
          .headers()
          .firstValue(header.get())
          .map(value -> "`" + value + "`")
          .orElse("none");
    }
    if (answer.statusCode() < 300) {
      return String.valueOf(answer.statusCode());
    }
    Matcher code = CODE.matcher(answer.body());
    return answer.statusCode() + (code.find() ? " " + code.group(1) : "");
  }

  /** Whether one answer takes what another one refuses, or a header has another value. */
  boolean isOtherThanS3(String shown) {
    return header.isPresent() ? !shown.equals(s3) : isTaken(shown) != isTaken(s3);
  }

  private static boolean isTaken(String shown) {
    return shown.startsWith("2");
  }
}
