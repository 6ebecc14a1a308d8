package com.healthmetrics.aws.testkit;

import java.nio.file.Path;

class ModuleInChromiumTest extends BrowserModuleContract {
  @Override
  BrowserPage start(Path folder) {
    return Chromium.open(CHECK);
  }
}
