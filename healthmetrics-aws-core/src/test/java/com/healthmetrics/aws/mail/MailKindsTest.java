package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.KindTable;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What an application does about each kind of failure: the table of {@link Kind}. */
class MailKindsTest {
  private static String retry(Kind kind) {
    MailException failure = new MailException(kind, "What happened");
    if (failure.delivery() == Delivery.UNKNOWN) {
      return "no: it may make two";
    }
    return failure.retryAfter().map(KindTable::after).orElse("no");
  }

  @Test
  void documentsEveryKindAndWhetherToRetry() throws IOException {
    assertThat(KindTable.of(MailException.class))
        .extracting(row -> row.kind() + ": " + row.retry())
        .containsExactlyElementsOf(
            Arrays.stream(Kind.values()).map(kind -> kind + ": " + retry(kind)).toList());
  }

  /** Clients of the application take 503 for a reason to try again. */
  @Test
  void recommends503ExactlyWhereARetryMaySucceedWithoutAChange() throws IOException {
    assertThat(KindTable.of(MailException.class))
        .allSatisfy(
            row ->
                assertThat(row.status() == 503)
                    .as(row.kind())
                    .isEqualTo(row.retry().startsWith("after")));
  }

  /** The email may arrive: neither a success nor a failure that invites another one. */
  @Test
  void recommends202ExactlyForAnUnknownOutcome() throws IOException {
    assertThat(KindTable.of(MailException.class))
        .allSatisfy(
            row ->
                assertThat(row.status() == 202)
                    .as(row.kind())
                    .isEqualTo(row.kind().equals("UNKNOWN_OUTCOME")));
  }
}
