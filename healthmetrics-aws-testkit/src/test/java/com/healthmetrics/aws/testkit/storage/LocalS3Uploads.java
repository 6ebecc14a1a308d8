package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.PresignedRequest.Answer;
import java.util.Map;

/** Uploads for tests outside this package. */
public final class LocalS3Uploads {
  private LocalS3Uploads() {}

  public static void put(LocalS3 s3, String key, Map<String, String> headers, String body) {
    PresignedRequest request = PresignedRequest.put(s3, key);
    headers.forEach(request::header);
    Answer answer = request.send(body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }
}
