package com.healthmetrics.aws.testkit.junit;

import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A value that JUnit closes with the context that stores it. JUnit before 5.13 closes the first of
 * these types only, later versions prefer the second.
 */
@SuppressWarnings("deprecation")
interface ClosedByJUnit extends ExtensionContext.Store.CloseableResource, AutoCloseable {
  @Override
  void close();
}
