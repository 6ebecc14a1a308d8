package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/** Uploads a picture and emails a link to it; its environment has the settings. */
public final class Application {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final String OWNER = "user-42";

  private Application() {}

  public static void main(String[] arguments) throws Exception {
    byte[] picture = Files.readAllBytes(Path.of(arguments[0]));
    EmailAddress recipient = EmailAddress.of(arguments[1]);
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
      UploadRequest request = UploadRequest.of(OWNER, "image/png", picture.length);
      PresignedPut upload = aws.uploads().presignPut(POLICY, request);
      uploadAsABrowser(upload, picture);
      Accepted accepted = aws.uploadVerifier().verify(POLICY, OWNER, upload.key()).orThrow();
      aws.mailer()
          .send(
              Email.builder()
                  .from(aws.settings().fromEmail())
                  .to(recipient)
                  .subject("Your new picture")
                  .text("Here it is: " + accepted.publicUrl().orElseThrow())
                  .build());
      System.out.println(accepted.key());
    }
  }

  private static void uploadAsABrowser(PresignedPut upload, byte[] body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upload.url()).PUT(BodyPublishers.ofByteArray(body));
    upload.headers().forEach(request::header);
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
  }
}
