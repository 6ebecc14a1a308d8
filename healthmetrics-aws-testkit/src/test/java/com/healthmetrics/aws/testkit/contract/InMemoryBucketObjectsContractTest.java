package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.ObjectStore;

class InMemoryBucketObjectsContractTest extends ObjectStoreContract {
  private final InMemoryBucket bucket = new InMemoryBucket();

  @Override
  protected ObjectStore store() {
    return bucket.objects();
  }
}
