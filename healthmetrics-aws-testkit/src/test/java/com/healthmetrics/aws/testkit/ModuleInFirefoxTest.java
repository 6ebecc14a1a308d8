package com.healthmetrics.aws.testkit;

import java.nio.file.Path;
import org.junit.jupiter.api.Order;

@Order(1) // takes longest
@Sweep("the module for browsers in Firefox")
class ModuleInFirefoxTest extends BrowserModuleContract {
  @Override
  BrowserPage start(Path folder) {
    return Firefox.start(CHECK, folder);
  }
}
