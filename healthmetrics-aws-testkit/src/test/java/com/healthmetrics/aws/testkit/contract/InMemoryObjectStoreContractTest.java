package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.InMemoryObjectStore;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import java.time.Clock;

class InMemoryObjectStoreContractTest extends ObjectStoreContract {
  private final InMemoryObjectStore store = new InMemoryObjectStore(Clock.systemUTC());

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected void put(ObjectKey key, String contentType, byte[] bytes) {
    store.put(key, contentType, bytes);
  }
}
