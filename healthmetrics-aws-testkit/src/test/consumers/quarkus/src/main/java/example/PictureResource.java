package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.net.URI;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

@Path("/")
public class PictureResource {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final String OWNER = "user-42";
  private final HealthMetricsAws aws;

  PictureResource(HealthMetricsAws aws) {
    this.aws = aws;
  }

  public record NewUpload(String contentType, long sizeBytes) {}

  public record Uploaded(ObjectKey key, EmailAddress recipient) {}

  public record Picture(ObjectKey key, EmailAddress sentTo, URI url) {}

  @POST
  @Path("uploads")
  public PresignedUpload sign(NewUpload upload) {
    UploadRequest request = UploadRequest.of(OWNER, upload.contentType(), upload.sizeBytes());
    return aws.uploads().presignPut(POLICY, request);
  }

  @POST
  @Path("pictures")
  public Picture publish(Uploaded uploaded) {
    ObjectKey key = aws.uploadVerifier().verify(POLICY, OWNER, uploaded.key()).orThrow().key();
    return share(key, uploaded.recipient());
  }

  @ServerExceptionMapper
  RestResponse<Void> map(UploadRejectedException rejected) {
    return RestResponse.status(422);
  }

  @POST
  @Path("pictures/share")
  public Picture share(@RestQuery ObjectKey key, @RestQuery EmailAddress recipient) {
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
