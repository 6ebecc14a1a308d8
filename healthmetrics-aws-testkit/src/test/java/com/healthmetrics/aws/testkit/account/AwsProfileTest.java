package com.healthmetrics.aws.testkit.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.JavaProgram;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** The suites for a real account are skipped visibly, pass on local servers, and leave nothing. */
class AwsProfileTest {
  private static final int TIMEOUT_SECONDS = 1_200;
  private static final String NEIGHBOR = "progress-photos/user-42/kept.png";

  @AutoClose private final LocalAws local = LocalAws.start();
  @TempDir Path folder;

  @Test
  void isWhatTheBuildActivatesByName() throws Exception {
    assertThat(Files.readString(Path.of("..", "pom.xml")).replaceAll("\\s+", ""))
        .contains("<profile><id>aws</id>")
        .contains("<groups>aws</groups><systemPropertyVariables><aws>true</aws>");
  }

  @Test
  void skipsEachSuiteWithTheReasonOtherwise() {
    Map<String, String> skipped = new TreeMap<>();
    Map<String, TestExecutionResult> finished = new TreeMap<>();

    LauncherFactory.create()
        .execute(
            SuitesOnAws.discovery(),
            new TestExecutionListener() {
              @Override
              public void executionSkipped(TestIdentifier test, String reason) {
                skipped.put(test.getDisplayName(), reason);
              }

              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                  finished.put(test.getUniqueId(), result);
                }
              }
            });

    assertThat(skipped)
        .containsOnlyKeys(
            "AwsEmailFactsTest",
            "AwsEmailsTest",
            "AwsObjectsTest",
            "AwsS3FactsTest",
            "AwsUploadsTest")
        .allSatisfy((suite, reason) -> assertThat(reason).contains("-Paws"));
    assertThat(finished).isEmpty();
  }

  @Sweep("the suites for an AWS account on local servers")
  @Test
  void passesOnLocalServersAndRemovesWhatItStored() throws Exception {
    local.s3().put(NEIGHBOR, "image/png", new byte[1]);
    Path log = folder.resolve("suites.log");
    ProcessBuilder suites =
        new ProcessBuilder(
                JavaProgram.command(SuitesOnAws.class, List.of("-D" + OnAws.TAG + "=true")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    suites.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    suites.environment().putAll(local.environment());

    Process process = suites.start();
    try {
      assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      process.destroyForcibly();
    }

    assertThat(local.s3().requests()).as("requests").isGreaterThan(1_000);
    assertThat(local.s3().keys()).containsExactly(NEIGHBOR);
    assertThat(local.ses().emails()).hasSizeGreaterThan(20);
    assertThat(local.ses().emails().stream().flatMap(AwsProfileTest::recipients))
        .allMatch(address -> address.matches(".*@simulator\\.amazonses\\.com>?"));
  }

  private static Stream<String> recipients(ReceivedMail mail) {
    return Stream.of(mail.to(), mail.cc(), mail.bcc()).flatMap(List::stream);
  }
}
