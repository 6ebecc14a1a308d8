package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.hamcrest.Matchers.startsWith;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.mail.SesFault;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;

@SpringBootTest
@AutoConfigureMockMvc
@Import(LocalAwsConfiguration.class)
class FailuresTest {
  private static final String KEY = "avatars/user-42/0123456789abcdef0123456789abcdef.png";

  @Autowired private LocalAws local;
  @Autowired private MockMvc mvc;

  @BeforeEach
  void clear() {
    local.clear();
  }

  @Test
  void refusesATypeThatThePolicyDoesNotAllow() throws Exception {
    postJson("/uploads", "{\"contentType\": \"image/gif\", \"sizeBytes\": 3}")
        .andExpect(status().is(422));
  }

  @Test
  void hasNoPictureThatWasNotUploaded() throws Exception {
    finish().andExpect(status().isNotFound());
  }

  @Test
  void asksToComeBackWhereS3HasAProblem() throws Exception {
    S3Fault[] faults = new S3Fault[10];
    Arrays.fill(faults, S3Fault.status(503));
    local.s3().failNext(faults);

    finish().andExpect(status().isServiceUnavailable()).andExpect(header().exists("Retry-After"));
  }

  @Test
  void doesNotReportAnEmailAsFailedThatMayArrive() throws Exception {
    local.ses().failNext(SesFault.acceptThenReset());

    postJson("/sign-up", "{\"email\": \"ada@example.com\"}")
        .andExpect(status().isAccepted())
        .andExpect(jsonPath("$.detail").value("The email may arrive."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada.example.com", "", "Ada <ada@example.com>"})
  void tellsTheUserWhatIsWrongWithAnAddress(String address) throws Exception {
    String reason = catchThrowable(() -> EmailAddress.of(address)).getMessage();

    postJson("/sign-up", "{\"email\": \"%s\"}".formatted(address))
        .andExpect(status().is(422))
        .andExpect(jsonPath("$.detail").value(reason));
    local.mailbox().isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/sign-up, {}",
    "/sign-up, '{\"email\": null}'",
    "/uploads, {}",
    "/uploads, '{\"sizeBytes\": 12}'",
    "/pictures, {}",
    "/pictures, '{\"key\": \"../secrets\"}'"
  })
  void refusesWhatIsIncompleteOrMalformed(String path, String body) throws Exception {
    postJson(path, body).andExpect(status().isBadRequest());
  }

  @Test
  void refusesAnotherUsersPictureInWordsForUsers() throws Exception {
    postJson("/pictures", "{\"key\": \"%s\"}".formatted(KEY.replace("user-42", "user-7")))
        .andExpect(status().is(422))
        .andExpect(jsonPath("$.detail").value(startsWith("This picture was not uploaded for")));
  }

  /** 503 is a reason to try again, so it needs a wait; 409 of a changed object has one, too. */
  @ParameterizedTest
  @EnumSource
  void asksToRetryStorageExactlyWhereThatMaySucceed(StorageException.Kind kind) {
    var response = new Failures().storage(new StorageException(kind, "as the test needs"));

    assertThat(response.getHeaders().containsHeader("Retry-After"))
        .isEqualTo(
            response.getStatusCode().value() == 503 || response.getStatusCode().value() == 409);
  }

  @ParameterizedTest
  @EnumSource
  void asksToRetryEmailExactlyWhereThatCannotMakeTwo(MailException.Kind kind) {
    var response = new Failures().mail(new MailException(kind, "as the test needs"));

    assertThat(response.getHeaders().containsHeader("Retry-After"))
        .isEqualTo(response.getStatusCode().value() == 503);
  }

  private ResultActions finish() throws Exception {
    return postJson("/pictures", "{\"key\": \"%s\"}".formatted(KEY));
  }

  private ResultActions postJson(String path, String body) throws Exception {
    return mvc.perform(post(path).contentType(MediaType.APPLICATION_JSON).content(body));
  }
}
