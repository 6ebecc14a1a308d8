package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.testkit.Bucket;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults as they arrive at a socket, since most HTTP clients send some requests again. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class S3FaultTest {
  private static final String ORIGIN = "https://app.example.com";
  private static final String CONTENT = "0123456789";

  @AutoClose private final LocalS3 s3 = LocalS3.builder().allowedOrigin(ORIGIN).start();

  /** What a connection receives until it ends. */
  private record Received(String text) {
    static Received from(InputStream in) throws IOException {
      StringBuilder text = new StringBuilder();
      try {
        for (int next = in.read(); next >= 0; next = in.read()) {
          text.append((char) next);
        }
      } catch (SocketException e) {
        // A connection that is reset instead of closed.
      }
      return new Received(text.toString());
    }

    String status() {
      return text.isEmpty() ? "none" : text.split(" ", 3)[1];
    }

    String body() {
      return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
  }

  private Socket connect(String method, URI url, String headers, String body) throws IOException {
    Socket socket = new Socket("127.0.0.1", url.getPort());
    String head =
        method
            + " "
            + url.getRawPath()
            + "?"
            + url.getRawQuery()
            + " HTTP/1.1\r\nHost: "
            + url.getAuthority()
            + "\r\nConnection: close\r\n"
            + headers
            + "\r\n";
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private Received send(String method, String body) throws IOException {
    URI url = SignedRequest.presigned(s3, method, "a").url();
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    try (Socket socket = connect(method, url, "Origin: " + ORIGIN + "\r\n" + length, body)) {
      return Received.from(socket.getInputStream());
    }
  }

  private Received put() throws IOException {
    return send("PUT", CONTENT);
  }

  private void store() {
    s3.put("a", "text/plain", CONTENT.getBytes(StandardCharsets.US_ASCII));
  }

  private static S3Fault fault(String name) {
    return switch (name) {
      case "slowDown" -> S3Fault.slowDown();
      case "conflict" -> S3Fault.conflict();
      case "expiredToken" -> S3Fault.expiredToken();
      case "500" -> S3Fault.status(500);
      case "503" -> S3Fault.status(503);
      default -> S3Fault.refused(400, "KMS.DisabledException", "The key is disabled.");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "slowDown, 503, SlowDown",
    "conflict, 409, ConditionalRequestConflict",
    "expiredToken, 400, ExpiredToken",
    "500, 500, InternalError",
    "503, 503, ServiceUnavailable",
    "other, 400, KMS.DisabledException"
  })
  void refusesARequestAndStoresNothing(String name, String status, String code) throws IOException {
    s3.failNext(fault(name), fault(name));

    Received put = put();
    assertThat(put.status()).isEqualTo(status);
    assertThat(put.body()).contains("<Code>" + code + "</Code>", "LocalS3.failNext");
    assertThat(put.text()).contains("Access-control-allow-origin: " + ORIGIN, "X-amz-request-id: ");
    assertThat(s3.keys()).isEmpty();

    store();
    Received head = send("HEAD", "");
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.body()).isEmpty();

    assertThat(put().status()).isEqualTo("200");
  }

  @Test
  void resetsAConnectionBeforeAnythingIsStored() throws IOException {
    s3.failNext(S3Fault.reset());

    assertThat(put().status()).isEqualTo("none");
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void resetsAConnectionInTheMiddleOfAnUpload() throws IOException {
    s3.failNext(S3Fault.resetWhileReceiving());
    URI url = SignedRequest.presignedPut(s3, "a").url();

    try (Socket socket = connect("PUT", url, "Content-Length: 10\r\n", "01234")) {
      assertThat(Received.from(socket.getInputStream()).status()).isEqualTo("none");
    }
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void waitsForHalfOfAnUploadBeforeItResetsTheConnection() throws IOException {
    s3.failNext(S3Fault.resetWhileReceiving());
    URI url = SignedRequest.presignedPut(s3, "a").url();

    try (Socket socket = connect("PUT", url, "Content-Length: 10\r\n", "0123")) {
      socket.setSoTimeout(100);
      assertThatSocketTimesOut(socket);
      socket.getOutputStream().write('4');
      socket.setSoTimeout(0);
      assertThat(Received.from(socket.getInputStream()).status()).isEqualTo("none");
    }
  }

  private static void assertThatSocketTimesOut(Socket socket) {
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read());
  }

  @Test
  void storesAnUploadAndLosesTheResponse() throws IOException {
    s3.failNext(S3Fault.acceptThenReset());

    assertThat(put().status()).isEqualTo("none");
    assertThat(s3.keys()).containsExactly("a");
  }

  @Test
  void storesAnUploadAndRespondsAsAGateway() throws IOException {
    s3.failNext(S3Fault.acceptThenStatus(502));

    Received response = put();
    assertThat(response.status()).isEqualTo("502");
    assertThat(response.body()).isEmpty();
    assertThat(s3.keys()).containsExactly("a");
  }

  @Test
  void storesAnUploadAndNeverRespondsWhileOthersAreServed() throws IOException {
    s3.failNext(S3Fault.acceptThenHang());
    URI url = SignedRequest.presignedPut(s3, "a").url();

    try (Socket socket = connect("PUT", url, "Content-Length: 10\r\n", CONTENT)) {
      socket.setSoTimeout(100);
      assertThatSocketTimesOut(socket);
      assertThat(send("GET", "").body()).isEqualTo(CONTENT);
      socket.setSoTimeout(0);
      s3.close();
      assertThat(Received.from(socket.getInputStream()).status()).isEqualTo("none");
    }
  }

  @Test
  void servesHalfOfAnObjectAsIfItWereTheWhole() throws IOException {
    store();
    s3.failNext(S3Fault.acceptThenMalformed());

    Received response = send("GET", "");
    assertThat(response.text()).contains("Content-length: 5\r\n");
    assertThat(response.body()).isEqualTo("01234");
  }

  @Test
  void cutsOffADownload() throws IOException {
    store();
    s3.failNext(S3Fault.acceptThenCutOff(), S3Fault.acceptThenCutOff());

    Received response = send("GET", "");
    assertThat(response.text()).contains("Content-length: 10\r\n");
    assertThat(response.body()).isEqualTo("01234");
    assertThat(send("HEAD", "").status()).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void sendsTheRestOfAResponseOnceItMay(String method) throws IOException {
    store();
    CountDownLatch rest = new CountDownLatch(1);
    s3.failNext(S3Fault.acceptThenPause(rest));
    URI url = SignedRequest.presigned(s3, method, "a").url();

    try (Socket socket = connect(method, url, "", "")) {
      if (method.equals("GET")) {
        String half = "";
        while (!half.endsWith("\r\n\r\n01234")) {
          half += (char) socket.getInputStream().read();
        }
      }
      socket.setSoTimeout(100);
      assertThatSocketTimesOut(socket);
      socket.setSoTimeout(0);
      rest.countDown();
      String more = Received.from(socket.getInputStream()).text();
      assertThat(more)
          .matches(text -> method.equals("GET") ? text.equals("56789") : text.contains(" 200 "));
    }
  }

  @Test
  void refusesAnInvalidRequestWhateverTheFaultWouldDoToTheResponse() throws IOException {
    s3.failNext(S3Fault.acceptThenStatus(502));

    assertThat(send("PUT", "").status()).isEqualTo("502");
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void keepsAFaultForTheNextRequestWithItsMethod() throws IOException {
    store();
    s3.failNext(
        S3Fault.slowDown().onlyFor("GET"), S3Fault.conflict().onlyFor("PUT"), S3Fault.status(500));

    assertThat(put().status()).isEqualTo("409");
    assertThat(put().status()).isEqualTo("500");
    assertThat(put().status()).isEqualTo("200");
    assertThat(send("HEAD", "").status()).isEqualTo("200");
    assertThat(send("GET", "").status()).isEqualTo("503");
    assertThat(send("GET", "").status()).isEqualTo("200");
  }

  @Test
  void keepsAFaultForTheNextRequestAboutOneOfItsKeys() throws IOException {
    store();
    s3.put("b", "text/plain", new byte[1]);
    s3.failNext(
        S3Fault.slowDown().onlyForKeys("b"::equals),
        S3Fault.status(500).onlyFor("GET").onlyForKeys("a"::equals));

    assertThat(put().status()).isEqualTo("200");
    assertThat(SignedRequest.ofBucket(s3).query("prefix", "b").send().status()).isEqualTo(200);
    assertThat(
            SignedForm.to(Bucket.of(s3), Instant.now()).signedField("key", "b").send("x").status())
        .isEqualTo(204);
    assertThat(SignedRequest.ofObject(s3, "HEAD", "b").send().status()).isEqualTo(503);
    assertThat(SignedRequest.ofObject(s3, "HEAD", "b").send().status()).isEqualTo(200);
    assertThat(send("GET", "").status()).isEqualTo("500");
    assertThat(send("GET", "").status()).isEqualTo("200");
  }

  @Test
  void keepsAFaultWhileARequestNamesNoKey() throws IOException {
    s3.failNext(S3Fault.slowDown().onlyForKeys(key -> true));
    URI url = URI.create("http://" + s3.endpoint().getAuthority() + "/%ff?x=1");

    try (Socket socket = connect("GET", url, "", "")) {
      assertThat(Received.from(socket.getInputStream()).status()).isEqualTo("400");
    }
    assertThat(put().status()).isEqualTo("503");
  }

  /** The outcome of a write whose response is lost depends on when it is lost. */
  @ParameterizedTest
  @CsvSource({"true, 412", "false, 200"})
  void losesTheResponseOfACreateOnlyWriteAfterOrBeforeIt(boolean after, int again) {
    S3Fault fault = after ? S3Fault.acceptThenReset() : S3Fault.reset();
    s3.put("pending/a", "text/plain", new byte[1]);
    s3.failNext(fault.onlyFor("PUT").onlyForKeys(key -> !key.startsWith("pending/")));
    SignedRequest create =
        SignedRequest.ofObject(s3, "PUT", "a").header("if-none-match", "*").body("x");

    assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(create::send);
    assertThat(s3.find("a").isPresent()).isEqualTo(after);
    assertThat(create.send().status()).isEqualTo(again);
  }

  @Test
  void sendsABodyByteByByte() throws IOException {
    store();
    s3.failNext(S3Fault.acceptThenTrickle(Duration.ofMinutes(1)));
    URI url = SignedRequest.presigned(s3, "GET", "a").url();
    try (Socket socket = connect("GET", url, "", "")) {
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += (char) socket.getInputStream().read();
      }
      assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-length: 10\r\n");
      socket.setSoTimeout(100);
      assertThatSocketTimesOut(socket);
    }

    s3.failNext(S3Fault.acceptThenTrickle(Duration.ofMillis(1)));
    assertThat(send("GET", "").body()).isEqualTo(CONTENT);
    s3.failNext(S3Fault.acceptThenTrickle(Duration.ofMillis(1)));
    assertThat(send("HEAD", "").status()).isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({"200, <html>Sign in</html>", "200, ''", "502, <html>Bad Gateway</html>"})
  void respondsAsAProxyInsteadOfS3(int status, String html) throws IOException {
    s3.failNext(S3Fault.proxyPage(status, html));

    Received response = put();
    assertThat(response.status()).isEqualTo("" + status);
    assertThat(response.body()).isEqualTo(html);
    assertThat(response.text())
        .contains("Content-type: text/html")
        .doesNotContainIgnoringCase("x-amz-");
    assertThat(s3.keys()).isEmpty();
    assertThat(put().status()).isEqualTo("200");
  }

  @Test
  void spendsNoFaultOnAPreflightRequestAndDoesNotCountIt() throws IOException {
    s3.failNext(S3Fault.slowDown());
    URI url = SignedRequest.presignedPut(s3, "a").url();
    String headers = "Origin: " + ORIGIN + "\r\nAccess-Control-Request-Method: PUT\r\n";

    try (Socket socket = connect("OPTIONS", url, headers, "")) {
      assertThat(Received.from(socket.getInputStream()).status()).isEqualTo("200");
    }
    assertThat(s3.requests()).isZero();
    assertThat(put().status()).isEqualTo("503");
    assertThat(s3.requests()).isEqualTo(1);
  }

  @Test
  void consumesEachFaultOnceWithManyThreads() {
    s3.failNext(IntStream.range(0, 10).mapToObj(i -> S3Fault.slowDown()).toArray(S3Fault[]::new));

    long refused =
        IntStream.range(0, 20)
            .parallel()
            .filter(i -> SignedRequest.presignedPut(s3, "a" + i).send("x").status() == 503)
            .count();

    assertThat(refused).isEqualTo(10);
    assertThat(s3.keys()).hasSize(10);
    assertThat(s3.requests()).isEqualTo(20);
  }

  @Test
  void forgetsObjectsFaultsAndRequestsWhenCleared() throws IOException {
    put();
    s3.failNext(S3Fault.slowDown());
    s3.clear();

    assertThat(s3.keys()).isEmpty();
    assertThat(s3.versionCount()).isZero();
    assertThat(s3.requests()).isZero();
    assertThat(put().status()).isEqualTo("200");
  }

  @Test
  void refusesFaultsThatS3DoesNotHave() {
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.status(429));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.status(600));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.acceptThenStatus(499));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.refused(200, "A", "b"));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.refused(400, "A b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.refused(400, "A", " "));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.reset().onlyFor("OPTIONS"));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.reset().onlyFor("put"));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.proxyPage(199, ""));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Fault.proxyPage(600, ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Fault.acceptThenTrickle(Duration.ofNanos(999_999)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Fault.acceptThenTrickle(Duration.ofMillis(60_001)));
    assertThatNullPointerException().isThrownBy(() -> S3Fault.acceptThenTrickle(null));
    assertThatNullPointerException().isThrownBy(() -> S3Fault.proxyPage(200, null));
    assertThatNullPointerException().isThrownBy(() -> S3Fault.reset().onlyForKeys(null));
    assertThatNullPointerException().isThrownBy(() -> S3Fault.acceptThenPause(null));
    assertThatNullPointerException().isThrownBy(() -> s3.failNext((S3Fault) null));
  }

  @Test
  void reportsItsName() {
    assertThat(S3Fault.acceptThenReset()).hasToString("S3Fault[acceptThenReset]");
    assertThat(S3Fault.slowDown().onlyFor("PUT")).hasToString("S3Fault[slowDown of PUT]");
    assertThat(S3Fault.slowDown().onlyForKeys("a"::equals))
        .hasToString("S3Fault[slowDown of some keys]");
    assertThat(S3Fault.refused(400, "InvalidTag", "no")).hasToString("S3Fault[refused InvalidTag]");
  }
}
