package com.healthmetrics.aws.testkit;

import java.nio.file.Path;
import org.junit.jupiter.api.Order;

@Order(1) // takes longest
class ModuleInChromiumTest extends BrowserModuleContract {
  @Override
  BrowserPage start(Path folder) {
    return Chromium.open(CHECK);
  }
}
