package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.benchmarks.FreshJvm.Task;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/** Measures each task of {@link FreshJvm} in several new JVMs, in turn with its peers. */
final class StartUp {
  private static final List<Row> ROWS =
      List.of(
          new Row("First URL", Task.FIRST_URL, "S3Presigner", Task.S3_PRESIGNER),
          new Row(
              "First URL of `fromEnvironment()`",
              Task.ENVIRONMENT_URL,
              "S3Presigner with the default chain",
              Task.S3_PRESIGNER_DEFAULT_CHAIN),
          new Row(
              "First email of `fromEnvironment()`",
              Task.ENVIRONMENT_EMAIL,
              "SesV2Client",
              Task.SES_CLIENT),
          new Row("`inMemory()`", Task.IN_MEMORY, "", null),
          new Row("`inMemory()`, the second", Task.IN_MEMORY_AGAIN, "", null),
          new Row("`LocalS3`", Task.LOCAL_S3, "", null),
          new Row("`LocalS3` and `LocalCloudFront`", Task.LOCAL_CLOUD_FRONT, "", null),
          new Row("`LocalSes`", Task.LOCAL_SES, "", null));

  private record Row(String what, Task library, String name, @Nullable Task peer) {}

  /** What one task cost in one JVM. */
  private record Cost(double thread, double process, double classes, double memory) {
    static Cost parse(String line) {
      String[] numbers = line.strip().split(" ");
      return new Cost(
          Double.parseDouble(numbers[0]) / 1_000,
          Double.parseDouble(numbers[1]) / 1_000,
          Double.parseDouble(numbers[2]),
          Double.parseDouble(numbers[3]) / 1_000);
    }

    static Cost median(List<Cost> costs) {
      return new Cost(
          median(costs, Cost::thread),
          median(costs, Cost::process),
          median(costs, Cost::classes),
          median(costs, Cost::memory));
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> part) {
      double[] sorted = costs.stream().mapToDouble(part).sorted().toArray();
      return sorted[sorted.length / 2];
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.1f ms (%.0f), %.0f, %.0f MB", thread, process, classes, memory);
    }
  }

  private StartUp() {}

  /**
   * The table, as Markdown.
   *
   * @param rounds how often each task runs; the medians are written
   */
  static String table(int rounds) {
    Map<Task, List<Cost>> costs = new EnumMap<>(Task.class);
    try (LocalSes ses = LocalSes.builder().region(Region.EU_CENTRAL_1).start()) {
      for (int round = 0; round < rounds; round++) {
        for (Task task : Task.values()) {
          costs.computeIfAbsent(task, unseen -> new ArrayList<>()).add(run(task, ses));
        }
      }
    }
    return ROWS.stream()
        .map(row -> line(row, costs))
        .collect(
            Collectors.joining(
                "\n",
                "| in a new JVM | library | peer | | peer's time / library's |\n"
                    + "| --- | --- | --- | --- | --- |\n",
                "\n"));
  }

  private static String line(Row row, Map<Task, List<Cost>> costs) {
    Cost library = Cost.median(costs.get(row.library()));
    if (row.peer() == null) {
      return "| %s | %s | | | |".formatted(row.what(), library);
    }
    Cost peer = Cost.median(costs.get(row.peer()));
    return String.format(
        Locale.ROOT,
        "| %s | %s | `%s` | %s | %.1f |",
        row.what(),
        library,
        row.name(),
        peer,
        peer.thread() / library.thread());
  }

  private static Cost run(Task task, LocalSes ses) {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                FreshJvm.class.getName(),
                task.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID",
                ses.accessKeyId(),
                "AWS_SECRET_ACCESS_KEY",
                ses.secretAccessKey(),
                "AWS_REGION",
                Region.EU_CENTRAL_1.id(),
                "AWS_ENDPOINT_URL_SESV2",
                ses.endpoint().toString(),
                "S3_BUCKET_NAME",
                "healthmetrics-uploads",
                "CLOUDFRONT_URL",
                "https://cdn.healthmetrics.example",
                "SES_FROM_EMAIL",
                "HealthMetrics <noreply@healthmetrics.example>",
                "APP_URL",
                "https://app.healthmetrics.example"));
    try {
      Process process = builder.start();
      String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0 || line.isBlank()) {
        throw new IllegalStateException(task + " failed in its JVM; its output is above.");
      }
      return Cost.parse(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
