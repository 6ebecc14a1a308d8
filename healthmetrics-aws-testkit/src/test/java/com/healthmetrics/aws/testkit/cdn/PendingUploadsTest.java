package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.testkit.TestKeys;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser wrote is not served before it was accepted, however it is asked for. */
class PendingUploadsTest {
  private static final String CONTENT = "what a browser wrote";
  private static final ObjectKey PICTURE = ObjectKey.of("pending/progress/ada/a.png");

  @AutoClose private final LocalS3 s3 = LocalS3.start();

  @AutoClose
  private final LocalCloudFront cdn =
      LocalCloudFront.builder(s3)
          .privatePrefix("progress/")
          .trustedKey("KEC", TestKeys.EC.getPublic())
          .start();

  @BeforeEach
  void upload() {
    for (String key : new String[] {PICTURE.value(), "pending/a.png", "pending/"}) {
      s3.put(key, "image/png", CONTENT.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private CloudFrontUrlSigner signer() {
    return CloudFrontUrlSigner.builder()
        .baseUrl(cdn.baseUrl())
        .signingKey(
            CloudFrontSigningKey.fromPem(
                "KEC",
                "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(TestKeys.EC.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n"))
        .build();
  }

  /** The response to a target that no HTTP client normalizes on its way. */
  private String get(String target) throws IOException {
    URI base = cdn.baseUrl();
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String request =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: "
              + base.getAuthority()
              + "\r\nConnection: close\r\n";
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertDeniedByS3(String response) {
    assertThat(response)
        .startsWith("HTTP/1.1 403 ")
        .contains("<Code>AccessDenied</Code>", "<Message>Access Denied</Message>")
        .contains("no key below pending/")
        .doesNotContain(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pending/a.png",
        "/pending/",
        "/pending/missing.png",
        "/pending/progress/ada/a.png",
        "/%70ending/a.png",
        "/%70%65%6E%64%69%6e%67/a.png",
        "/pending%2Fa.png",
        "/pending%2fa.png",
        "/pending/../pending/a.png",
        "/pending/./a.png",
        "/pending//a.png",
        "/pending/a.png?x=1",
        "/pending/a.png#x"
      })
  void refusesAPendingObjectAsS3Does(String target) throws IOException {
    assertDeniedByS3(get(target));
  }

  @Test
  void refusesAPendingObjectInTheUrlOfAProxysClient() throws IOException {
    assertDeniedByS3(get(cdn.baseUrl() + "/pending/a.png"));
  }

  /** These are other keys for S3, and none of them is the pending object. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//pending/a.png",
        "/./pending/a.png",
        "/%2e/pending/a.png",
        "/avatars/../pending/a.png",
        "/avatars/%2e%2e/pending/a.png",
        "/%2570ending/a.png",
        "/pending%252Fa.png",
        "/PENDING/a.png",
        "/Pending/a.png",
        "/pending",
        "/pending\\a.png",
        "/pending;x/a.png",
        "/%c1%b0ending/a.png",
        "/+pending/a.png"
      })
  void doesNotFindAPendingObjectUnderAnotherPath(String target) throws IOException {
    assertThat(get(target)).containsPattern("^HTTP/1.1 40[03] ").doesNotContain(CONTENT);
  }

  @Test
  void refusesAPendingObjectWithAValidSignature() throws IOException {
    URI signed = signer().sign(PICTURE, Duration.ofMinutes(10)).url();
    URI granted =
        signer().grant("pending/progress/ada/", Duration.ofMinutes(10)).sign(PICTURE).url();

    assertDeniedByS3(get(signed.getRawPath() + "?" + signed.getRawQuery()));
    assertDeniedByS3(get(granted.getRawPath() + "?" + granted.getRawQuery()));
  }

  @Test
  void servesTheObjectOnceItIsPublished() throws IOException {
    s3.put("avatars/a.png", "image/png", CONTENT.getBytes(StandardCharsets.US_ASCII));
    s3.put("progress/ada/a.png", "image/png", CONTENT.getBytes(StandardCharsets.US_ASCII));
    URI signed = signer().sign(ObjectKey.of("progress/ada/a.png"), Duration.ofMinutes(10)).url();

    assertThat(get("/avatars/a.png")).endsWith(CONTENT);
    assertThat(get("/progress/ada/a.png")).contains("<Code>MissingKey</Code>");
    assertThat(get(signed.getRawPath() + "?" + signed.getRawQuery())).endsWith(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending/", "pending/progress/"})
  void cannotBeConfiguredToServePendingObjects(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCloudFront.builder(s3).privatePrefix(prefix))
        .withMessageContaining("never served");
  }
}
