package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest
@AutoConfigureMockMvc
@Import(LocalAwsConfiguration.class)
class PictureControllerTest {
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  private final HttpClient browser = HttpClient.newHttpClient();

  @Autowired private LocalAws local;
  @Autowired private HealthMetricsAws aws;
  @Autowired private MockMvc mvc;
  @Autowired private JsonMapper json;

  record Upload(String method, URI url, Map<String, String> headers, String key) {}

  @BeforeEach
  void clear() {
    local.clear();
  }

  @Test
  void signsUploadsVerifiesAndSends() throws Exception {
    Upload upload = sign();
    send(upload, PICTURE);

    String published =
        postJson("/pictures", Map.of("key", upload.key(), "recipient", "ada@example.com"))
            .andExpect(status().isOk())
            .andExpect(jsonPath("$.key").value(upload.key()))
            .andExpect(jsonPath("$.sentTo").value("ada@example.com"))
            .andReturn()
            .getResponse()
            .getContentAsString();

    URI link = URI.create(json.readTree(published).get("url").asString());
    local.mailbox().hasEmailTo("ada@example.com").withLinkTo(link.getPath());
    HttpRequest get = HttpRequest.newBuilder(link).build();
    assertThat(browser.send(get, BodyHandlers.ofByteArray()).body()).isEqualTo(PICTURE);
  }

  @Test
  void whatIsNoPictureIsNotEmailed() throws Exception {
    Upload upload = sign();
    send(upload, new byte[PICTURE.length]);

    postJson("/pictures", Map.of("key", upload.key(), "recipient", "eve@example.com"))
        .andExpect(status().is(422));
    local.mailbox().isEmpty();
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
  void theModuleForBrowsersIsServedAsJavaScript() throws Exception {
    mvc.perform(get("/healthmetrics-upload.mjs"))
        .andExpect(status().isOk())
        .andExpect(content().contentTypeCompatibleWith("text/javascript"));
  }

  @Test
  void keysAndAddressesAreRequestParameters() throws Exception {
    String key = sign().key();
    mvc.perform(
            post("/pictures/share")
                .queryParam("key", key)
                .queryParam("recipient", "bob@example.com"))
        .andExpect(status().isOk());
    local.mailbox().hasEmailTo("bob@example.com").withLinkTo("/" + key);
  }

  @ParameterizedTest
  @CsvSource({"../secrets, ada@example.com", "avatars/user-42/picture.png, nobody"})
  void malformedKeysAndAddressesAreTheClientsFault(String key, String recipient) throws Exception {
    postJson("/pictures", Map.of("key", key, "recipient", recipient))
        .andExpect(status().isBadRequest());
    mvc.perform(post("/pictures/share").queryParam("key", key).queryParam("recipient", recipient))
        .andExpect(status().isBadRequest());
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
