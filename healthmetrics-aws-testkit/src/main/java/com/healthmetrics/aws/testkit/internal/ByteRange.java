package com.healthmetrics.aws.testkit.internal;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The range that a request asks for; RFC 9110, section 14.
 *
 * @param first the index of the first byte; empty for the last bytes
 * @param last the index of the last byte, or the number of the last bytes; empty for all that
 *     follow
 */
public record ByteRange(Optional<BigInteger> first, Optional<BigInteger> last) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]*+)-([0-9]*+)");

  /** Beyond the size of any object, however many digits it has. */
  private static final int MAX_DIGITS = 20;

  /** Whether a header asks for more than one range. */
  public static boolean isSeveral(String header) {
    return header.startsWith("bytes=") && header.contains(",");
  }

  /** The range of a header; empty if there is none, or an invalid one, which servers ignore. */
  public static Optional<ByteRange> parse(String header) {
    Matcher form = FORM.matcher(header.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    ByteRange range = new ByteRange(number(form.group(1)), number(form.group(2)));
    boolean empty = range.first().isEmpty() && range.last().isEmpty();
    boolean reversed =
        range
            .first()
            .flatMap(from -> range.last().filter(to -> to.compareTo(from) < 0))
            .isPresent();
    return empty || reversed ? Optional.empty() : Optional.of(range);
  }

  private static Optional<BigInteger> number(String digits) {
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        digits.length() > MAX_DIGITS ? BigInteger.TEN.pow(MAX_DIGITS) : new BigInteger(digits));
  }

  /** The part of so many bytes; empty if the range begins after their end. */
  public Optional<Part> of(int length) {
    BigInteger size = BigInteger.valueOf(length);
    BigInteger end = size.subtract(BigInteger.ONE);
    BigInteger from =
        first.orElseGet(
            () ->
                last.filter(count -> count.signum() > 0)
                    .map(count -> size.subtract(count).max(BigInteger.ZERO))
                    .orElse(size));
    BigInteger to = first.isEmpty() ? end : last.map(end::min).orElse(end);
    return from.compareTo(size) >= 0
        ? Optional.empty()
        : Optional.of(new Part(from.intValueExact(), to.intValueExact(), length));
  }

  /**
   * A part of some bytes.
   *
   * @param from the index of the first byte
   * @param to the index of the last byte
   * @param length the number of all bytes
   */
  public record Part(int from, int to, int length) {
    /** A copy of the part. */
    public byte[] copyOf(byte[] bytes) {
      return Arrays.copyOfRange(bytes, from, to + 1);
    }

    /** The header {@code Content-Range}. */
    public String contentRange() {
      return "bytes " + from + "-" + to + "/" + length;
    }
  }
}
