package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * Inspects the pending objects of an {@link ObjectStore}, and publishes the bytes that it
 * inspected.
 *
 * <p>Each step may be lost, repeated, or done by several calls at once. What is published under the
 * final key decides: it is created once and never replaced, so whoever finds it there accepts it.
 *
 * <p>Immutable and thread-safe.
 */
final class ObjectStoreVerifier implements UploadVerifier {
  /** How often an object may be replaced, or its key be contended, during one verification. */
  private static final int ATTEMPTS = 5;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  private final ObjectStore objects;
  private final Optional<Function<ObjectKey, URI>> publicUrls;
  private final Optional<UploadInspector> inspector;
  private final MemoryBudget memory;
  private final Duration deadline;
  private final Time time;

  ObjectStoreVerifier(
      ObjectStore objects,
      Optional<Function<ObjectKey, URI>> publicUrls,
      Optional<UploadInspector> inspector,
      MemoryBudget memory,
      Duration deadline,
      Time time) {
    this.objects = Objects.requireNonNull(objects, "objects");
    this.publicUrls = publicUrls;
    this.inspector = inspector;
    this.memory = memory;
    this.deadline = deadline;
    this.time = time;
  }

  @Override
  public UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key) {
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(key, "key");
    return verify(Inspection.of(policy, owner, key));
  }

  @Override
  public UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key) {
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(key, "key");
    return verify(Inspection.of(policy, request, key));
  }

  private UploadVerification verify(Inspection inspection) {
    if (objects instanceof S3Objects s3) {
      // Before the deadline begins: it would leave the first upload no time if it is short.
      s3.openClient();
    }
    Deadline until = Deadline.after(deadline, time);
    ObjectStore store = objects instanceof S3Objects s3 ? s3.within(until) : objects;
    for (int attempt = 1; ; attempt++) {
      try {
        return new Attempt(inspection, store, until).run();
      } catch (StorageException e) {
        if (e.kind() != Kind.CHANGED) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw contended(e);
        }
        pause(attempt, until);
      }
    }
  }

  private static StorageException contended(StorageException last) {
    return new StorageException(
        Kind.CHANGED,
        ("The object changed %s times while it was inspected, or other requests kept changing it."
                + " Whether it is published is not known yet. Verify it again.")
            .formatted(ATTEMPTS),
        last,
        null);
  }

  /** Another call is at work on the same object, and is done within milliseconds. */
  private void pause(int attempt, Deadline until) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << (attempt - 1));
    Duration left = until.left();
    try {
      time.sleep(pause.compareTo(left) < 0 ? pause : left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageFailures.of(Kind.INTERRUPTED);
    }
    until.check();
  }

  private Accepted accepted(ObjectHead published, UploadPolicy policy) {
    return new Accepted(
        published,
        publicUrls
            .filter(urls -> policy.publiclyReadable())
            .map(urls -> urls.apply(published.key())));
  }

  /** One inspection, and what follows from it. */
  private final class Attempt {
    private final Inspection inspection;
    private final ObjectStore store;
    private final Deadline until;
    private final ObjectKey key;

    Attempt(Inspection inspection, ObjectStore store, Deadline until) {
      this.inspection = inspection;
      this.store = store;
      this.until = until;
      this.key = inspection.key();
    }

    UploadVerification run() {
      Optional<ObjectHead> pending;
      try {
        pending = store.head(key.pending());
      } catch (StorageException e) {
        if (isCertain(e)) {
          throw e;
        }
        return withoutPending(new NotUploadedOrForbidden(key, e));
      }
      return pending.isPresent() ? inspect(pending.get()) : withoutPending(new NotUploaded(key));
    }

    /**
     * It was published before, or never uploaded. S3 may report a missing object as forbidden, but
     * not next to one that it reports as missing: that is forbidden indeed.
     */
    private UploadVerification withoutPending(UploadVerification ifUnpublished) {
      try {
        return store.head(key).<UploadVerification>map(this::accept).orElse(ifUnpublished);
      } catch (StorageException e) {
        if (isCertain(e)) {
          throw e;
        }
        return ifUnpublished instanceof NotUploaded
            ? new NotUploadedOrForbidden(key, e)
            : ifUnpublished;
      }
    }

    private Accepted accept(ObjectHead published) {
      inspection.requirePublished(published);
      return accepted(published, inspection.policy());
    }

    private UploadVerification inspect(ObjectHead pending) {
      try {
        inspection.checkHead(pending);
        long bytes = inspection.memoryFor(pending.sizeBytes(), inspector);
        return memory.holding(
            bytes,
            until,
            () -> publish(pending, inspection.inspect(pending, read(pending), inspector)));
      } catch (UploadRejectedException e) {
        return reject(pending, e);
      }
    }

    private byte[] read(ObjectHead pending) {
      byte[] bytes = new byte[(int) pending.sizeBytes()];
      try (InputStream content = store.openIfUnchanged(pending, 0, bytes.length - 1)) {
        int count = 0;
        while (count < bytes.length) {
          until.check();
          int read = content.read(bytes, count, bytes.length - count);
          if (read < 0) {
            throw new EOFException("The object ends after " + count + " bytes.");
          }
          count += read;
        }
        return bytes;
      } catch (IOException e) {
        throw unread(e);
      } catch (StorageException e) {
        throw e.kind() == Kind.NOT_FOUND ? StorageFailures.of(Kind.CHANGED) : explained(e);
      }
    }

    private StorageException unread(IOException failure) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      return new StorageException(
          interrupted ? Kind.INTERRUPTED : Kind.UNREACHABLE,
          "The object could not be read to its end, so this call neither published nor removed it."
              + " Verify it again.",
          failure,
          null);
    }

    /**
     * A replay of a published upload is not rejected: its picture is the published one, and only
     * what was sent again is removed.
     */
    private UploadVerification reject(ObjectHead pending, UploadRejectedException reason) {
      UploadVerification outcome = withoutPending(new Rejected(key, reason));
      try {
        store.deleteIfUnchanged(pending);
      } catch (StorageException e) {
        throw explained(e);
      }
      // Another call may have removed it because a later upload was published.
      return outcome instanceof Rejected ? withoutPending(outcome) : outcome;
    }

    private Accepted publish(ObjectHead pending, byte[] bytes) {
      until.check();
      ObjectHead published;
      try {
        published = store.put(inspection.published(pending, bytes));
      } catch (StorageException e) {
        if (e.kind() != Kind.ALREADY_EXISTS) {
          throw e;
        }
        // Another call published it, or this one did and the response was lost.
        published = existing();
        inspection.requirePublished(published);
      }
      removePublished(pending);
      return accepted(published, inspection.policy());
    }

    /** What S3 said exists; it may have been deleted since. */
    private ObjectHead existing() {
      try {
        return store.head(key).orElseThrow(() -> StorageFailures.of(Kind.CHANGED));
      } catch (StorageException e) {
        throw isCertain(e) ? e : StorageFailures.of(Kind.CHANGED);
      }
    }

    /** The picture is published, so a failure is no reason to report anything else. */
    private void removePublished(ObjectHead pending) {
      try {
        store.deleteIfUnchanged(pending);
      } catch (StorageException e) {
        if (e.kind() == Kind.CHANGED) {
          // The upload was sent again, which the next verification removes.
          return;
        }
        Failures.quietly(
            () ->
                LoggerFactory.getLogger(UploadVerifier.class)
                    .warn(
                        "An upload was published, but its pending object was not removed ({}). Verifying"
                            + " it again, deleting the picture, or the lifecycle rule of the bucket"
                            + " removes it.",
                        e.kind()));
      }
    }

    /**
     * An object that is missing by now was removed by another call; one that is not is forbidden.
     */
    private StorageException explained(StorageException failure) {
      boolean forbidden =
          failure.kind() == Kind.MISSING_OR_FORBIDDEN || failure.kind() == Kind.ACCESS_DENIED;
      if (!forbidden) {
        return failure;
      }
      try {
        if (store.head(key.pending()).isEmpty()) {
          return StorageFailures.of(Kind.CHANGED);
        }
      } catch (StorageException e) {
        return isCertain(e) ? e : StorageFailures.of(Kind.CHANGED);
      }
      return new StorageException(
          Kind.ACCESS_DENIED,
          "The object is there, but the credentials may not read or remove it, so this call"
              + " neither published nor removed it. Grant s3:GetObject, s3:PutObject, s3:DeleteObject and, where a"
              + " KMS key encrypts it, kms:Decrypt and kms:GenerateDataKey. "
              + failure.getMessage(),
          failure,
          null);
    }
  }

  /** Whether the failure says more than that the object may be missing. */
  private static boolean isCertain(StorageException failure) {
    return failure.kind() != Kind.MISSING_OR_FORBIDDEN && failure.kind() != Kind.NOT_FOUND;
  }

  /** The store that it inspects. */
  @Override
  public String toString() {
    return "UploadVerifier[" + objects + "]";
  }
}
