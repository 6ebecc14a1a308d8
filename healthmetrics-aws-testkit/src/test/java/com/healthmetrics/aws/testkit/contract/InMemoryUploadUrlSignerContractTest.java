package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.storage.InMemoryObjectStore;
import com.healthmetrics.aws.storage.InMemoryUploadUrlSigner;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

class InMemoryUploadUrlSignerContractTest extends UploadUrlSignerContract {
  private InMemoryObjectStore store;

  @Override
  protected UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    store = new InMemoryObjectStore(clock);
    return new InMemoryUploadUrlSigner(store, publicUrls);
  }

  @Override
  protected boolean upload(PresignedUpload upload, String contentType, byte[] body) {
    try {
      store.upload(upload, contentType, body);
      return true;
    } catch (UploadRejectedException e) {
      return false;
    }
  }

  @Override
  protected ObjectStore store() {
    return store;
  }
}
