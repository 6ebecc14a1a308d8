package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

class InMemoryBucketUploadsContractTest extends UploadUrlSignerContract {
  private InMemoryBucket bucket;

  @Override
  protected UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    bucket = InMemoryBucket.builder().clock(clock).publicUrls(publicUrls).build();
    return bucket.uploads();
  }

  @Override
  protected boolean upload(PresignedUpload upload, String contentType, byte[] body) {
    try {
      bucket.upload(upload, contentType, body);
      return true;
    } catch (UploadRejectedException e) {
      return false;
    }
  }

  @Override
  protected ObjectStore store() {
    return bucket.objects();
  }
}
