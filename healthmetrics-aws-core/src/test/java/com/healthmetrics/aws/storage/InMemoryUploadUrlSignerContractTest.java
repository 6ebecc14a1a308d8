package com.healthmetrics.aws.storage;

import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

class InMemoryUploadUrlSignerContractTest extends UploadUrlSignerContract {
  @Override
  UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    return new InMemoryUploadUrlSigner(new InMemoryObjectStore(clock), publicUrls);
  }
}
