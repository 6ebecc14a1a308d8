package com.healthmetrics.aws.testkit.stranger;

import org.junit.jupiter.api.Nested;

class S3ProxyContractsTest {

  @Nested
  @Against(Stranger.S3_PROXY)
  @Differs(
      in = "storesWhatWasSigned",
      only = "POST",
      because = "it drops the Cache-Control field of a form.")
  class Uploads extends UploadsToAStranger {
    Uploads() {
      super(Stranger.S3_PROXY);
    }
  }

  @Nested
  @Against(Stranger.S3_PROXY)
  @Differs(
      in = "readsUpToTheEndWhereARangeGoesBeyondIt",
      because = "it takes the end of a range beyond the object's end for the object's length.")
  class Objects extends ObjectsAtAStranger {
    Objects() {
      super(Stranger.S3_PROXY);
    }
  }
}
