package com.healthmetrics.aws.internal;

/**
 * Encodes a label of a domain name as ASCII, without the mapping that the JDK's {@code IDN} applies
 * first.
 *
 * <p>Source: RFC 3492, "Punycode: A Bootstring encoding of Unicode for IDNA", section 6.3.
 */
public final class Punycode {
  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int INITIAL_BIAS = 72;
  private static final int INITIAL_N = 0x80;

  private Punycode() {}

  /**
   * Encodes a label.
   *
   * @param label at most 63 characters, not all of them ASCII
   * @return the label with {@code xn--} before it
   */
  public static String encode(String label) {
    int[] codePoints = label.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    label.codePoints().filter(c -> c < INITIAL_N).forEach(out::appendCodePoint);
    int basic = out.length();
    if (basic > 0) {
      out.append('-');
    }
    int n = INITIAL_N;
    int delta = 0;
    int bias = INITIAL_BIAS;
    int handled = basic;
    while (handled < codePoints.length) {
      int next = smallestFrom(codePoints, n);
      delta += (next - n) * (handled + 1);
      n = next;
      for (int c : codePoints) {
        if (c < n) {
          delta++;
        } else if (c == n) {
          appendVariableLength(out, delta, bias);
          bias = adapt(delta, handled + 1, handled == basic);
          delta = 0;
          handled++;
        }
      }
      delta++;
      n++;
    }
    return "xn--" + out;
  }

  private static int smallestFrom(int[] codePoints, int n) {
    int smallest = Integer.MAX_VALUE;
    for (int c : codePoints) {
      if (c >= n && c < smallest) {
        smallest = c;
      }
    }
    return smallest;
  }

  private static void appendVariableLength(StringBuilder out, int delta, int bias) {
    int q = delta;
    for (int k = BASE; ; k += BASE) {
      int t = k <= bias ? T_MIN : Math.min(k - bias, T_MAX);
      if (q < t) {
        out.append(digit(q));
        return;
      }
      out.append(digit(t + (q - t) % (BASE - t)));
      q = (q - t) / (BASE - t);
    }
  }

  private static char digit(int value) {
    return (char) (value < 26 ? 'a' + value : '0' + value - 26);
  }

  private static int adapt(int delta, int length, boolean first) {
    int scaled = first ? delta / DAMP : delta / 2;
    scaled += scaled / length;
    int k = 0;
    while (scaled > ((BASE - T_MIN) * T_MAX) / 2) {
      scaled /= BASE - T_MIN;
      k += BASE;
    }
    return k + (BASE - T_MIN + 1) * scaled / (scaled + SKEW);
  }
}
