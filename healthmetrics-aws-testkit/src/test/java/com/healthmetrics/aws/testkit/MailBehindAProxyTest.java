package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.regions.Region;

/** A company's proxy knows nothing of the servers on this machine. */
@Isolated("The proxy is a setting of the whole JVM")
class MailBehindAProxyTest {
  private static final String[] SETTINGS = {"http.proxyHost", "http.proxyPort"};

  @BeforeEach
  void setAProxyThatAnswersNobody() {
    System.setProperty(SETTINGS[0], "127.0.0.1");
    System.setProperty(SETTINGS[1], "1");
  }

  @AfterEach
  void unsetTheProxy() {
    System.clearProperty(SETTINGS[0]);
    System.clearProperty(SETTINGS[1]);
  }

  @Test
  void reachesAServerOnThisMachineDirectly() {
    try (LocalSes ses = LocalSes.start();
        SesV2Mailer mailer =
            SesV2Mailer.builder()
                .region(Region.of(ses.region()))
                .endpoint(ses.endpoint())
                .credentials(ses.credentials())
                .build()) {
      mailer.send(
          Email.builder()
              .from(EmailAddress.of("noreply@example.com"))
              .to(EmailAddress.of("ada@example.com"))
              .subject("Hello")
              .text("Hello")
              .build());

      assertThat(ses.mails()).hasSize(1);
    }
  }
}
