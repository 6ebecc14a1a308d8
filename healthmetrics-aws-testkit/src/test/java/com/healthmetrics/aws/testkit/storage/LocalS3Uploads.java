package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.util.Map;

/** Uploads for tests outside this package. */
public final class LocalS3Uploads {
  private LocalS3Uploads() {}

  public static void put(LocalS3 s3, String key, Map<String, String> headers, String body) {
    SignedRequest request = SignedRequest.presignedPut(s3, key);
    headers.forEach(request::header);
    Response response = request.send(body);
    assertThat(response.status()).as(response.body()).isEqualTo(200);
  }
}
