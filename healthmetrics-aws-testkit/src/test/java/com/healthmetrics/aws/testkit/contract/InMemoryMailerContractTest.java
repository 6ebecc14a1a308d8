package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.util.List;

class InMemoryMailerContractTest extends TransactionalMailerContract {
  private final InMemoryMailer mailer = new InMemoryMailer();

  @Override
  protected TransactionalMailer mailer() {
    return mailer;
  }

  @Override
  protected List<Email> arrived() {
    return mailer.sent();
  }
}
