package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;

/** The contract over the wire, through both APIs of SES. */
class SesMailerContractTest {

  @Nested
  class ThroughV2 extends OverTheWire {
    @AutoClose
    private final SesMailer mailer =
        SesMailer.builder()
            .region(ses.region())
            .endpoint(ses.endpoint())
            .credentials(ses.credentials())
            .build();

    @Override
    protected TransactionalMailer mailer() {
      return mailer;
    }
  }

  @Nested
  class ThroughV1 extends OverTheWire {
    @AutoClose
    private final SesMailer mailer =
        SesMailer.builder()
            .apiV1()
            .region(ses.region())
            .endpoint(ses.endpoint())
            .credentials(ses.credentials())
            .build();

    @Override
    protected TransactionalMailer mailer() {
      return mailer;
    }
  }

  private abstract static class OverTheWire extends TransactionalMailerContract {
    @AutoClose
    final LocalSes ses =
        LocalSes.builder().verifiedIdentity("example.com").configurationSet("contract").start();

    @Override
    protected List<Email> arrived() {
      return ses.emails().stream().map(OverTheWire::email).toList();
    }

    private static Email email(ReceivedMail mail) {
      Email.Builder email = Email.builder().from(WireAddress.parse(mail.from()));
      mail.to().forEach(address -> email.to(WireAddress.parse(address)));
      mail.cc().forEach(address -> email.cc(WireAddress.parse(address)));
      mail.bcc().forEach(address -> email.bcc(WireAddress.parse(address)));
      mail.replyTo().forEach(address -> email.replyTo(WireAddress.parse(address)));
      email.subject(mail.subject()).text(mail.text().orElseThrow());
      mail.html().ifPresent(email::html);
      mail.headers().forEach(email::header);
      mail.attachments().forEach(file -> email.attach(attachment(file)));
      mail.tags().forEach(email::tag);
      mail.configurationSet().ifPresent(email::configurationSet);
      return email.build();
    }

    private static EmailAttachment attachment(ReceivedMail.Attachment file) {
      return file.contentId()
          .map(id -> EmailAttachment.inline(id, file.fileName(), file.mediaType(), file.bytes()))
          .orElseGet(() -> EmailAttachment.of(file.fileName(), file.mediaType(), file.bytes()));
    }
  }
}
