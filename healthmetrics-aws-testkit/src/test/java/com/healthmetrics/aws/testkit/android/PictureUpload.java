package com.healthmetrics.aws.testkit.android;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

final class PictureUpload {
  /** UNKNOWN: your application did not respond to finish. Call it again at any time. */
  enum Outcome {
    DONE,
    NOT_DONE,
    UNKNOWN
  }

  private static final int ATTEMPTS = 4;
  private static final int NOT_UPLOADED = 404;

  /** Client errors after which the same request may succeed, or has already succeeded. */
  private static final Set<Integer> NOT_KNOWN_YET = Set.of(408, 409, 412, 425, 429);

  private final OkHttpClient client;
  private final IntConsumer pause;

  /**
   * @param pause waits before an attempt: 0.5 to 1 s at random after the first, then 1 to 2, 2 to 4
   */
  PictureUpload(OkHttpClient client, IntConsumer pause) {
    this.client = client;
    this.pause = pause;
  }

  /**
   * Sends a picture with the url and headers of the JSON of a PresignedPut.
   *
   * @param picture without a media type: RequestBody.create(file, null)
   * @param finish has your application verify the upload, and returns its HTTP status
   */
  Outcome send(
      String url, Map<String, String> headers, RequestBody picture, Callable<Integer> finish) {
    Request put = new Request.Builder().url(url).headers(Headers.of(headers)).put(picture).build();
    for (int attempt = 1; ; attempt++) {
      boolean refused = isRefusal(statusOf(() -> send(put)));
      // OkHttp repeats a PUT whose connection died, and S3 responds with 412 to the second one.
      if (!refused || attempt > 1) {
        int confirmed = confirm(finish);
        if (confirmed != NOT_UPLOADED) {
          return outcome(confirmed);
        }
      }
      if (refused || attempt == ATTEMPTS) {
        return Outcome.NOT_DONE;
      }
      pause.accept(attempt);
    }
  }

  private int send(Request put) throws IOException {
    try (Response response = client.newCall(put).execute()) {
      boolean idle = response.code() == 400 && response.body().string().contains("RequestTimeout");
      return idle ? 408 : response.code();
    }
  }

  private int confirm(Callable<Integer> finish) {
    for (int attempt = 1; ; attempt++) {
      int status = statusOf(finish);
      if (attempt == ATTEMPTS || isAccepted(status) || isRefusal(status)) {
        return status;
      }
      pause.accept(attempt);
    }
  }

  private static int statusOf(Callable<Integer> request) {
    try {
      return request.call();
    } catch (Exception e) { // no response
      return 0;
    }
  }

  private static Outcome outcome(int confirmed) {
    if (isAccepted(confirmed)) {
      return Outcome.DONE;
    }
    return isRefusal(confirmed) ? Outcome.NOT_DONE : Outcome.UNKNOWN;
  }

  private static boolean isAccepted(int status) {
    return status >= 200 && status < 300;
  }

  private static boolean isRefusal(int status) {
    return status >= 400 && status < 500 && !NOT_KNOWN_YET.contains(status);
  }
}
