package com.healthmetrics.aws.testkit;

import java.util.Map;

/** A page in a browser of this machine, and a function of it that a test calls. */
public interface BrowserPage extends AutoCloseable {
  /** Loads a page, scripts included. */
  void open(String url);

  /**
   * Calls an asynchronous function of the page with an object.
   *
   * @return the object that its promise resolves to
   */
  Map<?, ?> call(String function, Map<String, ?> argument);

  /** Ends the browser. */
  @Override
  void close();
}
