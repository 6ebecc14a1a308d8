package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.regions.Region;

class SesV2MailerContractTest extends TransactionalMailerContract {
  private final StubSes ses = StubSes.accepting();
  private final SesV2Mailer mailer =
      SesV2Mailer.builder()
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.session())
          .endpoint(ses.endpoint())
          .build();

  @AfterEach
  void close() {
    mailer.close();
    ses.close();
  }

  @Override
  TransactionalMailer mailer() {
    return mailer;
  }

  @Override
  int handedOver() {
    return ses.requests().size();
  }
}
