package example;

import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.testkit.contract.ObjectStoreContract;

class ObjectStoreTest extends ObjectStoreContract {
  private final InMemoryBucket bucket = new InMemoryBucket();

  @Override
  protected ObjectStore store() {
    return bucket.objects();
  }
}
