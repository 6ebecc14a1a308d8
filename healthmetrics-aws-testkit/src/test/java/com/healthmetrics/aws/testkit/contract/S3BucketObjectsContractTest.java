package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import software.amazon.awssdk.regions.Region;

/** The contract over the wire, in a bucket of either kind. */
class S3BucketObjectsContractTest {

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
    @AutoClose private final S3Bucket bucket;

    OverTheWire(LocalS3.Builder builder) {
      this.s3 = builder.start();
      this.bucket = Bucket.of(s3).s3().build();
    }

    @Override
    protected ObjectStore store() {
      return bucket.objects();
    }

    @Override
    protected void put(ObjectKey key, String contentType, byte[] bytes) {
      s3.put(key.value(), contentType, bytes);
    }
  }
}
