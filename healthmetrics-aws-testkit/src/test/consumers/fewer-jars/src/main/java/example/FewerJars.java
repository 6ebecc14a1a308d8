package example;

import com.healthmetrics.aws.HealthMetricsAws;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fails if core brings more jars than it promises, or cannot build its clients with them.
 *
 * <p>A new dependency of core shows here first. Raise a limit only with the reason in the
 * documentation of what core costs.
 */
public final class FewerJars {
  private static final int MOST_JARS = 36;
  private static final int MOST_BYTES = 12_500_000;

  /** Jars that the SDK does not publish; two of them it needs itself. */
  private static final int MOST_OTHERS = 4;

  private FewerJars() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .filter(jar -> !jar.getFileName().toString().startsWith("healthmetrics-aws-"))
            .toList();
    List<String> others =
        jars.stream()
            .filter(jar -> !jar.toString().contains(path("software", "amazon")))
            .map(jar -> jar.getFileName().toString())
            .toList();
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    System.out.println(jars.size() + " jars, " + bytes + " bytes, not of the SDK: " + others);
    if (jars.size() > MOST_JARS || bytes > MOST_BYTES || others.size() > MOST_OTHERS) {
      throw new IllegalStateException(
          "More than %d jars, %d bytes or %d jars that are not of the SDK"
              .formatted(MOST_JARS, MOST_BYTES, MOST_OTHERS));
    }
    buildClients();
  }

  private static String path(String... folders) {
    return File.separator + String.join(File.separator, folders) + File.separator;
  }

  private static void buildClients() {
    Map<String, String> environment =
        Map.of(
            "AWS_REGION", "eu-central-1",
            "S3_BUCKET_NAME", "healthmetrics-uploads",
            "CLOUDFRONT_URL", "https://cdn.healthmetrics.example",
            "SES_FROM_EMAIL", "noreply@healthmetrics.example",
            "APP_URL", "https://app.healthmetrics.example");
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      aws.warmUp();
    }
  }
}
