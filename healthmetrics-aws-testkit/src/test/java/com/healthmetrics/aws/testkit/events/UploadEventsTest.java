package com.healthmetrics.aws.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The documentation's example: S3 reports an upload to a queue, and the application verifies it.
 */
class UploadEventsTest {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final String OWNER = "ada+1@example.com";
  private static final byte[] PNG = Pictures.png();

  private final Browser browser = new Browser();
  private final List<UploadVerification> outcomes = new ArrayList<>();
  @AutoClose private final LocalAws local = LocalAws.start();
  @AutoClose private final Queue queue = new Queue();

  private final UploadEvents events =
      new UploadEvents(
          queue.client(), queue.url(), local.s3().bucket(), POLICY, local.aws().uploadVerifier());

  /** Uploads as a browser that then is closed, and returns the final key. */
  private String upload(byte[] file) {
    PresignedUpload upload =
        local.aws().uploads().presignPut(POLICY, UploadRequest.of(OWNER, "image/png", file.length));
    assertThat(browser.send(upload, file).statusCode()).isEqualTo(200);
    return upload.key().value();
  }

  private String created(String key) {
    return EventsOfS3.created(local.s3().bucket(), key);
  }

  private void receive() {
    events.receive(outcomes::add);
  }

  private void assertAccepted(String... keys) {
    assertThat(outcomes)
        .hasOnlyElementsOfType(Accepted.class)
        .extracting(outcome -> outcome.key().value())
        .containsExactly(keys);
  }

  @Test
  void verifiesAnUploadThatNoBrowserReports() {
    String key = upload(PNG);
    queue.send(EventsOfS3.message(created("pending/" + key)));

    receive();

    assertAccepted(key);
    assertThat(local.s3().keys()).containsExactly(key);
    assertThat(queue.size()).isZero();
  }

  @Test
  void verifiesAnUploadThatABrowserPostedAsAForm() {
    PresignedUpload form =
        local.aws().uploads().presignPost(POLICY, UploadRequest.of(OWNER, "image/png", PNG.length));
    assertThat(browser.send(form, PNG).statusCode()).isEqualTo(204);
    String key = form.key().value();
    queue.send(
        EventsOfS3.message(
            EventsOfS3.record("ObjectCreated:Post", local.s3().bucket(), "pending/" + key)));

    receive();

    assertAccepted(key);
  }

  @Test
  void removesAnUploadThatIsNoPicture() {
    String key = upload("<script>".getBytes(StandardCharsets.US_ASCII));
    queue.send(EventsOfS3.message(created("pending/" + key)));

    receive();

    assertThat(outcomes).hasSize(1).hasOnlyElementsOfType(Rejected.class);
    assertThat(local.s3().keys()).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void verifiesEachRecordOfAMessage() {
    String first = upload(PNG);
    String second = upload(PNG);
    queue.send(EventsOfS3.message(created("pending/" + first), created("pending/" + second)));

    receive();

    assertAccepted(first, second);
  }

  /** S3 delivers an event at least once. */
  @Test
  void acceptsAnUploadAgainWhenItsEventComesTwice() {
    String key = upload(PNG);
    queue.send(EventsOfS3.message(created("pending/" + key)));
    queue.send(EventsOfS3.message(created("pending/" + key)));

    receive();
    receive();

    assertAccepted(key, key);
    assertThat(local.s3().keys()).containsExactly(key);
    assertThat(queue.size()).isZero();
  }

  @Test
  void receivesAMessageAgainThatItCouldNotProcess() {
    String key = upload(PNG);
    queue.send(EventsOfS3.message(created("pending/" + key)));
    local.s3().failNext(S3Fault.refused(400, "KMS.DisabledException", "The key is disabled."));

    receive();
    assertThat(outcomes).isEmpty();
    assertThat(queue.size()).isEqualTo(1);

    receive();
    assertAccepted(key);
    assertThat(queue.size()).isZero();
  }

  @Test
  void receivesAMessageAgainWhoseOutcomeTheApplicationCouldNotStore() {
    String key = upload(PNG);
    queue.send(EventsOfS3.message(created("pending/" + key)));

    events.receive(
        outcome -> {
          throw new IllegalStateException("the database is down");
        });
    receive();

    assertAccepted(key);
    assertThat(queue.size()).isZero();
  }

  @Test
  void processesOtherMessagesAlthoughOneFails() {
    String key = upload(PNG);
    queue.send("not JSON");
    queue.send(EventsOfS3.message(created("pending/" + key)));

    receive();

    assertAccepted(key);
    assertThat(queue.size()).isEqualTo(1); // until the dead-letter queue gets it
  }

  @Test
  void ignoresTheMessageThatTestsTheNotification() {
    queue.send(EventsOfS3.test(local.s3().bucket()));

    receive();

    assertThat(outcomes).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void ignoresRecordsOfOtherBucketsEventsAndServices() {
    String key = upload(PNG);
    queue.send(EventsOfS3.message(EventsOfS3.created("other", "pending/" + key)));
    queue.send(
        EventsOfS3.message(
            EventsOfS3.record("ObjectRemoved:Delete", local.s3().bucket(), "pending/" + key)));
    queue.send(EventsOfS3.message("{\"eventSource\":\"aws:sns\",\"Sns\":{}}", "{}"));
    queue.send("{}");

    receive();

    assertThat(outcomes).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "avatars/ada/0123456789abcdef0123456789abcdef.png",
        "pending/food-photos/ada/0123456789abcdef0123456789abcdef.png",
        "pending/avatars/0123456789abcdef0123456789abcdef.png",
        "pending/avatars/ada/more/0123456789abcdef0123456789abcdef.png",
        "pending/avatars/ada/../0123456789abcdef0123456789abcdef.png",
        "pending/avatars/ada/picture 1.png",
        "pending/pending/avatars/ada/0123456789abcdef0123456789abcdef.png"
      })
  void ignoresKeysThatThePolicyDoesNotSign(String key) {
    queue.send(EventsOfS3.message(created(key)));

    receive();

    assertThat(outcomes).isEmpty();
    assertThat(queue.size()).isZero();
    assertThat(local.s3().requests()).isZero();
  }
}
