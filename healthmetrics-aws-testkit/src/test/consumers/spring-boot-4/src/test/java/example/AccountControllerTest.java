package example;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.healthmetrics.aws.testkit.LocalAws;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest
@AutoConfigureMockMvc
@Import(LocalAwsConfiguration.class)
class AccountControllerTest {
  @Autowired private LocalAws local;
  @Autowired private MockMvc mvc;

  @BeforeEach
  void clear() {
    local.clear();
  }

  @Test
  void verifiesAnAddressOnceAndNotByOpeningTheLink() throws Exception {
    mvc.perform(
            post("/sign-up")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Accept-Language", "de")
                .content("{\"email\": \"ada@example.com\"}"))
        .andExpect(status().isAccepted());

    String token =
        local
            .mailbox()
            .hasEmailTo("ada@example.com")
            .withSubject("Bestätigen Sie Ihre E-Mail-Adresse für HealthMetrics")
            .withLinkTo("/auth/verify-email")
            .withToken();
    mvc.perform(get("/auth/verify-email").queryParam("token", token)).andExpect(status().isOk());
    mvc.perform(post("/auth/verify-email").queryParam("token", token)).andExpect(status().isOk());
    mvc.perform(post("/auth/verify-email").queryParam("token", token)).andExpect(status().isGone());
  }
}
