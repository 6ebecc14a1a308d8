package com.healthmetrics.aws.testkit.peer;

import org.junit.jupiter.api.Nested;

class S3MockContractsTest {

  @Nested
  @Against(S3Peer.S3_MOCK)
  @Differs(
      in = "storesWhatWasSigned",
      only = "POST",
      because = "it drops the Cache-Control field of a form.")
  @Differs(
      in = "storesMetadataAndTheFileName",
      only = "POST",
      because = "it drops the metadata fields of a form.")
  @Differs(
      in = "refusesABodyLongerThanAPutSigned",
      because = "it verifies no signature, so the signed length means nothing.")
  @Differs(
      in = "refusesABodyShorterThanAPutSigned",
      because = "it verifies no signature, so the signed length means nothing.")
  @Differs(in = "refusesAPostAboveThePolicysMaximum", because = "it reads no policy.")
  @Differs(in = "refusesAnEmptyPost", because = "it reads no policy.")
  @Differs(
      in = "refusesAnotherTypeThanSigned",
      because = "it verifies neither signature nor policy.")
  @Differs(
      in = "refusesEvenATypeThatThePolicyAllowsWhenAnotherWasSigned",
      because = "it verifies neither signature nor policy.")
  @Differs(
      in = "acceptsOnlyTheBytesWhoseSha256WasSigned",
      only = "POST",
      because = "it ignores the checksum field of a form.")
  @Differs(
      in = "acceptsOnlyTheBytesWhoseCrc32cWasSigned",
      only = "POST",
      because = "it ignores the checksum field of a form.")
  @Differs(in = "refusesAPutFromTheInstantItExpires", because = "its uploads never expire.")
  @Differs(in = "refusesAPostFromTheInstantItExpires", because = "its uploads never expire.")
  class Uploads extends UploadsToAPeer {
    Uploads() {
      super(S3Peer.S3_MOCK);
    }
  }

  @Nested
  @Against(S3Peer.S3_MOCK)
  class Objects extends ObjectsAtAPeer {
    Objects() {
      super(S3Peer.S3_MOCK);
    }
  }
}
