package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;
import software.amazon.awssdk.regions.Region;

class S3UploadUrlSignerContractTest extends UploadUrlSignerContract {
  @Override
  UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
    return S3UploadUrlSigner.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.session())
        .publicUrls(publicUrls)
        .clock(clock)
        .build();
  }
}
