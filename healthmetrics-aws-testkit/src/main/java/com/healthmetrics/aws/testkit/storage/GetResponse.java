package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The response to GET and HEAD of an object, with the overrides of the query. */
final class GetResponse {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,40})-([0-9]{0,40})");

  private static final List<String> OVERRIDABLE =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires");

  /** Conditions of a client that has the object already. */
  private static final Set<String> NOT_MODIFIED =
      Set.of(ReadConditions.IF_NONE_MATCH, ReadConditions.IF_MODIFIED_SINCE);

  private GetResponse() {}

  /**
   * The response to a request.
   *
   * @param sent lower-case names and values of the headers
   * @param query the overrides
   */
  static ServerResponse of(
      Map<String, String> sent, Query query, StoredObject object, Instant now) {
    Optional<String> failed =
        ReadConditions.failed(
            name -> Optional.ofNullable(sent.get(name.toLowerCase(Locale.ROOT))), object, now);
    if (failed.isPresent() && !NOT_MODIFIED.contains(failed.get())) {
      throw S3Refusal.preconditionFailed(
          failed.get(),
          "The object has the ETag "
              + object.eTag()
              + " and was last modified at "
              + object.lastModified()
              + ".");
    }
    ServerResponse response = failed.isPresent() ? ServerResponse.of(304) : body(sent, object);
    response = response.withHeader("Accept-Ranges", "bytes");
    for (Map.Entry<String, String> header : object.headers().described().entrySet()) {
      response = response.withHeader(headerCase(header.getKey()), ascii(header.getValue()));
    }
    for (String name : OVERRIDABLE) {
      Optional<String> override = query.first("response-" + name);
      if (override.isPresent()) {
        response = response.withHeader(headerCase(name), requireHeaderValue(name, override.get()));
      }
    }
    if (asksForChecksums(sent)) {
      response = withChecksums(response, object);
    }
    return identified(response, object)
        .withHeader("Last-Modified", HTTP_DATE.format(object.lastModified()));
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

  private static ServerResponse body(Map<String, String> sent, StoredObject object) {
    byte[] bytes = object.content();
    boolean rangeAllowed =
        ReadConditions.allowsRange(Optional.ofNullable(sent.get("if-range")), object);
    String range = rangeAllowed ? sent.getOrDefault("range", "").strip() : "";
    Matcher form = RANGE.matcher(range);
    if (range.startsWith("bytes=") && range.contains(",")) {
      throw S3Refusal.notImplemented("A request has one range, as on S3.");
    }
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      // RFC 9110: an invalid range is ignored.
      return ServerResponse.of(200).withBody(object.contentType(), bytes);
    }
    BigInteger size = BigInteger.valueOf(bytes.length);
    BigInteger last = size.subtract(BigInteger.ONE);
    BigInteger from;
    if (form.group(1).isEmpty()) {
      BigInteger suffix = new BigInteger(form.group(2));
      from = suffix.signum() == 0 ? size : size.subtract(suffix).max(BigInteger.ZERO);
    } else {
      from = new BigInteger(form.group(1));
      BigInteger to = form.group(2).isEmpty() ? last : new BigInteger(form.group(2));
      if (to.compareTo(from) < 0 && !form.group(2).isEmpty()) {
        return ServerResponse.of(200).withBody(object.contentType(), bytes);
      }
      last = to.min(last);
    }
    if (from.compareTo(size) >= 0) {
      throw S3Refusal.of(
              416,
              "InvalidRange",
              "The requested range is not satisfiable",
              "The object has " + bytes.length + " bytes, and " + range + " begins after its end.")
          .with("RangeRequested", range)
          .with("ActualObjectSize", bytes.length);
    }
    byte[] part = Arrays.copyOfRange(bytes, from.intValueExact(), last.intValueExact() + 1);
    return ServerResponse.of(206)
        .withBody(object.contentType(), part)
        .withHeader("Content-Range", "bytes " + from + "-" + last + "/" + bytes.length);
  }

  /** One spelling for each header, so that an override replaces the stored value. */
  private static String headerCase(String name) {
    return name.equals("content-type") ? "Content-Type" : name;
  }

  /** Metadata outside ASCII is returned as an encoded word (RFC 2047), as S3 does. */
  private static String ascii(String value) {
    return value.chars().allMatch(c -> c < 0x80)
        ? value
        : "=?UTF-8?B?"
            + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
            + "?=";
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
