package com.healthmetrics.aws.testkit.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
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
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * LocalS3 responds as S3 does, and a page lists how its peers differ.
 *
 * <p>The tables contain what was just observed; {@code -Dreadme.update=true} writes them.
 */
class DifferencesTest {
  private static final Pattern DATE = Pattern.compile("on \\d{4}-\\d{2}-\\d{2}");

  @AutoClose
  private final LocalS3 s3 = LocalS3.builder().allowedOrigin(S3Peer.ALLOWED_ORIGIN).start();

  @TestFactory
  Stream<DynamicContainer> localS3RespondsAsS3Does() {
    return CaseGroup.all().stream()
        .map(
            group ->
                dynamicContainer(
                    group.title(),
                    group.cases().stream()
                        .map(
                            wireCase ->
                                dynamicTest(
                                    wireCase.request(), () -> assertResponseOfLocalS3(wireCase)))));
  }

  private void assertResponseOfLocalS3(WireCase wireCase) {
    HttpResponse<String> response = wireCase.send(Bucket.of(s3));

    assertThat(wireCase.shown().apply(response)).as(response.body()).isEqualTo(wireCase.localS3());
    if (response.statusCode() >= 400 && !response.body().isEmpty()) {
      assertThat(response.body()).contains("<Reason>");
    }
  }

  @Test
  void everyRequestOfTheTableIsAnother() {
    List<String> requests =
        CaseGroup.all().stream()
            .flatMap(group -> group.cases().stream())
            .map(WireCase::request)
            .toList();

    assertThat(requests).hasSizeGreaterThan(100).doesNotHaveDuplicates();
  }

  @Test
  void thePageListsHowPeersDiffer() throws IOException {
    DifferencesPage page = DifferencesPage.observe(Bucket.of(s3), LocalDate.now());

    section("docs/s3-differences.md").assertMatches(page.tables(), DifferencesTest::withoutDate);
    section("README.md").assertMatches(page.summary(), DifferencesTest::withoutDate);
  }

  private ReadmeSection section(String file) {
    return ReadmeSection.of(Path.of(file), getClass());
  }

  private static String withoutDate(String text) {
    return DATE.matcher(text).replaceFirst("on a day");
  }
}
