package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;

class InMemoryBucketObjectsContractTest extends ObjectStoreContract {
  private final InMemoryBucket bucket = new InMemoryBucket();

  @Override
  protected ObjectStore store() {
    return bucket.objects();
  }

  @Override
  protected void put(ObjectKey key, String contentType, byte[] bytes) {
    bucket.objects().put(NewObject.of(key, contentType, bytes).replacingExisting());
  }
}
