package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every {@link SuppressionList} promises. */
abstract class SuppressionListContract {
  private static final EmailAddress ADA = EmailAddress.of("ada.to.hide+a/b@example.com");
  private static final EmailAddress BOB = EmailAddress.of("bob@example.com");
  private static final Instant SINCE = Instant.parse("2026-11-29T10:15:30.125Z");

  /** The list under test, empty. */
  abstract SuppressionList list();

  /** Puts an address on the list, as a bounce or a complaint does. */
  abstract void suppress(EmailAddress address, Suppression suppression);

  private void suppress(EmailAddress address, String reason) {
    suppress(address, new Suppression(reason, SINCE));
  }

  @Test
  void knowsNobodyAtFirst() {
    assertThat(list().suppression(ADA)).isEmpty();
    assertThat(list().release(ADA)).isFalse();
  }

  @Test
  void returnsWhyAnAddressIsSuppressedAndSinceWhen() {
    suppress(ADA, Suppression.BOUNCE);
    suppress(BOB, Suppression.COMPLAINT);

    assertThat(list().suppression(ADA)).hasValue(new Suppression("BOUNCE", SINCE));
    assertThat(list().suppression(BOB)).hasValue(new Suppression("COMPLAINT", SINCE));
  }

  @Test
  void returnsReasonsThatItDoesNotKnow() {
    suppress(ADA, "A_REASON_OF_NEXT_YEAR");

    assertThat(list().suppression(ADA)).map(Suppression::reason).hasValue("A_REASON_OF_NEXT_YEAR");
  }

  @Test
  void returnsTheLatestReason() {
    suppress(ADA, Suppression.BOUNCE);
    suppress(ADA, Suppression.COMPLAINT);

    assertThat(list().suppression(ADA)).map(Suppression::reason).hasValue("COMPLAINT");
  }

  @Test
  void releasesOneAddressOnce() {
    suppress(ADA, Suppression.BOUNCE);
    suppress(BOB, Suppression.BOUNCE);

    assertThat(list().release(ADA)).isTrue();

    assertThat(list().suppression(ADA)).isEmpty();
    assertThat(list().release(ADA)).isFalse();
    assertThat(list().suppression(BOB)).isPresent();
  }

  @Test
  void ignoresDisplayNames() {
    suppress(ADA, Suppression.BOUNCE);

    assertThat(list().suppression(ADA.withDisplayName("Ada"))).isPresent();
    assertThat(list().release(ADA.withDisplayName("Ada"))).isTrue();
  }

  @Test
  void comparesAddressesExactly() {
    EmailAddress capitals = EmailAddress.of(ADA.address().replace("ada", "Ada"));
    suppress(ADA, Suppression.BOUNCE);

    assertThat(list().suppression(capitals)).isEmpty();
    assertThat(list().release(capitals)).isFalse();
  }

  @Test
  void suppressesAgainWhoWasReleased() {
    suppress(ADA, Suppression.BOUNCE);
    list().release(ADA);
    suppress(ADA, Suppression.BOUNCE);

    assertThat(list().suppression(ADA)).isPresent();
  }

  @Test
  void requiresAnAddress() {
    assertThatNullPointerException().isThrownBy(() -> list().suppression(null));
    assertThatNullPointerException().isThrownBy(() -> list().release(null));
  }
}
