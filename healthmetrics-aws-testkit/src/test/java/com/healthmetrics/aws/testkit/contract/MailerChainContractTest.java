package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** A mailer that is wrapped in a chain keeps its promises, whatever the steps. */
class MailerChainContractTest {

  private abstract static class Wrapped extends TransactionalMailerContract {
    private final InMemoryMailer provider = new InMemoryMailer();
    private final TransactionalMailer mailer;

    Wrapped(MailerChain.Builder chain) {
      mailer = chain.build().wrap(provider);
    }

    @Override
    protected TransactionalMailer mailer() {
      return mailer;
    }

    @Override
    protected List<Email> arrived() {
      return provider.sent();
    }
  }

  @Nested
  class Limited extends Wrapped {
    Limited() {
      super(MailerChain.builder().recipientsPerSecond(1_000));
    }
  }

  @Nested
  class Guarded extends Wrapped {
    Guarded() {
      super(MailerChain.builder().allowOnly(List.of("example.com")));
    }
  }

  @Nested
  class Once extends Wrapped {
    Once() {
      super(MailerChain.builder().once(IdempotencyStore.inMemory()));
    }
  }

  @Nested
  class Observed extends Wrapped {
    Observed() {
      super(MailerChain.builder().observe(sending -> {}));
    }
  }

  @Nested
  class WithAllSteps extends Wrapped {
    WithAllSteps() {
      super(
          MailerChain.builder()
              .observe(sending -> {})
              .once(IdempotencyStore.inMemory())
              .allowOnly(List.of("example.com"))
              .recipientsPerSecond(1_000));
    }
  }
}
