package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.storage.ChunkedBody.Decoded;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A body as it was meant: decoded, complete, and the one that was signed.
 *
 * @param bytes the content, in one array of its length; not copied
 * @param trailer lower-case names and values of the headers after the content
 */
@SuppressWarnings("ArrayRecordComponent") // passed on internally, never compared
record ReceivedBody(byte[] bytes, Map<String, String> trailer) {
  private static final byte[] NOTHING = {};

  private static final String TRAILER = "x-amz-trailer";
  private static final String DECODED_LENGTH = "x-amz-decoded-content-length";

  /** Refuses a body where an operation has none, and one that was signed and not sent. */
  static ReceivedBody none(RawRequest request, SignedPayload payload) {
    boolean sent =
        request.header("transfer-encoding").isPresent()
            || payload.isChunked()
            || request.header("content-length").filter(length -> !length.equals("0")).isPresent();
    if (sent) {
      throw S3Refusal.notImplemented("LocalS3 reads no body of this operation; omit it.");
    }
    payload.requireHashOf(NOTHING);
    return new ReceivedBody(NOTHING, Map.of());
  }

  /** Reads a body to its end and refuses one that is larger or not the signed one. */
  static ReceivedBody read(InputStream in, RawRequest request, SignedPayload payload, int maxBytes)
      throws IOException {
    return payload.isChunked()
        ? readChunked(in, request, payload, maxBytes)
        : readPlain(in, request, payload, maxBytes);
  }

  private static ReceivedBody readPlain(
      InputStream in, RawRequest request, SignedPayload payload, int maxBytes) throws IOException {
    for (String name : List.of(TRAILER, DECODED_LENGTH)) {
      if (request.header(name).isPresent()) {
        throw S3Refusal.notImplementedHeader(
            name, "The body is not aws-chunked: x-amz-content-sha256 must begin with STREAMING-.");
      }
    }
    if (request.header("transfer-encoding").isPresent()) {
      throw S3Refusal.notImplementedHeader(
          "Transfer-Encoding",
          "S3 needs the length of the body first: send Content-Length, or an aws-chunked body with "
              + DECODED_LENGTH
              + ".");
    }
    byte[] bytes = new byte[requireLength(request, "content-length", maxBytes)];
    // A truncated body is an IOException of the server, so nothing is stored.
    in.readNBytes(bytes, 0, bytes.length);
    payload.requireHashOf(bytes);
    return new ReceivedBody(bytes, Map.of());
  }

  private static ReceivedBody readChunked(
      InputStream in, RawRequest request, SignedPayload payload, int maxBytes) throws IOException {
    Set<String> declared = declaredTrailer(request);
    int length = requireLength(request, DECODED_LENGTH, maxBytes);
    Decoded decoded = ChunkedBody.read(in, payload, length);
    if (!declared.equals(decoded.trailer().keySet())) {
      throw ChunkedBody.malformedTrailer(
          TRAILER + " names " + declared + ", and the trailer has " + decoded.trailer().keySet());
    }
    return new ReceivedBody(decoded.bytes(), decoded.trailer());
  }

  private static Set<String> declaredTrailer(RawRequest request) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(request.header(TRAILER).orElse("").split(",", -1))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .forEach(names::add);
    if (!Checksums.HEADERS.containsAll(names)) {
      throw S3Refusal.invalidRequest(
          "The value specified in the x-amz-trailer header is not supported",
          TRAILER + " was " + names + "; a trailer carries one of " + Checksums.HEADERS + ".");
    }
    return names;
  }

  private static int requireLength(RawRequest request, String name, int maxBytes) {
    Optional<String> text = request.header(name);
    if (text.filter(digits -> digits.matches("[0-9]{1,18}")).isEmpty()) {
      throw S3Refusal.of(
          411,
          "MissingContentLength",
          "You must provide the Content-Length HTTP header.",
          name + " is missing or not a number of bytes.");
    }
    long length = Long.parseLong(text.get());
    if (length > maxBytes) {
      throw S3Refusal.of(
              400,
              "EntityTooLarge",
              "Your proposed upload exceeds the maximum allowed size",
              "The body has "
                  + length
                  + " bytes; this LocalS3 keeps objects in memory and accepts "
                  + maxBytes
                  + ". S3 accepts 5 GiB; see LocalS3.Builder.maxObjectBytes.")
          .with("ProposedSize", length)
          .with("MaxSizeAllowed", maxBytes);
    }
    return (int) length;
  }
}
