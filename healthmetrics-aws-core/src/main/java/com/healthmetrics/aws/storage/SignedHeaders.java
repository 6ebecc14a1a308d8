package com.healthmetrics.aws.storage;

import java.util.Map;

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
  SignedHeaders(Map<String, String> toSend, long contentLength, String host) {
    names = new String[toSend.size() + 2];
    values = new String[names.length];
    toSend.forEach(this::insert);
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

  /** All names, joined. */
  String names(String separator) {
    return String.join(separator, names);
  }

  /** The lines of the canonical request. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(names[i]).append(':').append(values[i]).append('\n');
    }
    return lines.toString();
  }
}
