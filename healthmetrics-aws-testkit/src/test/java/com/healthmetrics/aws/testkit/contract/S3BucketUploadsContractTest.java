package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import software.amazon.awssdk.regions.Region;

/** The contract over the wire, with credentials of either kind. */
class S3BucketUploadsContractTest {

  @Nested
  class WithPermanentCredentials extends ToLocalS3 {
    WithPermanentCredentials() {
      super(LocalS3.builder());
    }
  }

  @Nested
  class WithTemporaryCredentials extends ToLocalS3 {
    WithTemporaryCredentials() {
      super(LocalS3.builder().sessionToken("token/with+signs==").region(Region.EU_CENTRAL_1));
    }
  }

  private abstract static class ToLocalS3 extends UploadsOverTheWire {
    private final LocalS3.Builder builder;
    @AutoClose private LocalS3 s3;

    ToLocalS3(LocalS3.Builder builder) {
      this.builder = builder;
    }

    @Override
    protected UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
      s3 = builder.clock(clock).start();
      return signer(Bucket.of(s3).s3(), clock, publicUrls);
    }
  }
}
