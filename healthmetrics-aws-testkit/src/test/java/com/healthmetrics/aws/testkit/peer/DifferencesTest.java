package com.healthmetrics.aws.testkit.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.ReadmeSection;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.http.HttpResponse;
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
 * LocalS3 responds as S3 does, and the README lists how its peers differ.
 *
 * <p>The tables contain what was just observed; {@code -Dreadme.update=true} writes them.
 */
class DifferencesTest {
  private static final Pattern DATE = Pattern.compile("on \\d{4}-\\d{2}-\\d{2}");

  private static final List<Class<?>> CONTRACTS =
      List.of(
          S3ProxyContractsTest.Uploads.class,
          S3ProxyContractsTest.Objects.class,
          S3MockContractsTest.Uploads.class,
          S3MockContractsTest.Objects.class);

  @AutoClose
  private final LocalS3 s3 = LocalS3.builder().allowedOrigin(S3Peer.ALLOWED_ORIGIN).start();

  @TestFactory
  Stream<DynamicTest> localS3RespondsAsS3Does() {
    return WireCases.all().stream()
        .map(wireCase -> dynamicTest(wireCase.request(), () -> assertResponseOfLocalS3(wireCase)));
  }

  private void assertResponseOfLocalS3(WireCase wireCase) {
    HttpResponse<String> response = wireCase.send(Bucket.of(s3));

    assertThat(wireCase.shown(response)).as(response.body()).isEqualTo(wireCase.localS3());
    if (response.statusCode() >= 400) {
      assertThat(response.body()).contains("<Reason>");
    }
  }

  @Test
  void theReadmeListsHowPeersDiffer() throws IOException {
    ReadmeSection.of(Path.of("README.md"), getClass())
        .assertMatches(
            tables(LocalDate.now()), text -> DATE.matcher(text).replaceFirst("on a day"));
  }

  private String tables(LocalDate today) {
    List<Bucket> buckets =
        Stream.concat(Stream.of(Bucket.of(s3)), Stream.of(S3Peer.values()).map(S3Peer::newBucket))
            .toList();
    StringBuilder text = new StringBuilder();
    text.append("Observed on ").append(today).append(".\n\n");
    text.append("| request | S3 | LocalS3 |");
    for (S3Peer peer : S3Peer.values()) {
      text.append(' ').append(peer.title()).append(" |");
    }
    text.append("\n| --- | --- | --- | --- | --- |\n");
    for (WireCase wireCase : WireCases.all()) {
      text.append("| ").append(wireCase.request()).append(" | ").append(wireCase.s3());
      for (Bucket bucket : buckets) {
        String shown = wireCase.shown(wireCase.send(bucket));
        text.append(" | ").append(wireCase.differsFromS3(shown) ? "**" + shown + "**" : shown);
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
