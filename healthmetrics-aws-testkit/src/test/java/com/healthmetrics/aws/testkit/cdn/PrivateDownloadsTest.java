package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.cdn.SignedGrant;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.testkit.LocalAws;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ParseException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the library signs as a download arrives with the file name, and nothing else does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateDownloadsTest {
  private static final String PREFIX = UploadPolicy.progressPhotos().keyPrefix() + "ada/";
  private static final ObjectKey PICTURE = ObjectKey.of(PREFIX + "a *?+é.png");
  private static final ObjectKey AVATAR = ObjectKey.of("avatars/ada/a.png");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private LocalAws local;

  @BeforeAll
  void start() {
    local = LocalAws.start();
    local.s3().put(PICTURE.value(), "image/png", new byte[] {1, 2, 3});
    local.s3().put(AVATAR.value(), "image/png", new byte[] {1, 2, 3});
  }

  @AfterAll
  void stop() {
    local.close();
  }

  private CloudFrontUrlSigner signer() {
    return local.aws().signedUrls();
  }

  private HttpResponse<byte[]> send(String method, URI url, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> get(String url, String... headers) {
    return send("GET", URI.create(url), headers);
  }

  private static String fileName(HttpResponse<?> response) throws ParseException {
    return new ContentDisposition(
            response.headers().firstValue("content-disposition").orElseThrow())
        .getParameter("filename");
  }

  private static void assertRefused(HttpResponse<byte[]> response, int status, String... texts) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains(texts);
    assertThat(response.headers().firstValue("content-disposition")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "front.png",
        "März 1.png",
        "写真 😀.png",
        "a\"b;c=d.png",
        "100%20.png",
        "it's (1)*+&.png"
      })
  void arrivesUnderTheSignedName(String name) throws ParseException {
    URI url = signer().signDownload(PICTURE, name, TEN_MINUTES).url();

    for (String method : new String[] {"GET", "HEAD"}) {
      HttpResponse<byte[]> response = send(method, url);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(fileName(response)).isEqualTo(name);
      assertThat(response.headers().firstValue("content-type")).contains("image/png");
    }
    assertThat(send("GET", url).body()).containsExactly(1, 2, 3);
    assertThat(send("GET", url, "Range", "bytes=1-1").body()).containsExactly(2);
  }

  @Test
  void hasNoFileNameThatWasNotSigned() {
    String shown = signer().sign(PICTURE, TEN_MINUTES).url().toString();
    String saved = signer().signDownload(PICTURE, "front.png", TEN_MINUTES).url().toString();
    String parameter = "response-content-disposition=attachment%3B%20filename%3D%22front.png%22";

    assertThat(get(shown).headers().firstValue("content-disposition")).isEmpty();
    assertThat(saved).contains("?" + parameter + "&");
    assertRefused(
        get(shown + "&" + parameter), 403, "AccessDenied", "the signature does not match");
    assertRefused(get(saved.replace("front", "fake")), 403, "AccessDenied");
    assertRefused(get(saved.replace(parameter + "&", "")), 403, "AccessDenied");
    assertRefused(get(saved + "&" + parameter), 403, "AccessDenied");
  }

  /** A custom policy ends in a wildcard, which covers the query as well. */
  @Test
  void theGrantOfAPrefixCoversItsDownloads() throws ParseException {
    SignedGrant grant = signer().grant(PREFIX, TEN_MINUTES);
    String query = grant.sign(PICTURE).url().getRawQuery();
    String cookies =
        grant.cookies().entrySet().stream()
            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
    String download =
        signer()
            .signDownload(PICTURE, "März.png", TEN_MINUTES)
            .url()
            .toString()
            .replaceFirst("&.*", "");

    assertThat(fileName(get(download + "&" + query))).isEqualTo("März.png");
    assertThat(fileName(get(download, "Cookie", cookies))).isEqualTo("März.png");
    assertRefused(get(download), 403, "MissingKey");
  }

  /** Nobody chooses the file name of a public picture. */
  @Test
  void publicPicturesHaveNoDownload() {
    String signed = signer().signDownload(AVATAR, "a.png", TEN_MINUTES).url().toString();

    assertRefused(get(signed), 501, "NotImplemented", "below private prefixes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "response-content-type=text%2Fhtml",
        "response-cache-control=no-store",
        "Response-Content-Disposition=inline",
        "response%2Dcontent-disposition=inline",
        "versionId=1"
      })
  void forwardsNoOtherParameter(String parameter) {
    String signed = signer().grant(PREFIX, TEN_MINUTES).sign(PICTURE).url().toString();

    assertRefused(get(signed + "&" + parameter), 501, "NotImplemented");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%0D%0ASet-Cookie:%20x=y", "m%C3%A4rz", "%00"})
  void noValueLeavesTheHeader(String value) {
    String signed = signer().grant(PREFIX, TEN_MINUTES).sign(PICTURE).url().toString();

    HttpResponse<byte[]> response = get(signed + "&response-content-disposition=" + value);

    assertRefused(response, 400, "InvalidArgument", "response-content-disposition has a character");
    assertThat(response.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void aValueThatIsNoTextIsRefused() {
    String signed = signer().grant(PREFIX, TEN_MINUTES).sign(PICTURE).url().toString();

    assertRefused(get(signed + "&response-content-disposition=%FF"), 400, "InvalidURI");
  }
}
