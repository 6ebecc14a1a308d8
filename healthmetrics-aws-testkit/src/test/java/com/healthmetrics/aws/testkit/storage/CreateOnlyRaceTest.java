package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Servers that publish the same upload at once: S3 lets one of them create the object. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CreateOnlyRaceTest {
  private static final int WRITERS = 16;
  private static final int KEYS = 10_000;

  @AutoClose("shutdownNow")
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);

  @AutoClose private final LocalS3 s3 = LocalS3.builder().versioning().start();

  @AutoClose
  private final S3Client client =
      S3Client.builder()
          .endpointOverride(s3.endpoint())
          .region(s3.region())
          .credentialsProvider(s3.credentials())
          .forcePathStyle(true)
          .build();

  private final CyclicBarrier together = new CyclicBarrier(WRITERS);

  /** The status of a create-only write, sent when all others are. */
  private int create(String key, String content) throws Exception {
    together.await();
    try {
      client.putObject(
          b -> b.bucket(s3.bucket()).key(key).ifNoneMatch("*"), RequestBody.fromString(content));
      return 200;
    } catch (S3Exception e) {
      return e.statusCode();
    }
  }

  @RepeatedTest(10)
  void letsExactlyOneOfManyWritersCreateAnObject() throws Exception {
    List<Callable<Integer>> writers =
        IntStream.range(0, WRITERS)
            .<Callable<Integer>>mapToObj(i -> () -> create("avatars/a.png", "writer " + i))
            .toList();

    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> status : threads.invokeAll(writers)) {
      statuses.add(status.get());
    }

    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
    assertThat(s3.find("avatars/a.png").orElseThrow().bytes())
        .asString()
        .isEqualTo("writer " + statuses.indexOf(200));
    assertThat(s3.versionCount()).isEqualTo(1);
  }

  /** Without the network in between, so close together that nothing but one lock decides. */
  @Test
  void decidesAndStoresInOneStep() throws Exception {
    ObjectTable table = new ObjectTable(Clock.systemUTC(), false, true);
    ObjectHeaders headers = new ObjectHeaders(Map.of(), Map.of());
    WriteCondition createOnly = new WriteCondition(true, Optional.empty());
    Callable<Integer> writer =
        () -> {
          together.await();
          int created = 0;
          for (int key = 0; key < KEYS; key++) {
            try {
              table.put("key " + key, headers, new byte[1], createOnly);
              created++;
            } catch (S3Refusal refusal) {
              assertThat(refusal.code()).isEqualTo("PreconditionFailed");
            }
          }
          return created;
        };

    int created = 0;
    for (Future<Integer> result : threads.invokeAll(Collections.nCopies(WRITERS, writer))) {
      created += result.get();
    }

    assertThat(created).isEqualTo(KEYS);
  }
}
