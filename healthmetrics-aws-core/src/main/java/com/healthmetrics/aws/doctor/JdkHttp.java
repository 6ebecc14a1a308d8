package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.Failures;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The JDK's client, with a limit of time and size for each response.
 *
 * <p>A host that did not respond is not asked again: each request would wait as long as the first,
 * and the report is due within a minute. Not thread-safe.
 */
final class JdkHttp implements Http {
  private static final int MAX_BYTES = 256 * 1024;

  private final HttpClient client;
  private final Duration timeout;
  private final Map<String, NotCheckedException> silent = new HashMap<>();

  JdkHttp(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  @Override
  public Response send(HttpRequest request) throws NotCheckedException {
    String server = server(request.uri());
    NotCheckedException before = silent.get(server);
    if (before != null) {
      throw before;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(
            request,
            BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> add(bytes, body))));
    try {
      // The client's own timeout ends with the headers.
      HttpResponse<Void> received = response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Response(received.statusCode(), received.headers(), body.toByteArray());
    } catch (TimeoutException e) {
      throw silent(server);
    } catch (ExecutionException e) {
      throw Failures.isCausedBy(e, HttpTimeoutException.class)
          ? silent(server)
          : new NotCheckedException(
              "%s cannot be reached, or broke the connection (%s). Check network, proxy and the setting of this URL."
                  .formatted(server, Failures.rootCause(e).getClass().getSimpleName()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotCheckedException("The thread was interrupted.");
    } finally {
      response.cancel(true);
    }
  }

  private NotCheckedException silent(String server) {
    NotCheckedException failure =
        new NotCheckedException(
            "%s did not respond within %s seconds. Check network, proxy and the setting of this URL."
                .formatted(server, timeout.toSeconds()));
    silent.put(server, failure);
    return failure;
  }

  private static void add(byte[] bytes, ByteArrayOutputStream body) {
    if (body.size() + bytes.length > MAX_BYTES) {
      throw new IllegalStateException("The response is too large");
    }
    body.writeBytes(bytes);
  }

  /** Scheme, host and port: paths contain keys, and queries signatures. */
  private static String server(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority();
  }
}
