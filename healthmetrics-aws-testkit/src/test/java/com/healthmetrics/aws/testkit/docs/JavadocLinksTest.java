package com.healthmetrics.aws.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Javadoc links types of other projects by lists of their packages, which the build reads
 * offline.
 */
class JavadocLinksTest {
  private static final Path LISTS = ProjectFiles.ROOT.resolve(".mvn/javadoc");

  /** A package that is missing there is not linked, and one that has moved is a dead link. */
  @Test
  void theListOfCoreHasThePackagesThatItExports() throws IOException {
    ModuleDescriptor core =
        ModuleFinder.of(ProjectFiles.ROOT.resolve("healthmetrics-aws-core/target/classes"))
            .find("com.healthmetrics.aws")
            .orElseThrow()
            .descriptor();

    assertThat(Files.readAllLines(LISTS.resolve("core/element-list")))
        .containsExactlyElementsOf(
            Stream.concat(
                    Stream.of("module:" + core.name()),
                    core.exports().stream().map(ModuleDescriptor.Exports::source).sorted())
                .toList());
  }
}
