package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

@SpringBootTest
@AutoConfigureMockMvc
class PictureControllerTest {
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  @AutoClose private static final LocalAws LOCAL = LocalAws.start();
  private final HttpClient browser = HttpClient.newHttpClient();

  @TestBean private AwsCredentialsProvider awsCredentials;
  @Autowired private HealthMetricsAws aws;
  @Autowired private MockMvc mvc;
  @Autowired private ObjectMapper json;

  static AwsCredentialsProvider awsCredentials() {
    return LOCAL.credentials();
  }

  @DynamicPropertySource
  static void awsProperties(DynamicPropertyRegistry registry) {
    LOCAL.environment().forEach((name, value) -> registry.add(name, () -> value));
  }

  record Upload(String method, URI url, Map<String, String> headers, String key) {}

  @BeforeEach
  void clear() {
    LOCAL.clear();
  }

  @Test
  void publishesWhatTheBrowserUploads() throws Exception {
    Upload upload = sign();
    send(upload, PICTURE);

    String published =
        postJson("/pictures", Map.of("key", upload.key()))
            .andExpect(status().isOk())
            .andExpect(jsonPath("$.key").value(upload.key()))
            .andReturn()
            .getResponse()
            .getContentAsString();

    URI link = URI.create(json.readTree(published).get("url").asText());
    HttpRequest get = HttpRequest.newBuilder(link).build();
    assertThat(browser.send(get, BodyHandlers.ofByteArray()).body()).isEqualTo(PICTURE);
  }

  @Test
  void publishesNothingElseThanPictures() throws Exception {
    Upload upload = sign();
    send(upload, new byte[PICTURE.length]);

    postJson("/pictures", Map.of("key", upload.key())).andExpect(status().is(422));
  }

  @Test
  void sendsALinkToVerifyAnAddress() throws Exception {
    postJson("/sign-up", Map.of("email", "ada@example.com")).andExpect(status().isAccepted());

    LOCAL.mailbox().hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email");
  }

  @Test
  void anUploadIsSerializedAsItsOwnJson() throws Exception {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PICTURE.length);
    assertSerializedAsItsOwnJson(aws.uploads().presignPut(UploadPolicy.avatars(), request));
    assertSerializedAsItsOwnJson(aws.uploads().presignPost(UploadPolicy.progressPhotos(), request));
  }

  private void assertSerializedAsItsOwnJson(PresignedUpload upload) throws Exception {
    assertThat(json.readTree(json.writeValueAsString(upload)))
        .isEqualTo(json.readTree(upload.toJson()));
  }

  @Test
  void keysAreRequestParameters() throws Exception {
    String key = sign().key();
    mvc.perform(get("/pictures").queryParam("key", key))
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.key").value(key));
    mvc.perform(get("/pictures").queryParam("key", "../secrets"))
        .andExpect(status().isBadRequest());
  }

  @Test
  void malformedKeysAndAddressesAreTheClientsFault() throws Exception {
    postJson("/pictures", Map.of("key", "../secrets")).andExpect(status().isBadRequest());
    postJson("/pictures", Map.of()).andExpect(status().isBadRequest());
    postJson("/uploads", Map.of("sizeBytes", 12)).andExpect(status().isBadRequest());
    postJson("/sign-up", Map.of()).andExpect(status().isBadRequest());
    postJson("/sign-up", Map.of("email", "ada.example.com"))
        .andExpect(status().is(422))
        .andExpect(jsonPath("$.detail").value("The email address has no @. Use name@domain."));
  }

  private Upload sign() throws Exception {
    String response =
        postJson("/uploads", Map.of("contentType", "image/png", "sizeBytes", PICTURE.length))
            .andExpect(status().isOk())
            .andReturn()
            .getResponse()
            .getContentAsString();
    return json.readValue(response, Upload.class);
  }

  private void send(Upload upload, byte[] body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upload.url())
            .method(upload.method(), BodyPublishers.ofByteArray(body));
    upload.headers().forEach(request::header);
    assertThat(browser.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private ResultActions postJson(String path, Map<String, ?> body) throws Exception {
    return mvc.perform(
        post(path).contentType(MediaType.APPLICATION_JSON).content(json.writeValueAsString(body)));
  }
}
