package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.UploadEvent.Step;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports each signature and each verification to an observer, whose own failures change nothing.
 *
 * <p>Immutable and thread-safe, if the observer is.
 */
record UploadObserver(Consumer<UploadEvent> observer, Time time) {
  private static final Logger LOG = LoggerFactory.getLogger(UploadEvent.class);

  UploadUrlSigner observed(UploadUrlSigner signer) {
    return new UploadUrlSigner() {
      @Override
      public PresignedPut presignPut(UploadPolicy policy, UploadRequest request) {
        return report(Step.SIGN, policy, () -> signer.presignPut(policy, request));
      }

      @Override
      public PresignedPost presignPost(UploadPolicy policy, UploadRequest request) {
        return report(Step.SIGN, policy, () -> signer.presignPost(policy, request));
      }

      @Override
      public String toString() {
        return signer.toString();
      }
    };
  }

  UploadVerifier observed(UploadVerifier verifier) {
    return new UploadVerifier() {
      @Override
      public UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key) {
        return report(Step.VERIFY, policy, () -> verifier.verify(policy, owner, key));
      }

      @Override
      public UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key) {
        return report(Step.VERIFY, policy, () -> verifier.verify(policy, request, key));
      }

      @Override
      public String toString() {
        return verifier.toString();
      }
    };
  }

  private <T> T report(Step step, UploadPolicy policy, Supplier<T> call) {
    String keyPrefix = policy.keyPrefix();
    long start = time.nanos();
    T result;
    try {
      result = call.get();
    } catch (Throwable e) {
      // An error of the JVM or of foreign code is an outcome, too.
      report(new UploadEvent(step, keyPrefix, since(start), null, e));
      throw e;
    }
    report(new UploadEvent(step, keyPrefix, since(start), result, null));
    return result;
  }

  private Duration since(long start) {
    return Duration.ofNanos(time.nanos() - start);
  }

  private void report(UploadEvent event) {
    try {
      observer.accept(event);
    } catch (Throwable e) {
      // Errors too: a metrics library that does not link must not make an upload look failed.
      Failures.keepInterrupt(e);
      Failures.quietly(
          () -> LOG.warn("The observer of uploads failed with {}", e.getClass().getName()));
    }
  }
}
