package example.check;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.testkit.LocalAws;
import example.application.Pictures;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Base64;

/** Signs, uploads, verifies, sends and reads, all in named modules and without JUnit. */
public final class Check {
  private static final HttpClient BROWSER = HttpClient.newHttpClient();
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  private Check() {}

  public static void main(String[] arguments) throws Exception {
    require(HealthMetricsAws.class.getModule().isNamed(), "The library is a named module");
    require(LocalAws.class.getModule().isNamed(), "The testkit is a named module");
    require(ModuleLayer.boot().findModule("org.junit.jupiter.api").isEmpty(), "JUnit is absent");
    try (LocalAws local = LocalAws.start()) {
      Pictures pictures = new Pictures(local.aws(), "user-42");

      ObjectKey noPicture = upload(pictures, new byte[PICTURE.length]);
      try {
        pictures.publish(noPicture, ADA);
        throw new AssertionError("The library verified what is no picture");
      } catch (UploadRejectedException expected) {
        local.mailbox().isEmpty();
      }

      URI link = pictures.publish(upload(pictures, PICTURE), ADA);
      local.mailbox().hasEmailTo(ADA.address()).withLinkTo(link.getPath());
      HttpRequest get = HttpRequest.newBuilder(link).build();
      byte[] shown = BROWSER.send(get, BodyHandlers.ofByteArray()).body();
      require(Arrays.equals(shown, PICTURE), "The link in the email shows the picture");
    }
  }

  private static ObjectKey upload(Pictures pictures, byte[] body) throws Exception {
    PresignedPut upload = pictures.sign("image/png", body.length);
    HttpRequest.Builder put =
        HttpRequest.newBuilder(upload.url()).PUT(BodyPublishers.ofByteArray(body));
    upload.headers().forEach(put::header);
    HttpResponse<String> response = BROWSER.send(put.build(), BodyHandlers.ofString());
    require(response.statusCode() == 200, "S3 stores the upload: " + response.body());
    return upload.key();
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new AssertionError(sentence);
    }
  }
}
