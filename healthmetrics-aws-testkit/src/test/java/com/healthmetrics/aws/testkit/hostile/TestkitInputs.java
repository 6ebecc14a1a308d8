package com.healthmetrics.aws.testkit.hostile;

import java.util.stream.Stream;

final class TestkitInputs implements AutoCloseable {
  static TestkitInputs start() {
    return new TestkitInputs();
  }

  Stream<HostileInput> all() {
    return Stream.of();
  }

  @Override
  public void close() {}
}
