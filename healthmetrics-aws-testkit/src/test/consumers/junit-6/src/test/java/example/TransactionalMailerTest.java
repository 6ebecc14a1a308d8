package example;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.contract.TransactionalMailerContract;
import java.util.List;

class TransactionalMailerTest extends TransactionalMailerContract {
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
