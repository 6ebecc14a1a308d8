package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.junit.LocalAwsTest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;

/** With the JUnit 5.12 of Spring Boot 3, which closes what an extension stores by an older type. */
@LocalAwsTest
class InjectedTest {
  private static final Set<LocalAws> USED = new HashSet<>();

  @RepeatedTest(2)
  void reusesTheServers(LocalAws local) {
    local.mailbox().isEmpty();
    local.aws().accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");
    USED.add(local);
    assertThat(USED).hasSize(1);
  }
}
