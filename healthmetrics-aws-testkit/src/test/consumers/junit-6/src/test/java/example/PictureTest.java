package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.junit.LocalAwsTest;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.junit.jupiter.api.Test;

@LocalAwsTest
class PictureTest {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  private final HttpClient browser = HttpClient.newHttpClient();
  private final HealthMetricsAws aws;

  PictureTest(HealthMetricsAws aws) {
    this.aws = aws;
  }

  @Test
  void signsUploadsVerifiesAndSends(Mailbox mailbox) throws Exception {
    URI link = publish(upload(PICTURE));

    mailbox.hasEmailTo("ada@example.com").withLinkTo(link.getPath());
    HttpRequest get = HttpRequest.newBuilder(link).build();
    assertThat(browser.send(get, BodyHandlers.ofByteArray()).body()).isEqualTo(PICTURE);
  }

  @Test
  void doesNotEmailWhatIsNoPicture(Mailbox mailbox) throws Exception {
    ObjectKey noPicture = upload(new byte[PICTURE.length]);

    assertThatExceptionOfType(UploadRejectedException.class).isThrownBy(() -> publish(noPicture));
    mailbox.isEmpty();
  }

  private ObjectKey upload(byte[] body) throws Exception {
    UploadRequest request = UploadRequest.of("user-42", "image/png", body.length);
    PresignedPut upload = aws.uploads().presignPut(POLICY, request);
    HttpRequest.Builder put =
        HttpRequest.newBuilder(upload.url()).PUT(BodyPublishers.ofByteArray(body));
    upload.headers().forEach(put::header);
    assertThat(browser.send(put.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    return upload.key();
  }

  private URI publish(ObjectKey key) {
    URI link =
        aws.uploadVerifier().verify(POLICY, "user-42", key).orThrow().publicUrl().orElseThrow();
    aws.mailer()
        .send(
            Email.builder()
                .from(aws.settings().fromEmail())
                .to(EmailAddress.of("ada@example.com"))
                .subject("Your new picture")
                .text("Here it is: " + link)
                .build());
    return link;
  }
}
