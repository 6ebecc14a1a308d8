package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.core.convert.ConversionService;
import org.springframework.test.web.servlet.MockMvc;
import tools.jackson.databind.json.JsonMapper;

/** The library's types and files, as Spring MVC reads, writes and serves them. */
@SpringBootTest
@AutoConfigureMockMvc
@Import(LocalAwsConfiguration.class)
class WebTest {
  @Autowired private HealthMetricsAws aws;
  @Autowired private MockMvc mvc;
  @Autowired private JsonMapper json;
  @Autowired private ConversionService mvcConversionService;

  @Test
  void anUploadIsSerializedAsItsOwnJson() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
    assertSerializedAsItsOwnJson(aws.uploads().presignPut(UploadPolicy.avatars(), request));
    assertSerializedAsItsOwnJson(aws.uploads().presignPost(UploadPolicy.progressPhotos(), request));
  }

  private void assertSerializedAsItsOwnJson(PresignedUpload upload) {
    assertThat(json.readTree(json.writeValueAsString(upload)))
        .isEqualTo(json.readTree(upload.toJson()));
  }

  @Test
  void theModuleForBrowsersIsServedAsJavaScriptAndNothingElseOfTheLibrary() throws Exception {
    mvc.perform(get("/healthmetrics-upload.mjs"))
        .andExpect(status().isOk())
        .andExpect(content().contentTypeCompatibleWith("text/javascript"));
    mvc.perform(get("/email-idempotency.sql")).andExpect(status().isNotFound());
  }

  @Test
  void keysAreRequestParameters() throws Exception {
    String key = "avatars/user-42/picture.png";
    mvc.perform(get("/pictures").queryParam("key", key))
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.url").value(aws.settings().cloudFrontUrl() + "/" + key));
    mvc.perform(get("/pictures").queryParam("key", "../secrets"))
        .andExpect(status().isBadRequest());
  }

  @Test
  void addressesAreRequestParameters() {
    assertThat(mvcConversionService.convert("bob@example.com", EmailAddress.class))
        .isEqualTo(EmailAddress.of("bob@example.com"));
  }
}
