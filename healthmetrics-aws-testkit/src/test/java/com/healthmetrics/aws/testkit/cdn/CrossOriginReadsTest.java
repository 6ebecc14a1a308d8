package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages of the application's origins read pictures of the distribution; see the test in Chromium.
 */
class CrossOriginReadsTest {
  private static final String APP = "https://app.example.com";

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpHeaders headers(String method, URI url, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.discarding()).headers();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {APP, "http://localhost:3003", "capacitor://localhost", "ionic://localhost"})
  void letsPagesOfANamedOriginRead(String origin) {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cdn = LocalCloudFront.builder(s3).allowedOrigin(origin).start()) {
      s3.put("a.png", "image/png", new byte[9]);
      URI url = cdn.baseUrl().resolve("/a.png");

      for (String method : new String[] {"GET", "HEAD"}) {
        HttpHeaders read = headers(method, url, "Origin", origin);
        assertThat(read.firstValue("access-control-allow-origin")).contains(origin);
        assertThat(read.firstValue("access-control-allow-credentials")).isEmpty();
        assertThat(read.allValues("vary")).containsExactly("Origin");
      }
      assertThat(
              headers("GET", url, "Origin", origin, "Range", "bytes=0-1")
                  .firstValue("access-control-allow-origin"))
          .contains(origin);
    }
  }

  /** Or the browser would reuse the response to an image element for a read. */
  @ParameterizedTest
  @ValueSource(strings = {"/a.png", "/missing.png"})
  void everyResponseDependsOnTheOrigin(String path) {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cdn = LocalCloudFront.builder(s3).allowedOrigin(APP).start()) {
      s3.put("a.png", "image/png", new byte[9]);
      HttpHeaders shown = headers("GET", cdn.baseUrl().resolve(path));

      assertThat(shown.allValues("vary")).containsExactly("Origin");
      assertThat(shown.firstValue("access-control-allow-origin")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example.com",
        "https://app.example.com:8443",
        "null",
        "https://APP.example.com"
      })
  void letsNoOtherPageRead(String origin) {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cdn = LocalCloudFront.builder(s3).allowedOrigin(APP).start()) {
      s3.put("a.png", "image/png", new byte[9]);
      HttpHeaders read = headers("GET", cdn.baseUrl().resolve("/a.png"), "Origin", origin);

      assertThat(read.firstValue("access-control-allow-origin")).isEmpty();
      assertThat(read.allValues("vary")).containsExactly("Origin");
    }
  }

  @Test
  void theApplicationsPagesReadPrivatePicturesWithCookies() {
    ObjectKey picture = ObjectKey.of(UploadPolicy.foodPhotos().keyPrefix() + "ada/a.png");
    try (LocalAws local =
        LocalAws.builder().appUrl(URI.create(APP)).allowedOrigin("ionic://localhost").start()) {
      local.s3().put(picture.value(), "image/png", new byte[9]);
      URI url = local.aws().signedUrls().sign(picture, Duration.ofMinutes(1)).url();

      for (String origin : new String[] {APP, "ionic://localhost"}) {
        HttpHeaders read = headers("GET", url, "Origin", origin);
        assertThat(read.firstValue("access-control-allow-origin")).contains(origin);
        assertThat(read.firstValue("access-control-allow-credentials")).contains("true");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "https://app.example.com/",
        "https://*.example.com",
        "capacitor://localhost/",
        "capacitor://*",
        "capacitor://",
        "file://localhost",
        "HTTPS://app.example.com"
      })
  void refusesWhatIsNoOrigin(String origin) {
    try (LocalS3 s3 = LocalS3.start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LocalCloudFront.builder(s3).allowedOrigin(origin))
          .withMessageStartingWith("origin must be exactly what a browser sends");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LocalS3.builder().allowedOrigin(origin))
          .withMessageStartingWith("origin must be exactly what a browser sends");
    }
  }
}
