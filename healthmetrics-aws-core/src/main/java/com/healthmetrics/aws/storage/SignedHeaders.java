package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.sigv4.SigningBuffer;

/**
 * The headers that a PUT signs, sorted by name as SigV4 requires.
 *
 * <p>They are few: inserting each at its place costs less than a sorted map.
 *
 * <p>Not thread-safe.
 */
final class SignedHeaders {
  private static final String LENGTH = "content-length";
  private static final String HOST = "host";

  private final String[] names;
  private final String[] values;
  private int count;

  /**
   * @param toSend the headers that the client sets, names in lower case
   */
  SignedHeaders(Fields toSend, long contentLength, String host) {
    names = new String[toSend.size() + 2];
    values = new String[names.length];
    for (int i = 0; i < toSend.size(); i++) {
      insert(toSend.name(i), toSend.value(i));
    }
    insert(LENGTH, Long.toString(contentLength));
    insert(HOST, host);
  }

  private void insert(String name, String value) {
    int at = count++;
    for (; at > 0 && names[at - 1].compareTo(name) > 0; at--) {
      names[at] = names[at - 1];
      values[at] = values[at - 1];
    }
    names[at] = name;
    values[at] = value;
  }

  /** Appends all names. */
  void addNames(String separator, SigningBuffer out) {
    for (int i = 0; i < count; i++) {
      out.add(i == 0 ? "" : separator).add(names[i]);
    }
  }

  /** Appends the lines of the canonical request. */
  void addLines(SigningBuffer out) {
    for (int i = 0; i < count; i++) {
      out.add(names[i]).add(':').add(values[i]).add('\n');
    }
  }
}
