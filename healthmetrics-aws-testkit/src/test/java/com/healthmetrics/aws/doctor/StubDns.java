package com.healthmetrics.aws.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A DNS with the records of a test. */
final class StubDns implements DnsRecords {
  private final Map<String, List<String>> records = new LinkedHashMap<>();
  private final List<String> questions = new ArrayList<>();
  private boolean silent;

  StubDns with(String name, String type, String... values) {
    records.put(type + " " + name, List.of(values));
    return this;
  }

  StubDns without(String name, String type) {
    if (records.remove(type + " " + name) == null) {
      throw new IllegalStateException("There is no " + type + " " + name);
    }
    return this;
  }

  StubDns empty() {
    records.clear();
    return this;
  }

  StubDns silent() {
    silent = true;
    return this;
  }

  /** What was asked for, as "TXT example.com". */
  List<String> questions() {
    return List.copyOf(questions);
  }

  @Override
  public List<String> find(String name, String type) throws DnsUnavailableException {
    questions.add(type + " " + name);
    if (silent) {
      throw new DnsUnavailableException("DNS gave no usable response.");
    }
    return records.getOrDefault(type + " " + name, List.of());
  }
}
