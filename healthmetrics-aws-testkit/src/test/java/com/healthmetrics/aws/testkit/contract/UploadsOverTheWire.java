package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.Browser;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;

/** The contract against a server: uploads and downloads by HTTP. */
public abstract class UploadsOverTheWire extends UploadUrlSignerContract {
  private final Browser browser = new Browser();
  @AutoClose private S3Bucket s3;

  protected final UploadUrlSigner signer(
      S3Bucket.Builder bucket, Clock clock, Function<ObjectKey, URI> publicUrls) {
    s3 = bucket.clock(clock).publicUrls(publicUrls).build();
    return s3.uploads();
  }

  @Override
  protected final boolean upload(PresignedUpload upload, String contentType, byte[] body) {
    HttpResponse<String> response =
        browser.send(upload, body, Browser.replacing("content-type", contentType));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 499);
    return response.statusCode() < 300;
  }

  @Override
  protected final ObjectStore store() {
    return s3.objects();
  }
}
