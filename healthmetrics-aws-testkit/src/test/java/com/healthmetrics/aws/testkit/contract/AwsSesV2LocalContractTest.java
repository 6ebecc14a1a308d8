package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.SesV1Mailer;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The contract against an independent SES server in another language, with its own MIME reader. */
@Execution(ExecutionMode.SAME_THREAD)
class AwsSesV2LocalContractTest {
  private static final StaticCredentialsProvider ANY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDANY", "any"));

  private static SesPeer peer;

  @BeforeAll
  static void start() {
    peer = SesPeer.start();
  }

  @AfterAll
  static void stop() {
    if (peer != null) {
      peer.close();
    }
  }

  @Nested
  class ThroughV2 extends ToThePeer {
    @AutoClose
    private final SesV2Mailer mailer =
        SesV2Mailer.builder()
            .region(Region.EU_CENTRAL_1)
            .endpoint(peer.endpoint())
            .credentials(ANY)
            .build();

    @Override
    protected TransactionalMailer mailer() {
      return mailer;
    }
  }

  @Nested
  class ThroughV1 extends ToThePeer {
    @AutoClose
    private final SesV1Mailer mailer =
        SesV1Mailer.builder()
            .region(Region.EU_CENTRAL_1)
            .endpoint(peer.endpoint())
            .credentials(ANY)
            .build();

    @Override
    protected TransactionalMailer mailer() {
      return mailer;
    }

    @Test
    @Override
    void sendsOneEmailPerCallToManyRecipients() {
      differs(
          "it accepts the first of several recipients only",
          super::sendsOneEmailPerCallToManyRecipients);
    }

    @Test
    @Override
    void carriesSenderAndRecipients() {
      differs("it accepts the first of several recipients only", super::carriesSenderAndRecipients);
    }

    @Test
    @Override
    void carriesBccRecipientsOfEmailsWithHeaders() {
      differs(
          "it reads recipients from the MIME, which has no Bcc recipients",
          super::carriesBccRecipientsOfEmailsWithHeaders);
    }

    @Test
    @Override
    void carriesHeaders() {
      differs("it keeps no headers of raw emails", super::carriesHeaders);
    }

    @Test
    @Override
    void carriesAccountEmails() {
      differs("it keeps no headers of raw emails", super::carriesAccountEmails);
    }
  }

  @Execution(ExecutionMode.SAME_THREAD)
  private abstract static class ToThePeer extends TransactionalMailerContract {
    @BeforeEach
    void clear() {
      peer.clear();
    }

    @Override
    protected List<Email> arrived() {
      return peer.emails();
    }

    @Test
    @Override
    void carriesTagsAndConfigurationSet() {
      differs(
          "it keeps neither tags nor configuration sets", super::carriesTagsAndConfigurationSet);
    }

    @Test
    @Override
    void carriesTagsAndConfigurationSetOfEmailsWithHeaders() {
      differs(
          "it keeps neither tags nor configuration sets",
          super::carriesTagsAndConfigurationSetOfEmailsWithHeaders);
    }

    /** A test that is listed as different must fail, so that the list stays true. */
    static void differs(String because, ThrowingCallable test) {
      assertThat(catchThrowable(test))
          .as("It behaves as SES, although this test states that %s", because)
          .isInstanceOf(AssertionError.class);
    }
  }
}
