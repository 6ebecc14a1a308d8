package com.healthmetrics.aws.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs all benchmarks and writes {@code target/benchmarks.md}: what the library costs, and what its
 * peers cost in the same run. Ratios are the result; the times are those of one machine.
 *
 * <p>{@code -Dbenchmarks.iterations=1} only shows that they run.
 */
public final class Benchmarks {
  private static final int ITERATIONS = Integer.getInteger("benchmarks.iterations", 5);
  private static final String BYTES = "gc.alloc.rate.norm";

  private static final List<Row> ROWS =
      List.of(
          new Row("Presigned PUT", "libraryPut", "s3PresignerPut"),
          new Row("Presigned PUT", "libraryPut", "awsV4HttpSignerPut"),
          new Row("Presigned PUT", "libraryPut", "floorPut"),
          new Row("Presigned PUT and its URI", "libraryPutUrl", "s3PresignerPut"),
          new Row("Presigned PUT with metadata", "libraryPutWithMetadata", "s3PresignerPut"),
          new Row(
              "Presigned PUT with a session token",
              "libraryPutWithSessionToken",
              "s3PresignerPutWithSessionToken"),
          new Row("Presigned POST", "libraryPost", "minioPost"));

  private record Row(String what, String library, String peer) {}

  private record Cost(double micros, double bytes) {
    static Cost of(RunResult result) {
      Map<String, Result> secondary = result.getSecondaryResults();
      return new Cost(
          secondary.get(ProcessorTime.LABEL).getScore(), secondary.get(BYTES).getScore());
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f µs, %.1f KB", micros, bytes / 1_000);
    }
  }

  private Benchmarks() {}

  /** Runs them. */
  public static void main(String[] args) throws RunnerException, IOException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(Benchmarks.class.getPackageName())
            .addProfiler(GCProfiler.class)
            .addProfiler(ProcessorTime.class)
            .forks(ITERATIONS == 1 ? 1 : 2)
            .warmupIterations(ITERATIONS)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(ITERATIONS == 1 ? 1 : 2));
    Map<String, Cost> costs = costs(new Runner(options.build()).run());
    String table =
        ROWS.stream()
            .map(row -> line(row, costs))
            .collect(Collectors.joining("\n", heading(), "\n"));
    Files.writeString(Path.of(System.getProperty("benchmarks.report", "benchmarks.md")), table);
    System.out.println(table);
  }

  private static Map<String, Cost> costs(Collection<RunResult> results) {
    return results.stream().collect(Collectors.toMap(Benchmarks::name, Cost::of));
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark();
    return method.substring(method.lastIndexOf('.') + 1);
  }

  private static String heading() {
    return "%s, Java %s, %d processors; time of the processor and memory of one call.\n\n"
            .formatted(
                LocalDate.now(),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors())
        + "| | library | peer | | peer's time / library's |\n| --- | --- | --- | --- | --- |\n";
  }

  private static String line(Row row, Map<String, Cost> costs) {
    Cost library = costs.get(row.library());
    Cost peer = costs.get(row.peer());
    return String.format(
        Locale.ROOT,
        "| %s | %s | `%s` | %s | %.1f |",
        row.what(),
        library,
        row.peer(),
        peer,
        peer.micros() / library.micros());
  }
}
