package com.healthmetrics.aws.testkit.peer;

import org.junit.jupiter.api.Nested;

class S3ProxyContractsTest {

  @Nested
  @Against(S3Peer.S3_PROXY)
  @Differs(
      in = "storesWhatWasSigned",
      only = "POST",
      because = "it drops the Cache-Control field of a form.")
  class Uploads extends UploadsToAPeer {
    Uploads() {
      super(S3Peer.S3_PROXY);
    }
  }

  @Nested
  @Against(S3Peer.S3_PROXY)
  @Differs(
      in = "readsUpToTheEndForARangeBeyondIt",
      because = "it treats a range end beyond the object's end as the object's length.")
  class Objects extends ObjectsAtAPeer {
    Objects() {
      super(S3Peer.S3_PROXY);
    }
  }
}
