package com.healthmetrics.aws.testkit.android;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

final class PictureUpload {
  /** Has your application verify the upload, and returns its HTTP status. */
  interface Finish {
    int call() throws IOException;
  }

  /** UNKNOWN: your application did not respond to finish. Call it again at any time. */
  enum Outcome {
    DONE,
    NOT_DONE,
    UNKNOWN
  }

  private static final int ATTEMPTS = 4;
  private static final int NO_RESPONSE = 0;
  private static final int NOT_UPLOADED = 404;
  private static final int EXISTS = 412;
  private static final int REJECTED = 422;

  /** Client errors after which the same request may succeed, or has already succeeded. */
  private static final Set<Integer> NOT_KNOWN_YET = Set.of(408, 409, EXISTS, 425, 429);

  private final OkHttpClient client;
  private final IntConsumer pause;

  /**
   * @param pause waits before an attempt: 0.5 to 1 s at random after the first, then 1 to 2, 2 to
   *     4; what it throws ends the upload
   */
  PictureUpload(OkHttpClient client, IntConsumer pause) {
    this.client = client;
    this.pause = pause;
  }

  /**
   * Sends a picture with the url and headers of the JSON of a PresignedPut.
   *
   * @param picture without a media type: RequestBody.create(file, null)
   * @throws InterruptedIOException if the thread was interrupted or the call cancelled; the outcome
   *     is unknown
   */
  Outcome send(String url, Map<String, String> headers, RequestBody picture, Finish finish)
      throws InterruptedIOException {
    Request put = new Request.Builder().url(url).headers(Headers.of(headers)).put(picture).build();
    for (int attempt = 1; ; attempt++) {
      int sent = send(put);
      boolean refused = isRefusal(sent);
      // OkHttp repeats a PUT whose connection died, and S3 responds with 412 to the second one.
      boolean stored = isSuccess(sent) || sent == EXISTS;
      if (!refused || attempt > 1) {
        int confirmed = confirm(finish, stored);
        if (confirmed != NOT_UPLOADED || stored) {
          return outcome(confirmed);
        }
      }
      if (refused || attempt == ATTEMPTS) {
        return Outcome.NOT_DONE;
      }
      pause.accept(attempt);
    }
  }

  private int send(Request put) throws InterruptedIOException {
    Call call = client.newCall(put);
    try (Response response = call.execute()) {
      boolean idle = response.code() == 400 && response.body().string().contains("RequestTimeout");
      return idle ? NO_RESPONSE : response.code();
    } catch (IOException e) {
      // A timeout of the whole call cancels it, too.
      return noResponse(call.isCanceled() && !(e instanceof InterruptedIOException));
    }
  }

  private int confirm(Finish finish, boolean stored) throws InterruptedIOException {
    for (int attempt = 1; ; attempt++) {
      int status = statusOf(finish);
      if (status == NOT_UPLOADED ? !stored : isSuccess(status) || isRejection(status, attempt)) {
        return status;
      }
      if (attempt == ATTEMPTS) {
        return status == NOT_UPLOADED ? status : NO_RESPONSE;
      }
      pause.accept(attempt);
    }
  }

  /** An earlier call may have published it; then a session that ended, say, shows nothing. */
  private static boolean isRejection(int status, int attempt) {
    return attempt == 1 ? isRefusal(status) : status == REJECTED;
  }

  private static int statusOf(Finish finish) throws InterruptedIOException {
    try {
      return finish.call();
    } catch (IOException e) {
      return noResponse(false);
    }
  }

  private static int noResponse(boolean cancelled) throws InterruptedIOException {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("The upload was cancelled; its outcome is unknown.");
    }
    return NO_RESPONSE;
  }

  private static Outcome outcome(int confirmed) {
    if (isSuccess(confirmed)) {
      return Outcome.DONE;
    }
    return isRefusal(confirmed) ? Outcome.NOT_DONE : Outcome.UNKNOWN;
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  private static boolean isRefusal(int status) {
    return status >= 400 && status < 500 && !NOT_KNOWN_YET.contains(status);
  }
}
