package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

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
  @Autowired private MockMvc mvc;
  @Autowired private JsonMapper json;

  record Upload(String method, URI url, Map<String, String> headers, String key) {}

  record Picture(String key, URI url) {}

  @BeforeEach
  void clear() {
    local.clear();
  }

  @Test
  void publishesWhatTheBrowserUploads() throws Exception {
    Upload upload = sign();
    assertThat(send(upload, PICTURE)).isEqualTo(200);

    String response =
        postJson("/pictures", Map.of("key", upload.key()))
            .andExpect(status().isOk())
            .andReturn()
            .getResponse()
            .getContentAsString();

    Picture picture = json.readValue(response, Picture.class);
    assertThat(picture.key()).isEqualTo(upload.key());
    HttpRequest get = HttpRequest.newBuilder(picture.url()).build();
    assertThat(browser.send(get, BodyHandlers.ofByteArray()).body()).isEqualTo(PICTURE);
  }

  @Test
  void publishesNothingElseThanPictures() throws Exception {
    Upload upload = sign();
    assertThat(send(upload, new byte[PICTURE.length])).isEqualTo(200);

    postJson("/pictures", Map.of("key", upload.key())).andExpect(status().is(422));
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

  private int send(Upload upload, byte[] body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upload.url())
            .method(upload.method(), BodyPublishers.ofByteArray(body));
    upload.headers().forEach(request::header);
    return browser.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private ResultActions postJson(String path, Map<String, ?> body) throws Exception {
    return mvc.perform(
        post(path).contentType(MediaType.APPLICATION_JSON).content(json.writeValueAsString(body)));
  }
}
