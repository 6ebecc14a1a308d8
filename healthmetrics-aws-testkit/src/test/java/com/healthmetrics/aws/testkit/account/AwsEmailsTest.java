package com.healthmetrics.aws.testkit.account;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.contract.TransactionalMailerContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract of emails with the account's identity: that SES accepts each, once. What SES made of
 * it is not read: its mailbox simulator, the only recipient here, shows nothing.
 */
@OnAws
@Execution(ExecutionMode.SAME_THREAD) // they share the account's send rate
class AwsEmailsTest extends TransactionalMailerContract {
  private final List<Email> accepted = Collections.synchronizedList(new ArrayList<>());

  @AutoClose
  private final HealthMetricsAws aws =
      HealthMetricsAws.builder(AwsAccount.settings())
          .credentials(AwsAccount.credentials())
          .mailerChain(
              MailerChain.builder()
                  .allowOnly(List.of(Simulator.DOMAIN))
                  // That of the sandbox, unless the account may send faster.
                  .recipientsPerSecond(1)
                  .followingSendRate()
                  .maxWait(Duration.ofMinutes(5))
                  .build())
          .build();

  @Override
  protected TransactionalMailer mailer() {
    return email -> {
      MailReceipt receipt = aws.mailer().send(email);
      accepted.add(email);
      return receipt;
    };
  }

  @Override
  protected List<Email> arrived() {
    return List.copyOf(accepted);
  }

  @Override
  protected EmailAddress from() {
    return AwsAccount.settings().fromEmail();
  }

  @Override
  protected EmailAddress recipient(String name) {
    return Simulator.success(name);
  }

  @Override
  protected String configurationSet() {
    return AwsAccount.settings().configurationSet().orElseThrow();
  }
}
