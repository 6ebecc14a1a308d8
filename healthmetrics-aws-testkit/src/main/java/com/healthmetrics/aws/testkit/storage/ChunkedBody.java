package com.healthmetrics.aws.testkit.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an {@code aws-chunked} body into one array of its decoded length.
 *
 * <p>The codes of a malformed body are those that versity/versitygw reports of S3 (issues 1600,
 * 1660, 1665, 1666, 1684, 1685 and 1691). Not thread-safe.
 */
final class ChunkedBody {
  /** S3's smallest chunk, except for the last. */
  private static final int MIN_CHUNK_BYTES = 8192;

  /** Size and signature of a chunk, or a header of the trailer. */
  private static final int MAX_LINE_BYTES = 512;

  private static final int MAX_TRAILER_LINES = 8;
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  /** Nine digits are more than any object has bytes here. */
  private static final Pattern CHUNK_HEADER =
      Pattern.compile("0{0,8}([0-9a-fA-F]{1,9})(?:;chunk-signature=([0-9a-f]{64}))?");

  private static final Pattern TRAILER_LINE =
      Pattern.compile("([A-Za-z0-9-]+):[ \\t]*([!-~](?:[ -~]*[!-~])?)[ \\t]*");

  private final InputStream in;
  private final Optional<ChunkSignatures> signatures;
  private final byte[] bytes;
  private int at;

  private ChunkedBody(InputStream in, Optional<ChunkSignatures> signatures, int decodedLength) {
    this.in = in;
    this.signatures = signatures;
    this.bytes = new byte[decodedLength];
  }

  /**
   * The decoded body.
   *
   * @param bytes the content, not copied
   * @param trailer lower-case names and values of the headers after the content
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on internally, never compared
  record Decoded(byte[] bytes, Map<String, String> trailer) {
    Decoded {
      trailer = Collections.unmodifiableMap(trailer);
    }
  }

  /** Reads a body to its end and refuses one that is not exactly as it was signed. */
  static Decoded read(InputStream in, SignedPayload payload, int decodedLength) throws IOException {
    ChunkedBody body = new ChunkedBody(in, payload.chunks(), decodedLength);
    body.readChunks();
    Map<String, String> trailer = body.readTrailer(payload.hasTrailer());
    if (in.read() >= 0) {
      throw malformed("There are bytes after the end of the body");
    }
    return new Decoded(body.bytes, trailer);
  }

  private void readChunks() throws IOException {
    int previousSize = MIN_CHUNK_BYTES;
    int number = 1;
    int size;
    do {
      Matcher header = chunkHeader(number);
      size = size(header.group(1), number, previousSize);
      if (in.readNBytes(bytes, at, size) < size) {
        throw malformed("Chunk " + number + " ends before its " + size + " bytes");
      }
      if (signatures.isPresent()) {
        signatures.get().requireChunk(number, header.group(2), bytes, at, size);
      }
      at += size;
      if (size > 0 && !readLine().isEmpty()) {
        throw malformed("No line end follows the bytes of chunk " + number);
      }
      previousSize = size;
      number++;
    } while (size > 0);
    if (at < bytes.length) {
      throw anotherLength(at);
    }
  }

  private Matcher chunkHeader(int number) throws IOException {
    Matcher header = CHUNK_HEADER.matcher(readLine());
    if (!header.matches() || (header.group(2) != null) != signatures.isPresent()) {
      throw malformed(
          "Chunk "
              + number
              + " does not begin with its size in hex"
              + (signatures.isPresent() ? " and ;chunk-signature=" : " alone"));
    }
    return header;
  }

  private int size(String hex, int number, int previousSize) {
    long size = Long.parseLong(hex, 16);
    if (size > 0 && previousSize < MIN_CHUNK_BYTES) {
      throw S3Refusal.of(
              400,
              "InvalidChunkSizeError",
              "Only the last chunk is allowed to have a size less than 8192 bytes",
              "Chunk " + (number - 1) + " has " + previousSize + " bytes; buffer the stream.")
          .with("Chunk", number)
          .with("BadChunkSize", previousSize);
    }
    if (size > bytes.length - at) {
      throw anotherLength(at + size);
    }
    return (int) size;
  }

  private Map<String, String> readTrailer(boolean mayHaveOne) throws IOException {
    Map<String, String> trailer = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      Matcher header = TRAILER_LINE.matcher(line);
      if (!mayHaveOne || !header.matches() || trailer.size() == MAX_TRAILER_LINES) {
        throw malformedTrailer(
            mayHaveOne
                ? "A line of the trailer is not name:value, or there are too many"
                : "x-amz-content-sha256 allows no trailer");
      }
      if (trailer.put(header.group(1).toLowerCase(Locale.ROOT), header.group(2)) != null) {
        throw malformedTrailer("The trailer has " + header.group(1) + " twice");
      }
    }
    String signature = trailer.remove(TRAILER_SIGNATURE);
    if (signatures.isPresent() && mayHaveOne) {
      if (signature == null) {
        throw malformedTrailer("The trailer has no " + TRAILER_SIGNATURE);
      }
      signatures.get().requireTrailer(trailer, signature);
    }
    return trailer;
  }

  /** Reads up to a line end, which is not part of the result. */
  private String readLine() throws IOException {
    byte[] line = new byte[MAX_LINE_BYTES];
    int length = 0;
    int next = in.read();
    while (next != '\r') {
      if (next < 0 || next == '\n' || length == MAX_LINE_BYTES) {
        throw malformed(
            next < 0
                ? "The body ends within a line"
                : "A line does not end in CR LF after at most " + MAX_LINE_BYTES + " bytes");
      }
      line[length++] = (byte) next;
      next = in.read();
    }
    if (in.read() != '\n') {
      throw malformed("CR is not followed by LF");
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }

  private S3Refusal anotherLength(long provided) {
    return S3Refusal.of(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
            "x-amz-decoded-content-length is "
                + bytes.length
                + ", and the chunks have at least "
                + provided
                + " bytes.")
        .with("NumberBytesExpected", bytes.length)
        .with("NumberBytesProvided", provided);
  }

  private static S3Refusal malformed(String reason) {
    return S3Refusal.of(
        400, "IncompleteBody", "The request body terminated unexpectedly", reason + ".");
  }

  static S3Refusal malformedTrailer(String reason) {
    return S3Refusal.of(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our"
            + " published schema.",
        reason + ".");
  }
}
