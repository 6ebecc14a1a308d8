package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.testkit.Bucket;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the table: a request to a bucket, and the response of S3.
 *
 * @param request the request in words
 * @param s3 the response of S3
 * @param source how that is known
 * @param choice what LocalS3 responds on purpose, where it is not that
 * @param shown selects what the table shows of a response
 * @param script sends the request
 */
record WireCase(
    String request,
    String s3,
    Source source,
    Optional<Choice> choice,
    Function<HttpResponse<String>, String> shown,
    Function<Bucket, HttpResponse<String>> script) {
  private static final Pattern CODE = Pattern.compile("<Code>(\\w+)</Code>");

  /** A response of LocalS3 that is not that of S3, and the reason as a sentence. */
  record Choice(String response, String because) {}

  /** How a response compares with that of S3. */
  enum Verdict {
    SAME,
    /** Both refuse or both accept, with another status or code. */
    ALIKE,
    /** One accepts what the other refuses, or the compared part has another value. */
    DIFFERS
  }

  WireCase(
      String request, String s3, Source source, Function<Bucket, HttpResponse<String>> script) {
    this(request, s3, source, Optional.empty(), WireCase::statusAndCode, script);
  }

  /** The same case, with another response of LocalS3. */
  WireCase whereLocalS3Responds(String response, String because) {
    return new WireCase(
        request, s3, source, Optional.of(new Choice(response, because)), shown, script);
  }

  /** The same case, with a header of the response instead of its status. */
  WireCase showingHeader(String name) {
    return showingPart(response -> response.headers().firstValue(name));
  }

  /** The same case, with the first XML element of this name instead of the status. */
  WireCase showingElement(String name) {
    return showingPart(response -> element(response, name));
  }

  /** The same case, with an XML element of the error instead of its status. */
  WireCase showingErrorElement(String name) {
    return showing(
        response ->
            response.statusCode() >= 400
                ? quoted(element(response, name))
                : statusAndCode(response));
  }

  private WireCase showingPart(Function<HttpResponse<String>, Optional<String>> part) {
    return showing(
        response ->
            response.statusCode() < 400 ? quoted(part.apply(response)) : statusAndCode(response));
  }

  private WireCase showing(Function<HttpResponse<String>, String> part) {
    return new WireCase(request, s3, source, choice, part, script);
  }

  private static Optional<String> element(HttpResponse<String> response, String name) {
    Matcher found =
        Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(response.body());
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static String quoted(Optional<String> part) {
    return part.map(value -> "`" + value + "`").orElse("none");
  }

  /** What LocalS3 must respond. */
  String localS3() {
    return choice.map(Choice::response).orElse(s3);
  }

  HttpResponse<String> send(Bucket bucket) {
    return script.apply(bucket);
  }

  /** Sends the request, and shows the response; a peer may close the connection instead. */
  String observe(Bucket bucket) {
    try {
      return shown.apply(send(bucket));
    } catch (UncheckedIOException e) {
      return "no response";
    }
  }

  private static String statusAndCode(HttpResponse<String> response) {
    if (response.statusCode() < 300) {
      return String.valueOf(response.statusCode());
    }
    Matcher code = CODE.matcher(response.body());
    return response.statusCode() + (code.find() ? " " + code.group(1) : "");
  }

  /** Compares what {@link #observe} returned with the response of S3. */
  Verdict verdict(String observed) {
    if (observed.equals(s3)) {
      return Verdict.SAME;
    }
    boolean isPart = s3.startsWith("`") || s3.equals("none");
    return isPart || isAccepted(observed) != isAccepted(s3) ? Verdict.DIFFERS : Verdict.ALIKE;
  }

  private static boolean isAccepted(String shown) {
    return shown.startsWith("2");
  }
}
