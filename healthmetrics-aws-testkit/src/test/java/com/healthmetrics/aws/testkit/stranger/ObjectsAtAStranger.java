package com.healthmetrics.aws.testkit.stranger;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.contract.ObjectStoreContract;
import org.junit.jupiter.api.AutoClose;
import software.amazon.awssdk.core.sync.RequestBody;

abstract class ObjectsAtAStranger extends ObjectStoreContract {
  private final Stranger stranger;
  private final Bucket bucket;
  @AutoClose private final S3Bucket s3;

  ObjectsAtAStranger(Stranger stranger) {
    this.stranger = stranger;
    this.bucket = stranger.newBucket();
    this.s3 = bucket.s3().build();
  }

  @Override
  protected final ObjectStore store() {
    return s3.objects();
  }

  @Override
  protected final void put(ObjectKey key, String contentType, byte[] bytes) {
    stranger
        .client()
        .putObject(
            request -> request.bucket(bucket.name()).key(key.value()).contentType(contentType),
            RequestBody.fromBytes(bytes));
  }
}
