package com.healthmetrics.aws.testkit.stranger;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.contract.UploadsOverTheWire;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

abstract class UploadsToAStranger extends UploadsOverTheWire {
  private final Stranger stranger;

  UploadsToAStranger(Stranger stranger) {
    this.stranger = stranger;
  }

  @Override
  protected final UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    return signer(stranger.newBucket(), clock, publicUrls);
  }
}
