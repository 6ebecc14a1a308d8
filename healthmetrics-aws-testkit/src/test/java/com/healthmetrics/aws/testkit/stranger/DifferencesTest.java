package com.healthmetrics.aws.testkit.stranger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * LocalS3 answers what S3 answers, and the README says how strangers differ.
 *
 * <p>The tables are made of what was just observed. {@code -Dreadme.update=true} writes them.
 */
class DifferencesTest {
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- Written by DifferencesTest: begin -->\n";
  private static final String END = "<!-- Written by DifferencesTest: end -->";
  private static final Pattern DATE = Pattern.compile("on \\d{4}-\\d{2}-\\d{2}");

  private static final List<Class<?>> CONTRACTS =
      List.of(
          S3ProxyContractsTest.Uploads.class,
          S3ProxyContractsTest.Objects.class,
          S3MockContractsTest.Uploads.class,
          S3MockContractsTest.Objects.class);

  @AutoClose
  private final LocalS3 s3 = LocalS3.builder().allowedOrigin(Stranger.ALLOWED_ORIGIN).start();

  @TestFactory
  Stream<DynamicTest> localS3AnswersWhatS3Answers() {
    return WireCases.all().stream()
        .map(wireCase -> dynamicTest(wireCase.request(), () -> assertAnswerOfLocalS3(wireCase)));
  }

  private void assertAnswerOfLocalS3(WireCase wireCase) {
    HttpResponse<String> answer = wireCase.send(Bucket.of(s3));

    assertThat(wireCase.shown(answer)).as(answer.body()).isEqualTo(wireCase.localS3());
    if (answer.statusCode() >= 400) {
      assertThat(answer.body()).contains("<Reason>");
    }
  }

  @Test
  void theReadmeSaysHowStrangersDiffer() throws IOException {
    String observed = tables(LocalDate.now());
    String readme = Files.readString(README);
    assertThat(readme).contains(BEGIN, END);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(README, readme.substring(0, begin) + observed + readme.substring(end));
      return;
    }
    assertThat(undated(readme.substring(begin, end)))
        .as("To write it anew: ./mvnw verify -Ppeers -Dreadme.update=true")
        .isEqualTo(undated(observed));
  }

  private static String undated(String text) {
    return DATE.matcher(text).replaceFirst("on a day");
  }

  private String tables(LocalDate today) {
    List<Bucket> buckets =
        Stream.concat(
                Stream.of(Bucket.of(s3)), Stream.of(Stranger.values()).map(Stranger::newBucket))
            .toList();
    StringBuilder text = new StringBuilder();
    text.append("Observed on ").append(today).append(".\n\n");
    text.append("| request | S3 | LocalS3 |");
    for (Stranger stranger : Stranger.values()) {
      text.append(' ').append(stranger.title()).append(" |");
    }
    text.append("\n| --- | --- | --- | --- | --- |\n");
    for (WireCase wireCase : WireCases.all()) {
      text.append("| ").append(wireCase.request()).append(" | ").append(wireCase.s3());
      for (Bucket bucket : buckets) {
        String shown = wireCase.shown(wireCase.send(bucket));
        text.append(" | ").append(wireCase.isOtherThanS3(shown) ? "**" + shown + "**" : shown);
      }
      text.append(" |\n");
    }
    return text.append('\n').append(marks()).toString();
  }

  private static String marks() {
    StringBuilder text = new StringBuilder();
    text.append("| case of a suite | not passed by | because |\n| --- | --- | --- |\n");
    for (Class<?> contract : CONTRACTS) {
      for (Differs mark : contract.getAnnotationsByType(Differs.class)) {
        text.append("| `").append(mark.in()).append('`');
        text.append(mark.only().isEmpty() ? "" : ", " + mark.only());
        text.append(" | ").append(contract.getAnnotation(Against.class).value().title());
        text.append(" | ").append(mark.because()).append(" |\n");
      }
    }
    return text.toString();
  }
}
