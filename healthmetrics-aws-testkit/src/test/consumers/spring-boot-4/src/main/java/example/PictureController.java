package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import java.net.URI;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PictureController {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final String OWNER = "user-42";
  private final HealthMetricsAws aws;

  PictureController(HealthMetricsAws aws) {
    this.aws = aws;
  }

  record NewUpload(String contentType, long sizeBytes) {}

  record Uploaded(ObjectKey key, EmailAddress recipient) {}

  record Picture(ObjectKey key, EmailAddress sentTo, URI url) {}

  @PostMapping("/uploads")
  PresignedUpload sign(@RequestBody NewUpload upload) {
    UploadRequest request = UploadRequest.of(OWNER, upload.contentType(), upload.sizeBytes());
    return aws.uploads().presignPut(POLICY, request);
  }

  @PostMapping("/pictures")
  Picture publish(@RequestBody Uploaded uploaded) {
    ObjectKey key = aws.uploadVerifier().verify(POLICY, OWNER, uploaded.key()).orThrow().key();
    return share(key, uploaded.recipient());
  }

  @PostMapping("/pictures/share")
  Picture share(@RequestParam ObjectKey key, @RequestParam EmailAddress recipient) {
    Picture picture = new Picture(key, recipient, aws.cdn().resolve(key));
    aws.mailer()
        .send(
            Email.builder()
                .from(aws.settings().fromEmail())
                .to(recipient)
                .subject("A new picture")
                .text("Here it is: " + picture.url())
                .build());
    return picture;
  }
}
