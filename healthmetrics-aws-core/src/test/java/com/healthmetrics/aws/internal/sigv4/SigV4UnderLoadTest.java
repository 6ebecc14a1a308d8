package com.healthmetrics.aws.internal.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What is kept from one signature to the next never ends up in one for another day or key. */
class SigV4UnderLoadTest {
  /** More than there are places for spare buffers, so that threads share them. */
  private static final int THREADS = 20;

  private static final int SIGNATURES = 3_000;
  private static final Instant MIDNIGHT = Instant.parse("2026-02-28T00:00:00Z");
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * The second has the id of the first, and a secret that is with {@code AWS4} as long as a block
   * of HMAC; the third has one that HMAC hashes first. The fourth differs from it in its token
   * only, the last in its id only: an emulator may take the account from the id, and any secret.
   */
  private static final List<SigningCredentials> ROTATING =
      List.of(
          new SigningCredentials("AKIA1", "first", null),
          new SigningCredentials("AKIA1", "second".repeat(10), null),
          new SigningCredentials("AKIA2", "third".repeat(30), "token"),
          new SigningCredentials("AKIA2", "third".repeat(30), "token/2"),
          new SigningCredentials("AKIA3", "third".repeat(30), "token"));

  private final SigV4 sigV4 = new SigV4("eu-central-1", "s3");

  /** The keys that this test derived, each once. */
  private final Map<String, byte[]> keys = new ConcurrentHashMap<>();

  @Test
  void signsWhatJavaxCryptoSignsAcrossMidnightRotationAndClocksThatJump() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Integer>> signers = new ArrayList<>();
      for (int seed = 0; seed < THREADS; seed++) {
        Random random = new Random(seed);
        signers.add(() -> countWrong(random));
      }

      int wrong = 0;
      for (Future<Integer> signer : executor.invokeAll(signers)) {
        wrong += signer.get();
      }

      assertThat(wrong).isZero();
    } finally {
      executor.shutdownNow();
    }
  }

  private int countWrong(Random random) throws GeneralSecurityException {
    int wrong = 0;
    for (int i = 0; i < SIGNATURES; i++) {
      Instant at = MIDNIGHT.plusMillis(random.nextInt(4_000) - 2_000);
      if (random.nextInt(20) == 0) {
        at = at.plus(Duration.ofDays(random.nextInt(800) - 400));
      }
      SigningCredentials credentials = ROTATING.get(random.nextInt(ROTATING.size()));
      String policy = "policy " + random.nextInt();

      DatedSigner signer = sigV4.at(at, credentials);
      SigningBuffer buffer = sigV4.borrow();

      String time = TIMESTAMP.format(at);
      boolean same =
          signer.timestamp().equals(time)
              && signer.credential().equals(credentials.accessKeyId() + "/" + scope(time))
              && signer.encodedSessionToken().equals(encodedToken(credentials))
              && signer.signPolicy(buffer.add(policy)).equals(expected(credentials, time, policy))
              && signer
                  .signCanonicalRequest(buffer.clear().add(policy))
                  .equals(expected(credentials, time, toSign(time, policy)));
      sigV4.giveBack(buffer);
      wrong += same ? 0 : 1;
    }
    return wrong;
  }

  private static String encodedToken(SigningCredentials credentials) {
    String token = credentials.sessionToken();
    return token == null ? "" : token.replace("/", "%2F");
  }

  private static String scope(String time) {
    return time.substring(0, 8) + "/eu-central-1/s3/aws4_request";
  }

  private static String toSign(String time, String request) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(request.getBytes(UTF_8));
    return String.join("\n", "AWS4-HMAC-SHA256", time, scope(time), HexFormat.of().formatHex(hash));
  }

  private String expected(SigningCredentials credentials, String time, String text)
      throws GeneralSecurityException {
    String secretAndScope = credentials.secretAccessKey() + "/" + scope(time);
    byte[] key = keys.get(secretAndScope);
    if (key == null) {
      key = ("AWS4" + credentials.secretAccessKey()).getBytes(UTF_8);
      for (String part : scope(time).split("/")) {
        key = hmac(key, part);
      }
      keys.put(secretAndScope, key);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }
}
