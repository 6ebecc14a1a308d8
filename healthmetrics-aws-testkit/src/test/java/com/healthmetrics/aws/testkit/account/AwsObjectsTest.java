package com.healthmetrics.aws.testkit.account;

import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.contract.ObjectStoreContract;
import org.junit.jupiter.api.AutoClose;

/** The contract of objects in the account's bucket; it removes what it stored itself. */
@OnAws
class AwsObjectsTest extends ObjectStoreContract {
  private final String prefix = AwsAccount.newPrefix();
  @AutoClose private final S3Bucket bucket = AwsAccount.bucket().build();

  @Override
  protected ObjectStore store() {
    return bucket.objects();
  }

  @Override
  protected String keyPrefix() {
    return prefix;
  }
}
