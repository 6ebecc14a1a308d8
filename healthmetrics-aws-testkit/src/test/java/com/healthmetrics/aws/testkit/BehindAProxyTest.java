package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A company's proxy knows nothing of the servers on this machine. */
@Isolated("The proxy is a setting of the whole JVM")
class BehindAProxyTest {
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
  void reachesSesOnThisMachineDirectly() {
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer =
            SesMailer.builder()
                .region(ses.region())
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

      assertThat(ses.emails()).hasSize(1);
    }
  }

  @Test
  void reachesS3OnThisMachineDirectly() {
    try (LocalS3 s3 = LocalS3.start();
        S3Bucket bucket =
            S3Bucket.builder()
                .bucket(s3.bucket())
                .region(s3.region())
                .endpoint(s3.endpoint())
                .credentials(s3.credentials())
                .build()) {
      assertThat(bucket.objects().head(ObjectKey.of("missing.png"))).isEmpty();
    }
  }
}
