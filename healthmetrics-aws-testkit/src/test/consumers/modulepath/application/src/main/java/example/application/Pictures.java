package example.application;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import java.net.URI;

/** The pictures of one user. */
public final class Pictures {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private final HealthMetricsAws aws;
  private final String owner;

  public Pictures(HealthMetricsAws aws, String owner) {
    this.aws = aws;
    this.owner = owner;
  }

  /** Signs the upload of a picture. */
  public PresignedPut sign(String contentType, long sizeBytes) {
    return aws.uploads().presignPut(POLICY, UploadRequest.of(owner, contentType, sizeBytes));
  }

  /** Publishes the uploaded picture and emails a link to it. */
  public URI publish(ObjectKey key, EmailAddress recipient) {
    URI link =
        aws.uploadVerifier().verify(POLICY, owner, key).orThrow().publicUrl().orElseThrow();
    aws.mailer()
        .send(
            Email.builder()
                .from(aws.settings().fromEmail())
                .to(recipient)
                .subject("Your new picture")
                .text("Here it is: " + link)
                .build());
    return link;
  }
}
