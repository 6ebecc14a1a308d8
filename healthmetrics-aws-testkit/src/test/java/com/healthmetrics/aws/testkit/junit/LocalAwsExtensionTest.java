package com.healthmetrics.aws.testkit.junit;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.mail.SesFault;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** Runs the classes below, each in a test run of its own, as a build does. */
class LocalAwsExtensionTest {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");

  private static TestExecutionSummary run(boolean parallel, Class<?>... classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Stream.of(classes).map(DiscoverySelectors::selectClass).collect(toList()))
            .configurationParameters(
                Map.of(
                    "junit.jupiter.execution.parallel.enabled", Boolean.toString(parallel),
                    "junit.jupiter.execution.parallel.config.strategy", "fixed",
                    "junit.jupiter.execution.parallel.config.fixed.parallelism", "2"))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  private static void assertPasses(int tests, TestExecutionSummary summary) {
    assertThat(summary.getFailures())
        .extracting(failure -> failure.getException().toString())
        .isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(tests);
  }

  private static void assertStopped(URI server) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new Socket(server.getHost(), server.getPort()).close());
  }

  @LocalAwsTest
  static class WithEveryPart {
    @Test
    void injectsThePartsOfOneLocalAws(
        LocalAws local,
        LocalS3 s3,
        LocalCloudFront cloudFront,
        LocalSes ses,
        Mailbox mailbox,
        HealthMetricsAws aws) {
      assertThat(local.s3()).isSameAs(s3);
      assertThat(local.cloudFront()).isSameAs(cloudFront);
      assertThat(local.ses()).isSameAs(ses);
      assertThat(local.mailbox()).isSameAs(mailbox);
      assertThat(local.aws()).isSameAs(aws);
    }

    @Test
    void injectsClientsOfTheSdk(
        LocalS3 s3,
        S3Client client,
        S3AsyncClient asyncClient,
        S3Presigner presigner,
        SesV2Client ses)
        throws IOException {
      s3.put("a.txt", "text/plain", new byte[] {1});

      assertThat(client.listObjectsV2(list -> list.bucket(s3.bucket())).contents())
          .extracting(object -> object.key())
          .containsExactly("a.txt");
      assertThat(
              asyncClient
                  .headObject(head -> head.bucket(s3.bucket()).key("a.txt"))
                  .join()
                  .contentLength())
          .isEqualTo(1);
      URI url =
          URI.create(
              presigner
                  .presignGetObject(
                      presign ->
                          presign
                              .signatureDuration(Duration.ofMinutes(1))
                              .getObjectRequest(get -> get.bucket(s3.bucket()).key("a.txt")))
                  .url()
                  .toString());
      assertThat(url.toURL().openStream().readAllBytes()).containsExactly(1);
      assertThat(ses.getAccount(account -> {}).sendingEnabled()).isTrue();
    }
  }

  @Test
  void injectsServersFacadeMailboxAndClients() {
    assertPasses(2, run(false, WithEveryPart.class));
  }

  @LocalAwsTest
  static class InEveryPlace {
    private final LocalAws local;

    InEveryPlace(LocalAws local) {
      this.local = local;
    }

    @BeforeEach
    void putAnObject(LocalS3 s3) {
      s3.put("a.txt", "text/plain", new byte[1]);
    }

    @Test
    void seesTheObject(HealthMetricsAws aws) {
      assertThat(aws).isSameAs(local.aws());
      assertThat(aws.objects().head(ObjectKey.of("a.txt"))).isPresent();
    }

    @AfterEach
    void stillSeesTheObject(LocalS3 s3) {
      assertThat(s3).isSameAs(local.s3());
      assertThat(s3.keys()).containsExactly("a.txt");
    }
  }

  @Test
  void injectsTheSameServersIntoAllMethodsOfATest() {
    assertPasses(1, run(false, InEveryPlace.class));
  }

  /** Leaves everything behind that a test can leave. */
  private static void startsEmpty(LocalAws local) {
    assertThat(local.s3().keys()).isEmpty();
    assertThat(local.ses().emails()).isEmpty();
    assertThat(local.ses().sendAttempts()).isZero();
    local.mailbox().isEmpty();
    local.s3().put("a.txt", "text/plain", new byte[1]);
    local.aws().accountEmails().sendVerification(ADA, "t0ken");
    local.ses().failNext(SesFault.acceptThenReset());
  }

  @LocalAwsTest
  static class OneAfterAnother {
    private static final List<LocalAws> USED = new CopyOnWriteArrayList<>();

    @RepeatedTest(2)
    void repeated(LocalAws local) {
      USED.add(local);
      startsEmpty(local);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void parameterized(int number, LocalAws local) {
      USED.add(local);
      startsEmpty(local);
    }
  }

  @LocalAwsTest
  static class AnotherClass {
    private static final List<LocalAws> USED = new CopyOnWriteArrayList<>();

    @Test
    void startsEmptyAsWell(LocalAws local) {
      USED.add(local);
      startsEmpty(local);
    }
  }

  @Test
  void clearsTheServersBetweenTestsAndStopsThemAtTheEndOfTheRun() {
    assertPasses(5, run(false, OneAfterAnother.class, AnotherClass.class));

    List<LocalAws> used = new ArrayList<>(OneAfterAnother.USED);
    used.addAll(AnotherClass.USED);
    assertThat(used).hasSize(5).containsOnly(used.get(0));
    assertStopped(used.get(0).s3().endpoint());
    assertStopped(used.get(0).cloudFront().baseUrl());
    assertStopped(used.get(0).ses().endpoint());
  }

  /** Two tests, each of which ends only while the other one runs. */
  private static final class Together {
    private final CyclicBarrier barrier = new CyclicBarrier(2);

    void send(String address, LocalAws local) throws Exception {
      barrier.await(1, TimeUnit.MINUTES);
      local.s3().put(address, "text/plain", new byte[1]);
      local.aws().accountEmails().sendVerification(EmailAddress.of(address), "t0ken");
      barrier.await(1, TimeUnit.MINUTES);
      local.mailbox().hasSize(1).hasEmailTo(address);
      assertThat(local.s3().keys()).containsExactly(address);
    }
  }

  @LocalAwsTest
  static class AtTheSameTime {
    private static final Together TOGETHER = new Together();

    @Test
    void one(LocalAws local) throws Exception {
      TOGETHER.send("ada@example.com", local);
    }

    @Test
    void other(LocalAws local) throws Exception {
      TOGETHER.send("bob@example.com", local);
    }
  }

  @Test
  void givesMethodsThatRunAtTheSameTimeServersOfTheirOwn() {
    assertPasses(2, run(true, AtTheSameTime.class));
  }

  static class WithAField {
    private static final List<LocalAws> USED = new CopyOnWriteArrayList<>();

    @RegisterExtension
    static final LocalAwsExtension AWS =
        new LocalAwsExtension(LocalAws.builder().bucket("pictures"));

    @Test
    void hasItsSettings(LocalAws local) {
      assertThat(local.s3().bucket()).isEqualTo("pictures");
      USED.add(local);
      startsEmpty(local);
    }

    @Nested
    class Inner {
      @Test
      void hasThemToo(LocalAws local) {
        USED.add(local);
        startsEmpty(local);
      }
    }
  }

  static class AfterAField {
    @Test
    void findsTheServersStopped() {
      assertStopped(WithAField.USED.get(0).s3().endpoint());
    }
  }

  @Test
  void sharesTheServersOfAStaticFieldInItsClassOnly() {
    assertPasses(3, run(false, WithAField.class, AfterAField.class));

    assertThat(WithAField.USED).hasSize(2).containsOnly(WithAField.USED.get(0));
  }

  static class WithAClock {
    private static final List<LocalAws> USED = new CopyOnWriteArrayList<>();
    private final TestClock clock = TestClock.startingNow();

    @RegisterExtension
    final LocalAwsExtension aws = new LocalAwsExtension(LocalAws.builder().clock(clock));

    @RepeatedTest(2)
    void advancesItsOwnClock(LocalAws local, S3Client s3) {
      USED.forEach(former -> assertStopped(former.s3().endpoint()));
      USED.add(local);
      assertThat(s3.listObjectsV2(list -> list.bucket(local.s3().bucket())).contents()).isEmpty();
      clock.advance(Duration.ofHours(1));
    }
  }

  @Test
  void startsServersForEachTestWithAnInstanceField() {
    assertPasses(2, run(false, WithAClock.class));

    assertThat(WithAClock.USED).hasSize(2).doesNotHaveDuplicates();
    assertStopped(WithAClock.USED.get(1).s3().endpoint());
  }

  @LocalAwsTest
  static class StoppingServers {
    @RepeatedTest(2)
    void s3(LocalAws local) {
      startsEmpty(local);
      local.s3().close();
    }

    @RepeatedTest(2)
    void ses(LocalAws local) {
      startsEmpty(local);
      local.ses().close();
    }

    @RepeatedTest(2)
    void cloudFront(LocalAws local) throws IOException {
      URI cdn = local.cloudFront().baseUrl();
      new Socket(cdn.getHost(), cdn.getPort()).close();
      local.cloudFront().close();
    }
  }

  @Test
  void replacesServersThatATestStopped() {
    assertPasses(6, run(false, StoppingServers.class));
  }

  static class WithInvalidSettings {
    @RegisterExtension
    static final LocalAwsExtension AWS =
        new LocalAwsExtension(LocalAws.builder().bucket("INVALID"));

    @Test
    void needsNoServer() {}

    @Test
    void needsAServer(LocalAws local) {}
  }

  @Test
  void startsNothingForATestWithoutParameters() {
    TestExecutionSummary summary = run(false, WithInvalidSettings.class);

    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getFailures())
        .extracting(failure -> failure.getException().getMessage())
        .singleElement()
        .asString()
        .contains("bucket must be 3 to 63 lower-case letters");
  }

  @LocalAwsTest
  static class BeforeAllTests {
    @BeforeAll
    static void prepare(LocalAws local) {}

    @Test
    void doesNotRun() {}
  }

  @LocalAwsTest
  static class AfterAllTests {
    @Test
    void passes() {}

    @AfterAll
    static void tidyUp(S3Client s3) {}
  }

  @LocalAwsTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {
    OneInstance(HealthMetricsAws aws) {}

    @Test
    void doesNotRun() {}
  }

  @ParameterizedTest
  @ValueSource(classes = {BeforeAllTests.class, AfterAllTests.class, OneInstance.class})
  void refusesAParameterThatSeveralTestsWouldShare(Class<?> tests) {
    assertThat(run(false, tests).getFailures())
        .extracting(failure -> failure.getException().getMessage())
        .singleElement()
        .asString()
        .contains(" cannot be injected into ", "each test has servers of its own", "@BeforeEach");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> new LocalAwsExtension(null));
  }
}
