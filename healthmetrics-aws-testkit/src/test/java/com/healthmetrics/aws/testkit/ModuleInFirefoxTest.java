package com.healthmetrics.aws.testkit;

import java.nio.file.Path;

class ModuleInFirefoxTest extends BrowserModuleContract {
  @Override
  BrowserPage start(Path folder) {
    return Firefox.start(CHECK, folder);
  }
}
