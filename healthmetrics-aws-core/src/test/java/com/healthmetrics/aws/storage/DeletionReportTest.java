package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.storage.DeletionReport.Deleted;
import com.healthmetrics.aws.storage.DeletionReport.Failure;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeletionReportTest {
  private static final Deleted GONE = new Deleted("avatars/ada/1.png", Optional.empty());
  private static final Failure LEFT =
      new Failure("avatars/ada/2.png", Optional.of("v1"), Kind.THROTTLED, "Too many.");

  @Test
  void requiresThatNothingIsLeft() {
    DeletionReport report = DeletionReport.of(List.of(GONE), List.of(LEFT));

    StorageException failure = catchThrowableOfType(StorageException.class, report::orThrow);

    assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(failure.report()).containsSame(report);
    assertThat(failure)
        .hasMessageContaining("1 of 2")
        .hasMessageContaining("Too many.")
        .hasMessageNotContaining("ada");
    assertThat(failure.retryAfter()).isPresent().isEqualTo(LEFT.retryAfter());
  }

  @Test
  void cannotBeChangedFromOutside() {
    List<Deleted> deleted = new ArrayList<>(List.of(GONE));
    DeletionReport report = DeletionReport.of(deleted, List.of());

    deleted.clear();

    assertThat(report.deleted()).containsExactly(GONE).isUnmodifiable();
    assertThat(report.failed()).isUnmodifiable();
    assertThat(report.isComplete()).isTrue();
  }

  @Test
  void showsNumbersAndNoKeys() {
    assertThat(DeletionReport.of(List.of(GONE), List.of(LEFT)))
        .hasToString("DeletionReport[1 deleted, 1 failed]");
  }

  @Test
  void isDroppedWhenItsExceptionIsSerialized() throws IOException, ClassNotFoundException {
    StorageException failure =
        new StorageException(Kind.THROTTLED, "Wait.")
            .during(DeletionReport.of(List.of(GONE), List.of()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(failure);
    }

    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      StorageException copy = (StorageException) in.readObject();
      assertThat(copy.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(copy.report()).isEmpty();
    }
  }
}
