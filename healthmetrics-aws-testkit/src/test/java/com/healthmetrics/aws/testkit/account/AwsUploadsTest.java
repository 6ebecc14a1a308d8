package com.healthmetrics.aws.testkit.account;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.contract.UploadsOverTheWire;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

/** The contract of uploads in the account's bucket. */
@OnAws
class AwsUploadsTest extends UploadsOverTheWire {
  private final String prefix = AwsAccount.newPrefix();

  @Override
  protected UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    return signer(AwsAccount.bucket(), clock, publicUrls);
  }

  @Override
  protected String keyPrefix() {
    return prefix;
  }

  @AfterEach
  void removeAllObjects() {
    AwsAccount.erase(prefix);
  }
}
