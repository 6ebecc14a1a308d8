package com.healthmetrics.aws.testkit.terraform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The version of library, testkit and Terraform module, and what must agree with it.
 *
 * @param value the version in the pom, such as {@code 1.2.3} or {@code 1.2.3-SNAPSHOT}
 */
record ProjectVersion(String value) {
  private static final Pattern OF_THE_POM =
      Pattern.compile("<artifactId>healthmetrics-aws</artifactId>\\s*<version>([^<]+)</version>");
  private static final String VERSION = "([0-9]+(?:\\.[0-9A-Za-z-]+)*)";
  private static final Pattern IN_A_POM =
      Pattern.compile("<artifactId>healthmetrics-aws[a-z-]*</artifactId>\\s*<version>" + VERSION);
  private static final Pattern COORDINATES =
      Pattern.compile("com\\.healthmetrics:healthmetrics-aws[a-z-]*:" + VERSION);
  private static final Pattern GIT_REF = Pattern.compile("[?&]ref=v" + VERSION);
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");
  private static final String UNRELEASED = "[Unreleased]";

  static ProjectVersion ofThePom() throws IOException {
    Matcher version = OF_THE_POM.matcher(Files.readString(Path.of("..", "pom.xml")));
    if (!version.find()) {
      throw new AssertionError("The root pom has no version.");
    }
    return new ProjectVersion(version.group(1));
  }

  private boolean isSnapshot() {
    return value.endsWith("-SNAPSHOT");
  }

  /** The release that a snapshot becomes: Git tags exist only for releases. */
  private String release() {
    return value.replace("-SNAPSHOT", "");
  }

  /** Every place in a text that names another version of this project. */
  List<String> contradictionsIn(String text) {
    return Stream.of(
            others(IN_A_POM, text, value),
            others(COORDINATES, text, value),
            others(GIT_REF, text, release()))
        .flatMap(places -> places)
        .toList();
  }

  private static Stream<String> others(Pattern place, String text, String expected) {
    return place
        .matcher(text)
        .results()
        .filter(found -> !found.group(1).equals(expected))
        .map(MatchResult::group);
  }

  /** The problem with the headings of a changelog; empty if there is none. */
  Optional<String> problemOfChangelog(String changelog) {
    List<String> headings =
        HEADING.matcher(changelog).results().map(heading -> heading.group(1)).toList();
    if (isSnapshot()) {
      return headings.stream().findFirst().filter(UNRELEASED::equals).isPresent()
          ? Optional.empty()
          : Optional.of(value + " requires ## " + UNRELEASED + " as the first heading");
    }
    Pattern released =
        Pattern.compile(Pattern.quote("[" + value + "] - ") + "\\d{4}-\\d\\d-\\d\\d");
    return headings.stream()
            .filter(heading -> !heading.equals(UNRELEASED))
            .findFirst()
            .filter(heading -> released.matcher(heading).matches())
            .isPresent()
        ? Optional.empty()
        : Optional.of("The newest release must be ## [" + value + "] - YYYY-MM-DD");
  }
}
