package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.contract.ObjectStoreContract;
import org.junit.jupiter.api.AutoClose;
import software.amazon.awssdk.core.sync.RequestBody;

abstract class ObjectsAtAPeer extends ObjectStoreContract {
  private final S3Peer peer;
  private final Bucket bucket;
  @AutoClose private final S3Bucket s3;

  ObjectsAtAPeer(S3Peer peer) {
    this.peer = peer;
    this.bucket = peer.newBucket();
    this.s3 = bucket.s3().build();
  }

  @Override
  protected final ObjectStore store() {
    return s3.objects();
  }

  @Override
  protected final void put(ObjectKey key, String contentType, byte[] bytes) {
    peer.client()
        .putObject(
            request -> request.bucket(bucket.name()).key(key.value()).contentType(contentType),
            RequestBody.fromBytes(bytes));
  }
}
