package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.IdempotentMailer;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.ObservedMailer;
import com.healthmetrics.aws.mail.RateLimitedMailer;
import com.healthmetrics.aws.mail.RecipientGuard;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;

/** A mailer that wraps another one keeps its contract. */
class DecoratedMailersContractTest {

  private abstract static class Decorated extends TransactionalMailerContract {
    private final InMemoryMailer provider = new InMemoryMailer();
    private final TransactionalMailer mailer;

    Decorated(UnaryOperator<TransactionalMailer> decorator) {
      mailer = decorator.apply(provider);
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

  private static TransactionalMailer limited(TransactionalMailer mailer) {
    return RateLimitedMailer.builder(mailer).recipientsPerSecond(1_000).build();
  }

  private static TransactionalMailer guarded(TransactionalMailer mailer) {
    return RecipientGuard.allowOnly(mailer, List.of("example.com"));
  }

  private static TransactionalMailer once(TransactionalMailer mailer) {
    return IdempotentMailer.builder(mailer).store(new IdempotentMailer.InMemoryStore()).build();
  }

  private static TransactionalMailer observed(TransactionalMailer mailer) {
    return ObservedMailer.of(mailer, sending -> {});
  }

  @Nested
  class Limited extends Decorated {
    Limited() {
      super(DecoratedMailersContractTest::limited);
    }
  }

  @Nested
  class Guarded extends Decorated {
    Guarded() {
      super(DecoratedMailersContractTest::guarded);
    }
  }

  @Nested
  class Once extends Decorated {
    Once() {
      super(DecoratedMailersContractTest::once);
    }
  }

  @Nested
  class Observed extends Decorated {
    Observed() {
      super(DecoratedMailersContractTest::observed);
    }
  }

  @Nested
  class AllInTheirOrder extends Decorated {
    AllInTheirOrder() {
      super(provider -> observed(once(guarded(limited(provider)))));
    }
  }
}
