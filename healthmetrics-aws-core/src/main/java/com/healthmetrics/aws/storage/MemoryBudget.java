package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The memory that the pictures under inspection may take together. Who finds none left waits, in
 * the order of arrival.
 *
 * <p>Thread-safe.
 */
final class MemoryBudget {
  private static final int UNIT_BYTES = 1_024;

  private final int units;
  private final long heapBytes;
  private final Semaphore free;

  private MemoryBudget(long bytes, long heapBytes) {
    this.units = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / UNIT_BYTES));
    this.heapBytes = heapBytes;
    // Fair, as small pictures would otherwise pass a large one for ever.
    this.free = new Semaphore(units, true);
  }

  /** An eighth of this process's heap. */
  static MemoryBudget ofHeap() {
    long heap = Runtime.getRuntime().maxMemory();
    return new MemoryBudget(heap / 8, heap);
  }

  static MemoryBudget of(long bytes) {
    return of(bytes, Runtime.getRuntime().maxMemory());
  }

  static MemoryBudget of(long bytes, long heapBytes) {
    return new MemoryBudget(bytes, heapBytes);
  }

  /**
   * Does work that takes memory, and waits for it as long as the deadline allows. What is larger
   * than the budget waits until it has all of it.
   *
   * @throws StorageException of kind {@code LIMIT_EXCEEDED} above half of the heap, {@code BUSY} if
   *     no memory was freed in time, {@code INTERRUPTED} if the thread was interrupted
   */
  <T> T holding(long bytes, Deadline deadline, Supplier<T> work) {
    if (bytes > heapBytes / 2) {
      throw new StorageException(
          Kind.LIMIT_EXCEEDED,
          ("Inspecting the upload takes %s bytes, more than half of the heap of %s bytes. Give the JVM"
                  + " more memory (-Xmx), or lower maxBytes of the upload policy.")
              .formatted(bytes, heapBytes));
    }
    int needed = (int) Math.min(units, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    acquire(needed, deadline);
    try {
      return work.get();
    } finally {
      free.release(needed);
    }
  }

  private void acquire(int needed, Deadline deadline) {
    Duration left = deadline.left();
    try {
      if (free.tryAcquire(needed, left.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageFailures.of(Kind.INTERRUPTED);
    }
    throw new StorageException(
        Kind.BUSY,
        ("Other uploads hold all of the memory for inspections, %s KiB, and none was free within %s."
                + " Verify it again; if this happens often, give the JVM more memory (-Xmx), or raise"
                + " inspectionMemory of S3Bucket.Builder.")
            .formatted(units, left));
  }

  /** The number of threads that wait, for tests. */
  int waiting() {
    return free.getQueueLength();
  }
}
