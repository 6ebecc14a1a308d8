package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.junit.LocalAwsExtension;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.s3.S3Client;

/** junit-platform.properties lets its repetitions run at the same time. */
@Execution(ExecutionMode.CONCURRENT)
class ParallelTest {
  @RegisterExtension
  static final LocalAwsExtension AWS =
      new LocalAwsExtension(LocalAws.builder().bucket("pictures"));

  @RepeatedTest(20)
  void findsOnlyItsOwnObject(LocalS3 s3, S3Client client) {
    s3.put("picture.png", "image/png", new byte[1]);

    assertThat(client.listObjectsV2(list -> list.bucket("pictures")).contents()).hasSize(1);
    client.deleteObject(object -> object.bucket("pictures").key("picture.png"));
    assertThat(s3.keys()).isEmpty();
  }
}
