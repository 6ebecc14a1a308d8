package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.contract.TransactionalMailerContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The contract suite against an independent SES, in another language, with its own MIME parser. */
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
  @Differs(
      in = "carriesTagsAndConfigurationSet",
      because = "it stores neither tags nor configuration sets.")
  @Differs(
      in = "carriesTagsAndConfigurationSetOfEmailsWithHeaders",
      because = "it stores neither tags nor configuration sets.")
  class ThroughV2 extends EmailsToThePeer {
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
  @Differs(
      in = "sendsOneEmailPerCallToManyRecipients",
      because = "it reads only the first of several recipients.")
  @Differs(
      in = "carriesSenderAndRecipients",
      because = "it reads only the first of several recipients.")
  @Differs(
      in = "carriesBccRecipientsOfEmailsWithHeaders",
      because = "it reads recipients from the MIME, which does not contain the Bcc recipients.")
  @Differs(
      in = "carriesFilesAndInlineImages",
      because = "it drops the parameters of the media types of raw emails.")
  @Differs(in = "carriesHeaders", because = "it drops the headers of raw emails.")
  @Differs(in = "carriesAccountEmails", because = "it drops the headers of raw emails.")
  @Differs(
      in = "carriesTagsAndConfigurationSet",
      because = "it stores neither tags nor configuration sets.")
  @Differs(
      in = "carriesTagsAndConfigurationSetOfEmailsWithHeaders",
      because = "it stores neither tags nor configuration sets.")
  class ThroughV1 extends EmailsToThePeer {
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
  }

  @ExtendWith(AgainstPeer.class)
  @Execution(ExecutionMode.SAME_THREAD)
  private abstract static class EmailsToThePeer extends TransactionalMailerContract {
    @BeforeEach
    void clearThePeer() {
      peer.clear();
    }

    @Override
    protected List<Email> arrived() {
      return peer.emails();
    }
  }
}
