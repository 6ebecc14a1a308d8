package com.healthmetrics.aws.testkit;

import java.nio.file.Path;

@Sweep("the module for browsers in Firefox")
class ModuleInFirefoxTest extends BrowserModuleContract {
  @Override
  BrowserPage start(Path folder) {
    return Firefox.start(CHECK, folder);
  }
}
