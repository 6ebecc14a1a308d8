package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3ObjectStore;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import software.amazon.awssdk.regions.Region;

/** The contract over the wire, in a bucket of either kind. */
class S3ObjectStoreContractTest {

  @Nested
  class InABucketWithoutVersions extends OverTheWire {
    InABucketWithoutVersions() {
      super(LocalS3.builder());
    }
  }

  @Nested
  class InABucketWithVersions extends OverTheWire {
    InABucketWithVersions() {
      super(LocalS3.builder().versioning());
    }
  }

  @Nested
  class WithTemporaryCredentials extends OverTheWire {
    WithTemporaryCredentials() {
      super(LocalS3.builder().sessionToken("token/with+signs==").region(Region.EU_CENTRAL_1));
    }
  }

  private abstract static class OverTheWire extends ObjectStoreContract {
    // Closed after the contract has cleaned up.
    @AutoClose private final LocalS3 s3;
    @AutoClose private final S3ObjectStore store;

    OverTheWire(LocalS3.Builder builder) {
      this.s3 = builder.start();
      this.store = Bucket.of(s3).store();
    }

    @Override
    protected ObjectStore store() {
      return store;
    }

    @Override
    protected void put(ObjectKey key, String contentType, byte[] bytes) {
      s3.put(key.value(), contentType, bytes);
    }
  }
}
