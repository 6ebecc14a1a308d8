package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.docs.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Library, testkit, Terraform module and documents have the same version. */
class ProjectVersionTest {
  private static final Path PROJECT = Path.of("..").normalize();

  private final ProjectVersion snapshot = new ProjectVersion("1.2.3-SNAPSHOT");
  private final ProjectVersion release = new ProjectVersion("1.2.3");

  @Test
  void isTheVersionOfTheModule() throws IOException {
    assertThat(ModuleFolder.SOURCE.resolve("versions.tf"))
        .content()
        .contains("module_version = \"" + ProjectVersion.ofThePom().value() + "\"");
  }

  @Test
  void isTheVersionInDocumentsAndExamples() throws IOException {
    ProjectVersion version = ProjectVersion.ofThePom();
    assertThat(PROJECT.resolve("README.md"))
        .content()
        .contains("<version>" + version.value() + "</version>");
    for (Path document : documents()) {
      assertThat(version.contradictionsIn(Files.readString(document)))
          .as("in %s, which must have version %s", document, version)
          .isEmpty();
    }
  }

  /** The changelog names former versions, too; it has a test of its own. */
  private static List<Path> documents() throws IOException {
    try (Stream<Path> ofTheModule = Files.walk(ModuleFolder.SOURCE)) {
      return Stream.concat(
              ProjectFiles.documents().stream()
                  .filter(document -> !document.endsWith("CHANGELOG.md")),
              ofTheModule.filter(file -> file.toString().endsWith(".tf")))
          .toList();
    }
  }

  @Test
  void agreesWithTheChangelog() throws IOException {
    String changelog = Files.readString(PROJECT.resolve("CHANGELOG.md"));

    assertThat(ProjectVersion.ofThePom().problemOfChangelog(changelog)).isEmpty();
  }

  @Test
  void findsEveryPlaceThatNamesAnotherVersion() {
    String text =
        """
        <artifactId>healthmetrics-aws-core</artifactId>
        <version>%1$s</version>
        dependency:get -Dartifact=com.healthmetrics:healthmetrics-aws:%1$s:zip:terraform
        source = "git::https://git.example/healthmetrics-aws.git//terraform-module?ref=v%2$s"
        <artifactId>angus-mail</artifactId>
        <version>2.0.5</version>
        """;

    assertThat(snapshot.contradictionsIn(text.formatted("1.2.3-SNAPSHOT", "1.2.3"))).isEmpty();
    assertThat(release.contradictionsIn(text.formatted("1.2.3", "1.2.3"))).isEmpty();
    assertThat(release.contradictionsIn(text.formatted("1.2.3-SNAPSHOT", "1.2.30"))).hasSize(3);
    assertThat(snapshot.contradictionsIn(text.formatted("1.2.3", "1.2.3-SNAPSHOT"))).hasSize(3);
  }

  @Test
  void requiresTheChangesOfASnapshotOnTop() {
    assertThat(
            snapshot.problemOfChangelog(
                "# Changelog\n\n## [Unreleased]\n\n## [1.2.2] - 2026-01-31"))
        .isEmpty();
    assertThat(snapshot.problemOfChangelog("# Changelog\n\n## [1.2.2] - 2026-01-31\n"))
        .hasValueSatisfying(problem -> assertThat(problem).contains("[Unreleased]"));
    assertThat(snapshot.problemOfChangelog("# Changelog\n")).isPresent();
  }

  @Test
  void requiresAReleaseToBeTheNewestDatedOne() {
    assertThat(release.problemOfChangelog("## [1.2.3] - 2026-02-28\n\n## [1.2.2] - 2026-01-31\n"))
        .isEmpty();
    assertThat(release.problemOfChangelog("## [Unreleased]\n\n## [1.2.3] - 2026-02-28\n"))
        .isEmpty();
    for (String wrong :
        List.of(
            "## [Unreleased]\n\n## [1.2.2] - 2026-01-31\n",
            "## [1.2.4] - 2026-03-01\n\n## [1.2.3] - 2026-02-28\n",
            "## [1.2.3]\n",
            "")) {
      assertThat(release.problemOfChangelog(wrong))
          .as(wrong)
          .hasValueSatisfying(problem -> assertThat(problem).contains("[1.2.3] - YYYY-MM-DD"));
    }
  }
}
