package com.healthmetrics.aws.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.testkit.JavaProgram;
import com.healthmetrics.aws.testkit.ProjectClasses;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every text that core and the testkit accept from outside is refused or read in linear time, on a
 * small stack: long texts, deep nesting, what is opened and never closed.
 *
 * <p>A JVM of its own with {@code -Xss256k} tries them; {@code target/hostile-text.txt} lists the
 * cases, the longest time and the deepest stack of each input. A build gives each input every 256th
 * shape; {@code -Dhostile.batch=10} every eighth, as continuous integration does, and 250 gives
 * them all, and 25 that chance composes.
 */
class HostileTextTest {
  private static final int BATCH = Integer.getInteger("hostile.batch", 1);
  private static final int MANY = 10;
  private static final int ALL = 250;
  private static final Path REPORT = Path.of("target/hostile-text.txt");

  /** What servers logged: a response of 500 does not say why. */
  private static final Path LOG = Path.of("target/hostile-text.log");

  private static final int LOG_CHARACTERS = 4_000;

  /** Enough for a busy machine; the limit of each case is its own. */
  private static final int MINUTES = 30;

  @TestFactory
  Stream<DynamicTest> readsHostileTextsInLinearTimeOnASmallStack() throws Exception {
    long seed = Long.getLong("random.seed", 1);
    List<Result> results = run(seed);
    Files.writeString(REPORT, report(results, seed));
    String reproduction = "-Drandom.seed=" + seed + " " + log();
    return results.stream()
        .map(
            result ->
                dynamicTest(
                    result.input(),
                    () -> assertThat(result.outcome()).as(reproduction).isEqualTo("passed")));
  }

  private static String log() throws IOException {
    String log = Files.readString(LOG);
    return log.substring(0, Math.min(log.length(), LOG_CHARACTERS));
  }

  private static List<Result> run(long seed) throws Exception {
    Path output = Files.createTempFile("hostile", ".txt");
    Process process =
        new ProcessBuilder(
                JavaProgram.command(
                    HostileRun.class,
                    List.of(
                        "-Xss256k",
                        "-Xmx512m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-Dorg.slf4j.simpleLogger.logFile=" + LOG),
                    Long.toString(seed),
                    Integer.toString(Math.max(1, BATCH / 10)),
                    Integer.toString(BATCH < MANY ? 256 : BATCH < ALL ? 8 : 1)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("ended").isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      return Files.readAllLines(output).stream().map(Result::of).toList();
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /** A line of {@link HostileRun}. */
  private record Result(
      String input, int cases, double worstMillis, int stack, String slowest, String outcome) {

    static Result of(String line) {
      String[] parts = line.split(HostileRun.SEPARATOR, -1);
      assertThat(parts).as(line).hasSize(6);
      return new Result(
          parts[0],
          Integer.parseInt(parts[1]),
          Double.parseDouble(parts[2]),
          Integer.parseInt(parts[3]),
          parts[4],
          parts[5]);
    }

    @Override
    public String toString() {
      return "%-48s %6d cases, at most %7.1f ms (%s), stack %s KB: %s"
          .formatted(input, cases, worstMillis, slowest, stack, outcome);
    }
  }

  private static String report(List<Result> results, long seed) {
    return "%s inputs, %s cases, seed %s. Time is that of the processor; the stack is the smallest of"
            .formatted(results.size(), results.stream().mapToInt(Result::cases).sum(), seed)
        + " 144, 176, 208 and 256 KB on which all cases of an input passed, and servers have 256.\n"
        + results.stream().map(Result::toString).collect(Collectors.joining("\n"))
        + "\n";
  }

  @Test
  void triesEveryMethodThatAcceptsAText() throws IOException {
    Set<String> tried = new TreeSet<>();
    try (TestkitInputs testkit = TestkitInputs.start()) {
      Stream.concat(CoreInputs.all(), testkit.all())
          .map(input -> input.name().replaceFirst(" .*", ""))
          .forEach(tried::add);
    }
    List<String> accepting = new ArrayList<>();
    Stream.of(ProjectClasses.CORE, ProjectClasses.TESTKIT)
        .flatMap(JavaClasses::stream)
        .filter(HostileTextTest::isPublished)
        .flatMap(type -> type.getMethods().stream())
        .filter(HostileTextTest::acceptsAText)
        .map(method -> name(method.getOwner()) + "." + method.getName())
        .forEach(accepting::add);

    assertThat(accepting).isNotEmpty();
    assertThat(tried).containsAll(accepting);
  }

  private static final Set<String> TEXTS =
      Set.of("java.lang.String", "[Ljava.lang.String;", "java.net.URI", "java.util.Map");

  /** Accept what another method has checked, or call one that is tried. */
  private static final Set<String> OTHERWISE_TRIED =
      Set.of(
          "DevServer.main",
          "DevServer.start",
          "Doctor.main",
          "HealthMetricsAws.fromEnvironment",
          "IdempotencyStore.find",
          "IdempotencyStore.findByAttempt");

  private static boolean isPublished(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(HostileTextTest::isPublished).orElse(true)
        && !type.isEnum()
        && !type.getPackageName().contains(".internal")
        && !type.getPackageName().endsWith(".contract");
  }

  private static boolean acceptsAText(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
        && !OTHERWISE_TRIED.contains(name(method.getOwner()) + "." + method.getName())
        && method.getRawParameterTypes().stream().map(JavaClass::getName).anyMatch(TEXTS::contains);
  }

  private static String name(JavaClass type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }
}
