package com.healthmetrics.aws.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The page names checks of the doctor and cases of the suites that exist, and all that decide. */
class NotVerifiedTest {
  private static final Path PAGE = Path.of("../healthmetrics-aws-core/docs/not-verified.md");
  private static final String PACKAGE = "com.healthmetrics.aws.testkit.";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+) \\| (.+) \\| (.+) \\|$");
  private static final Pattern CHECK = Pattern.compile("`([a-z]+(?:\\.[a-z0-9-]+)?)`");
  private static final Pattern CASE = Pattern.compile("`([A-Z]\\w+\\.[a-z]\\w+)`");

  private static List<MatchResult> rows() throws IOException {
    return ROW.matcher(Files.readString(PAGE))
        .results()
        .filter(row -> !row.group(1).equals("we rely on") && !row.group(1).startsWith("-"))
        .toList();
  }

  private static Set<String> decidedBy(Pattern name) throws IOException {
    return rows().stream()
        .flatMap(row -> name.matcher(row.group(3)).results())
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void statesInEachRowWhatDecidesItOrThatNothingDoes() throws IOException {
    assertThat(rows())
        .hasSizeGreaterThan(30)
        .allSatisfy(
            row ->
                assertThat(row.group(3))
                    .matches(
                        by ->
                            by.startsWith("nothing here")
                                || CHECK.matcher(by).find()
                                || CASE.matcher(by).find(),
                        "names a check or a case, or nothing"));
  }

  @Test
  void namesChecksOfTheDoctorThatExist() throws IOException {
    assertThat(decidedBy(CHECK)).isNotEmpty().isSubsetOf(DoctorChecks.names());
  }

  @Test
  void namesEveryCheckOfWhatAwsDoes() throws IOException {
    Set<String> checks =
        DoctorChecks.names().stream()
            .filter(name -> name.contains("."))
            .collect(Collectors.toCollection(TreeSet::new));
    // They prove the environment and its role rather than a claim about AWS.
    checks.removeAll(Set.of("storage.publish", "storage.delete"));

    assertThat(decidedBy(CHECK)).containsAll(checks);
  }

  @Test
  void namesCasesThatExist() throws IOException {
    assertThat(decidedBy(CASE))
        .isNotEmpty()
        .allMatch(name -> cases(name.substring(0, name.indexOf('.'))).contains(name));
  }

  @Test
  void namesEveryCaseThatWasWrittenForIt() throws IOException {
    assertThat(decidedBy(CASE))
        .containsAll(cases("AwsS3FactsTest"))
        .containsAll(cases("AwsEmailFactsTest"));
  }

  /** The tests of a suite, its superclasses' included, as the page writes them. */
  private static Set<String> cases(String suite) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type = suite(suite); type != Object.class; type = type.getSuperclass()) {
      methods.addAll(Arrays.asList(type.getDeclaredMethods()));
    }
    return methods.stream()
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(TestFactory.class))
        .map(method -> suite + "." + method.getName())
        .collect(Collectors.toSet());
  }

  private static Class<?> suite(String name) {
    return Stream.of("account.", "contract.")
        .flatMap(folder -> find(PACKAGE + folder + name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No suite is named " + name));
  }

  private static Stream<Class<?>> find(String name) {
    try {
      return Stream.of(Class.forName(name));
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    }
  }
}
