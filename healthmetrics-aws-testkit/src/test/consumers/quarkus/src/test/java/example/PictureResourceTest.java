package example;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.LocalAws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(LocalAwsResource.class)
class PictureResourceTest {
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  private final HttpClient browser = HttpClient.newHttpClient();

  private LocalAws local; // set by LocalAwsResource
  @Inject HealthMetricsAws aws;
  @Inject ObjectMapper json;

  record Upload(String method, URI url, Map<String, String> headers, String key) {}

  @BeforeEach
  void clear() {
    local.clear();
  }

  @Test
  void signsUploadsVerifiesAndSends() throws Exception {
    Upload upload = sign();
    send(upload, PICTURE);

    String url =
        postJson("/pictures", Map.of("key", upload.key(), "recipient", "ada@example.com"))
            .statusCode(200)
            .body("key", equalTo(upload.key()))
            .body("sentTo", equalTo("ada@example.com"))
            .extract()
            .path("url");

    URI link = URI.create(url);
    local.mailbox().hasEmailTo("ada@example.com").withLinkTo(link.getPath());
    HttpRequest get = HttpRequest.newBuilder(link).build();
    assertArrayEquals(PICTURE, browser.send(get, BodyHandlers.ofByteArray()).body());
  }

  @Test
  void whatIsNoPictureIsNotEmailed() throws Exception {
    Upload upload = sign();
    send(upload, new byte[PICTURE.length]);

    postJson("/pictures", Map.of("key", upload.key(), "recipient", "eve@example.com"))
        .statusCode(422);
    local.mailbox().isEmpty();
  }

  @Test
  void anUploadIsSerializedAsItsOwnJson() throws Exception {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PICTURE.length);
    assertSerializedAsItsOwnJson(aws.uploads().presignPut(UploadPolicy.avatars(), request));
    assertSerializedAsItsOwnJson(aws.uploads().presignPost(UploadPolicy.progressPhotos(), request));
  }

  private void assertSerializedAsItsOwnJson(PresignedUpload upload) throws Exception {
    assertEquals(json.readTree(upload.toJson()), json.readTree(json.writeValueAsString(upload)));
  }

  @Test
  void keysAndAddressesAreRequestParameters() throws Exception {
    String key = sign().key();
    given()
        .queryParam("key", key)
        .queryParam("recipient", "bob@example.com")
        .post("/pictures/share")
        .then()
        .statusCode(200);
    local.mailbox().hasEmailTo("bob@example.com").withLinkTo("/" + key);
  }

  @ParameterizedTest
  @CsvSource({"../secrets, ada@example.com", "avatars/user-42/picture.png, nobody"})
  void malformedKeysAndAddressesAreTheClientsFault(String key, String recipient) {
    postJson("/pictures", Map.of("key", key, "recipient", recipient)).statusCode(400);
    // What JAX-RS prescribes for a parameter that cannot be converted.
    given()
        .queryParam("key", key)
        .queryParam("recipient", recipient)
        .post("/pictures/share")
        .then()
        .statusCode(404);
  }

  private Upload sign() throws Exception {
    String response =
        postJson("/uploads", Map.of("contentType", "image/png", "sizeBytes", PICTURE.length))
            .statusCode(200)
            .extract()
            .asString();
    return json.readValue(response, Upload.class);
  }

  private void send(Upload upload, byte[] body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upload.url())
            .method(upload.method(), BodyPublishers.ofByteArray(body));
    upload.headers().forEach(request::header);
    assertEquals(200, browser.send(request.build(), BodyHandlers.ofString()).statusCode());
  }

  private static ValidatableResponse postJson(String path, Map<String, ?> body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }
}
