package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.SesMailer;
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

/**
 * The contract against an SES that others wrote, in another language, with a MIME reader of its
 * own.
 */
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
    private final SesMailer mailer =
        SesMailer.builder()
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
    private final SesMailer mailer =
        SesMailer.builder()
            .apiV1()
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
    void makesOneMailOfOneCallForManyRecipients() {
      differs(
          "it takes the first of several recipients only",
          super::makesOneMailOfOneCallForManyRecipients);
    }

    @Test
    @Override
    void carriesWhoSendsItAndWhoGetsIt() {
      differs(
          "it takes the first of several recipients only", super::carriesWhoSendsItAndWhoGetsIt);
    }

    @Test
    @Override
    void carriesHiddenRecipientsOfMailsWithHeaders() {
      differs(
          "it reads recipients from the MIME, where hidden ones do not stand",
          super::carriesHiddenRecipientsOfMailsWithHeaders);
    }

    @Test
    @Override
    void carriesHeaders() {
      differs("it keeps no headers of raw mails", super::carriesHeaders);
    }

    @Test
    @Override
    void carriesAccountMails() {
      differs("it keeps no headers of raw mails", super::carriesAccountMails);
    }
  }

  @Execution(ExecutionMode.SAME_THREAD)
  private abstract static class ToThePeer extends TransactionalMailerContract {
    @BeforeEach
    void forget() {
      peer.clear();
    }

    @Override
    protected List<Email> arrived() {
      return peer.mails();
    }

    @Test
    @Override
    void carriesTagsAndConfigurationSet() {
      differs(
          "it keeps neither tags nor configuration sets", super::carriesTagsAndConfigurationSet);
    }

    @Test
    @Override
    void carriesTagsAndConfigurationSetOfMailsWithHeaders() {
      differs(
          "it keeps neither tags nor configuration sets",
          super::carriesTagsAndConfigurationSetOfMailsWithHeaders);
    }

    /** A case that is said to differ has to fail, so that what is said stays true. */
    static void differs(String because, ThrowingCallable test) {
      assertThat(catchThrowable(test))
          .as("It does what SES does, although it was said that %s", because)
          .isInstanceOf(AssertionError.class);
    }
  }
}
