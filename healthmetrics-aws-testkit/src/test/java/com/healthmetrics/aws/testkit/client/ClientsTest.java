package com.healthmetrics.aws.testkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.testkit.ReadmeSection;
import com.healthmetrics.aws.testkit.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients that people use with S3 work with LocalS3, and a page lists what they do.
 *
 * <p>{@code -Dclients=all -Dsweeps=all} runs all of them, not one of each sort; with {@code
 * -Dreadme.update=true}, too, the table contains what was just observed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {
  @TempDir private Path folder;

  private final Map<ClientKind, Report> reports = new ConcurrentHashMap<>();

  /** What a client did: the version, a cell per operation, and failures. */
  private record Report(
      String version, Map<Operation, String> cells, Map<Operation, Throwable> failures) {
    void require(Operation operation) throws Throwable {
      if (failures.containsKey(operation)) {
        throw failures.get(operation);
      }
      assertThat(cells).containsKey(operation);
    }

    String cell(Operation operation) {
      return cells.getOrDefault(operation, "**fails**");
    }
  }

  @TestFactory
  Stream<DynamicContainer> everyClientInJavaCanUseTheBucket() {
    return tests(ClientKind.selected().stream().filter(kind -> !kind.isProgram()));
  }

  @Sweep("clients of S3 in other languages")
  @TestFactory
  Stream<DynamicContainer> everyClientInAnotherLanguageCanUseTheBucket() {
    return tests(ClientKind.selected().stream().filter(ClientKind::isProgram));
  }

  private Stream<DynamicContainer> tests(Stream<ClientKind> kinds) {
    return kinds.map(kind -> dynamicContainer(kind.title(), tests(kind)));
  }

  private Stream<DynamicTest> tests(ClientKind kind) {
    return kind.isInstalled()
        ? Stream.of(Operation.values())
            .map(it -> dynamicTest(it.title(), () -> report(kind).require(it)))
        : Stream.of(dynamicTest("is installed", kind::requireInstalled));
  }

  /** A client is compared if its version is that of this build or the one of the page. */
  @Test
  void thePageListsWhatEachClientDoes() throws IOException {
    List<ClientKind> kinds =
        ClientKind.selected().stream()
            .filter(ClientKind::isInstalled)
            .filter(kind -> Sweep.Selected.areSelected() || !kind.isProgram())
            .toList();
    if (Boolean.getBoolean("readme.update")) {
      assertThat(kinds)
          .as("run with -Dclients=all -Dsweeps=all")
          .containsExactly(ClientKind.values());
    }
    Path page = Path.of("docs/clients.md");
    String before = Files.readString(page);
    List<String> compared =
        kinds.stream()
            .filter(kind -> kind.isPinned() || before.contains("| " + nameOf(kind) + " |"))
            .map(this::nameOf)
            .toList();

    ReadmeSection.of(page, getClass()).assertMatches(table(kinds), text -> columns(text, compared));
  }

  private String nameOf(ClientKind kind) {
    return kind.title() + " " + report(kind).version();
  }

  private String table(List<ClientKind> kinds) {
    StringBuilder text = new StringBuilder("Observed on " + LocalDate.now() + ".\n\n");
    text.append(row("operation", kinds.stream().map(this::nameOf)));
    text.append("| ---").append(" | ---".repeat(kinds.size())).append(" |\n");
    for (Operation operation : Operation.values()) {
      text.append(row(operation.title(), kinds.stream().map(it -> report(it).cell(operation))));
    }
    return text.toString();
  }

  private static String row(String first, Stream<String> others) {
    return Stream.concat(Stream.of(first), others).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** The first column of a table and those with these names. */
  private static String columns(String text, List<String> names) {
    List<List<String>> rows =
        text.lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> List.of(line.substring(2).split(" \\| | \\|$")))
            .toList();
    List<String> header = rows.isEmpty() ? List.of() : rows.get(0);
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, row.size())
                    .filter(i -> i == 0 || names.contains(header.get(i)))
                    .mapToObj(row::get)
                    .collect(Collectors.joining(" | ")))
        .collect(Collectors.joining("\n"));
  }

  private Report report(ClientKind kind) {
    return reports.computeIfAbsent(kind, this::observe);
  }

  private Report observe(ClientKind kind) {
    Map<Operation, String> cells = new EnumMap<>(Operation.class);
    Map<Operation, Throwable> failures = new EnumMap<>(Operation.class);
    try (Session session = new Session(kind, Files.createTempDirectory(folder, "session"))) {
      for (Operation operation : Operation.values()) {
        try {
          cells.put(operation, operation.check(session));
        } catch (RuntimeException | AssertionError e) {
          failures.put(operation, e);
        }
      }
      return new Report(session.client().version(), cells, failures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
