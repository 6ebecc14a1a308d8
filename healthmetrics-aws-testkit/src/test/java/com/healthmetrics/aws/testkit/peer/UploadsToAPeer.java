package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.contract.UploadsOverTheWire;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

abstract class UploadsToAPeer extends UploadsOverTheWire {
  private final S3Peer peer;

  UploadsToAPeer(S3Peer peer) {
    this.peer = peer;
  }

  @Override
  protected final UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    return signer(peer.newBucket().s3(), clock, publicUrls);
  }
}
