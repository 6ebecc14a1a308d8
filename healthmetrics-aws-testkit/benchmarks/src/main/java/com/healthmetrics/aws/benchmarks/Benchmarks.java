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
 * Runs all benchmarks and writes what the library costs, and what its peers cost in the same run,
 * as Markdown. Ratios are the result; the times are those of one machine.
 *
 * <p>{@code -Dbenchmarks.iterations=1} only shows that they run.
 */
public final class Benchmarks {
  static final int ITERATIONS = Integer.getInteger("benchmarks.iterations", 5);
  private static final String INCLUDE = System.getProperty("benchmarks.include", ".*");
  private static final String BYTES = "gc.alloc.rate.norm";

  /** What the table of a page is between. */
  private static final String BEGIN = "<!-- benchmarks -->\n";

  private static final String END = "<!-- end of benchmarks -->\n";

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
          new Row("Presigned POST", "libraryPost", "minioPost"),
          new Row("Verification email", "libraryRender", "mustacheRender"),
          new Row("`resolve`", "libraryResolve", "uriCreate"),
          new Row("`keyOf`", "libraryKeyOf", "uriPath"),
          new Row("`SignedGrant.sign`", "libraryGrant", "utilitiesGrant"),
          new Row("Signed URL, RSA 2048", "libraryRsa", "utilitiesRsa"),
          new Row("Signed URL, ECDSA P-256", "libraryEc", "utilitiesEc"),
          new Row("Sent email", "librarySend", "sesClientSend"),
          new Row("Sent email, 32 threads", "librarySend32", "sesClientSend32"),
          new Row(
              "Upload, verified and published",
              "libraryPublish",
              "s3ClientPublish",
              "uploadAndDelete"),
          new Row(
              "Upload, verified and published",
              "libraryPublish",
              "s3ClientOfSameSettingsPublish",
              "uploadAndDelete"));

  /** What is compared; {@code besides} is in both and is subtracted, empty if there is none. */
  private record Row(String what, String library, String peer, String besides) {
    Row(String what, String library, String peer) {
      this(what, library, peer, "");
    }
  }

  /** Microseconds of the processor and on the wall, and bytes. */
  private record Cost(double micros, double wall, double bytes) {
    static Cost of(RunResult result) {
      Map<String, Result> secondary = result.getSecondaryResults();
      return new Cost(
          secondary.get(ProcessorTime.LABEL).getScore(),
          result.getPrimaryResult().getScore(),
          secondary.get(BYTES).getScore());
    }

    Cost without(Cost besides) {
      return new Cost(micros - besides.micros, wall - besides.wall, bytes - besides.bytes);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f µs, %.1f KB", micros, bytes / 1_000);
    }
  }

  private Benchmarks() {}

  /** Runs them. */
  public static void main(String[] args) throws RunnerException, IOException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(Benchmarks.class.getPackageName() + INCLUDE)
            .addProfiler(GCProfiler.class)
            .addProfiler(ProcessorTime.class)
            .forks(ITERATIONS == 1 ? 1 : 2)
            .warmupIterations(ITERATIONS)
            .warmupTime(TimeValue.seconds(ITERATIONS == 1 ? 1 : 2))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(ITERATIONS == 1 ? 1 : 2));
    Map<String, Cost> costs = costs(new Runner(options.build()).run());
    String tables =
        heading() + calls(costs) + scaling(costs) + "\n" + StartUp.table(2 * ITERATIONS - 1) + "\n";
    write(Path.of(System.getProperty("benchmarks.report", "benchmarks.md")), tables);
    System.out.println(tables);
  }

  private static void write(Path report, String tables) throws IOException {
    String page = Files.exists(report) ? Files.readString(report) : BEGIN + END;
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(report + " has no place for the tables: " + BEGIN + END);
    }
    Files.writeString(
        report,
        page.substring(0, begin + BEGIN.length()) + "\n" + tables + "\n" + page.substring(end));
  }

  private static Map<String, Cost> costs(Collection<RunResult> results) {
    return results.stream().collect(Collectors.toMap(Benchmarks::name, Cost::of));
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark();
    return method.substring(method.lastIndexOf('.') + 1);
  }

  private static String heading() throws IOException {
    return "%s, Java %s, %s, %d processors, %s iterations of each benchmark.\n\n"
        .formatted(
            LocalDate.now(),
            System.getProperty("java.version"),
            processor(),
            Runtime.getRuntime().availableProcessors(),
            ITERATIONS == 1 ? "1 (no measurement)" : String.valueOf(2 * ITERATIONS));
  }

  /** The processor's name, where the system tells it. */
  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.exists(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private static String calls(Map<String, Cost> costs) {
    return ROWS.stream()
        .filter(row -> costs.containsKey(row.library()) && costs.containsKey(row.peer()))
        .map(row -> line(row, costs))
        .collect(
            Collectors.joining(
                "\n",
                "| one call | library | peer | | peer's time / library's |\n"
                    + "| --- | --- | --- | --- | --- |\n",
                "\n"));
  }

  private static String line(Row row, Map<String, Cost> costs) {
    Cost besides = costs.getOrDefault(row.besides(), new Cost(0, 0, 0));
    Cost library = costs.get(row.library()).without(besides);
    Cost peer = costs.get(row.peer()).without(besides);
    return String.format(
        Locale.ROOT,
        "| %s | %s | `%s` | %s | %.2f |",
        row.what(),
        library,
        row.peer(),
        peer,
        peer.micros() / library.micros());
  }

  /** By the time on the wall, as threads that wait for one another use no processor. */
  private static String scaling(Map<String, Cost> costs) {
    Cost one = costs.get("libraryPut");
    Cost two = costs.get("libraryPut2");
    Cost four = costs.get("libraryPut4");
    return one == null || two == null || four == null
        ? ""
        : String.format(
            Locale.ROOT,
            "\nPresigned PUTs in the same time, of one thread 1: of two %.2f, of four %.2f.\n",
            2 * one.wall() / two.wall(),
            4 * one.wall() / four.wall());
  }
}
