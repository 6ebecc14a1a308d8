package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureSpi;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known or related nonces of ECDSA signatures reveal the private key. */
class RepeatableRandomTest {
  private static final ECPrivateKey KEY = (ECPrivateKey) TestKeys.privateKey("EC");
  private static final ECParameterSpec CURVE = KEY.getParams();
  private static final BigInteger ORDER = CURVE.getOrder();
  private static final BigInteger FIELD = ((ECFieldFp) CURVE.getCurve().getField()).getP();
  private static final String SHA_1 = "SHA1withECDSA";
  private static final byte[] POLICY = ascii("a policy");

  /** A signature: its first number is the image of the nonce. */
  private record Numbers(BigInteger r, BigInteger s) {
    static Numbers of(byte[] der) {
      DerReader numbers = new DerReader(der).inside(DerReader.SEQUENCE);
      return new Numbers(numbers.natural(), numbers.natural());
    }
  }

  /** Browsers cache by URL, so all servers must sign alike, whatever their JDK. */
  @ParameterizedTest
  @CsvSource({
    "false, MEYCIQCSXSK0ZhYS5wm-HgTQj7qURFC0koL3n-~cR7Nf7jIEKAIhAPbuV1nff8KFkuf3E3b01HupHSj7JgXFI0IwCcpRuP~m",
    "true, MEUCIQDiZlgDpoISlXdozbamg4e4Yuu4lQPR4z5KyYydgO2SwwIgSDbWDAGXCAGegfDrLlVzBwZYWrQjzPamOCRw~T8SOCM_",
  })
  void signsAlikeOnEveryJdk(boolean sha256, String signature) {
    assertThat(TestKeys.ec().sign(POLICY, sha256)).isEqualTo(signature);
  }

  /**
   * The signature computed independently, from the octets to the point, as FIPS 186-4, B.5.1 does.
   */
  @ParameterizedTest
  @CsvSource({"SHA1, SHA-1", "SHA256, SHA-256"})
  void becomesTheNonceThatFipsPrescribes(String hash, String digest)
      throws GeneralSecurityException {
    for (String text : List.of("a policy", "a policz", "")) {
      byte[] seed = hmac(scalar(KEY), ascii(hash + "withECDSA\0" + text));
      byte[] octets = new byte[64];
      System.arraycopy(hmac(seed, new byte[] {0, 0, 0, 1, 0, 0, 0, 40}), 0, octets, 0, 32);
      System.arraycopy(hmac(seed, new byte[] {0, 0, 0, 2, 0, 0, 0, 40}), 0, octets, 32, 32);
      BigInteger nonce = new BigInteger(1, reversed(Arrays.copyOf(octets, 40))).mod(ORDER);
      BigInteger r = times(nonce, CURVE.getGenerator()).getAffineX().mod(ORDER);
      BigInteger e = new BigInteger(1, MessageDigest.getInstance(digest).digest(ascii(text)));
      BigInteger s = e.add(r.multiply(KEY.getS())).multiply(nonce.modInverse(ORDER)).mod(ORDER);

      assertThat(sign(KEY, hash + "withECDSA", ascii(text))).isEqualTo(new Numbers(r, s));
    }
  }

  @Test
  void sharesNoNonceBetweenPoliciesHashesOrKeys() throws GeneralSecurityException {
    List<BigInteger> images = new ArrayList<>();
    for (ECPrivateKey key : List.of(KEY, key(1), key(256), key(65_536))) {
      for (String algorithm : List.of(SHA_1, "SHA256withECDSA")) {
        for (int i = 0; i < 100; i++) {
          images.add(sign(key, algorithm, ascii("policy " + i)).r());
          images.add(sign(key, algorithm, ascii("0policy " + i)).r());
        }
      }
    }
    assertThat(images).hasSize(1_600).doesNotHaveDuplicates();
  }

  /** Each of 320 bits is set in half of the messages, give or take six standard deviations. */
  @Test
  void favorsNoBit() throws GeneralSecurityException {
    int messages = 4_000;
    int[] set = new int[320];
    for (int i = 0; i < messages; i++) {
      BitSet.valueOf(octets("policy " + i, 40)).stream().forEach(bit -> set[bit]++);
    }
    int deviations = (int) (6 * Math.sqrt(messages) / 2);
    assertThat(set).isNotEmpty();
    assertThat(IntStream.of(set).boxed())
        .allSatisfy(count -> assertThat(count).isCloseTo(messages / 2, within(deviations)));
  }

  /** A provider that reads other octets must not derive a nonce related to the JDK's. */
  @Test
  void returnsUnrelatedOctetsForAnotherLength() throws GeneralSecurityException {
    byte[] forty = octets("a policy", 40);
    for (int length : List.of(32, 39, 41, 48, 64)) {
      assertThat(Arrays.copyOf(octets("a policy", length), 8))
          .isNotEqualTo(Arrays.copyOf(forty, 8));
    }
  }

  @Test
  void neverRepeatsItselfWithinOneSignature() throws GeneralSecurityException {
    SecureRandom random = RepeatableRandom.of(KEY, SHA_1, POLICY);
    List<BigInteger> drawn = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] octets = new byte[40];
      random.nextBytes(octets);
      drawn.add(new BigInteger(1, octets));
    }
    assertThat(drawn).doesNotHaveDuplicates();
  }

  @Test
  void leavesOtherProvidersTheirOwnRandomness() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(SHA_1, new ForeignProvider());

    RepeatableRandom.initSign(signature, KEY, POLICY);

    signature.update(POLICY);
    assertThat(signature.sign()).as("its randomness was not chosen").isEmpty();
  }

  private static Numbers sign(ECPrivateKey key, String algorithm, byte[] message)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    RepeatableRandom.initSign(signature, key, message);
    signature.update(message);
    return Numbers.of(signature.sign());
  }

  private static byte[] octets(String message, int length) throws GeneralSecurityException {
    byte[] octets = new byte[length];
    RepeatableRandom.of(KEY, SHA_1, ascii(message)).nextBytes(octets);
    return octets;
  }

  private static ECPrivateKey key(long scalar) throws GeneralSecurityException {
    return (ECPrivateKey)
        KeyFactory.getInstance("EC")
            .generatePrivate(new ECPrivateKeySpec(BigInteger.valueOf(scalar), CURVE));
  }

  private static byte[] scalar(ECPrivateKey key) {
    byte[] padded = key.getS().add(BigInteger.ONE.shiftLeft(256)).toByteArray();
    return Arrays.copyOfRange(padded, 1, padded.length);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[bytes.length - 1 - i] = bytes[i];
    }
    return reversed;
  }

  /** Double and add, from the highest bit down; slow, and nothing like the JDK's. */
  private static ECPoint times(BigInteger scalar, ECPoint point) {
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = plus(sum, sum);
      if (scalar.testBit(bit)) {
        sum = plus(sum, point);
      }
    }
    return sum;
  }

  private static ECPoint plus(ECPoint one, ECPoint other) {
    if (one.equals(ECPoint.POINT_INFINITY)) {
      return other;
    }
    BigInteger rise;
    BigInteger run;
    if (one.equals(other)) {
      rise = one.getAffineX().pow(2).multiply(BigInteger.valueOf(3)).add(CURVE.getCurve().getA());
      run = one.getAffineY().shiftLeft(1);
    } else {
      rise = other.getAffineY().subtract(one.getAffineY());
      run = other.getAffineX().subtract(one.getAffineX());
    }
    BigInteger slope = rise.multiply(run.modInverse(FIELD)).mod(FIELD);
    BigInteger x = slope.pow(2).subtract(one.getAffineX()).subtract(other.getAffineX()).mod(FIELD);
    BigInteger y = slope.multiply(one.getAffineX().subtract(x)).subtract(one.getAffineY());
    return new ECPoint(x, y.mod(FIELD));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static final class ForeignProvider extends Provider {
    private static final long serialVersionUID = 1L;

    ForeignProvider() {
      super("Foreign", "1", "signs with the name of the randomness it was given");
      putService(
          new Service(this, "Signature", SHA_1, ForeignSignature.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
              return new ForeignSignature();
            }
          });
    }
  }

  private static final class ForeignSignature extends SignatureSpi {
    private String random = "";

    @Override
    protected void engineInitSign(PrivateKey key) {
      random = "";
    }

    @Override
    protected void engineInitSign(PrivateKey key, SecureRandom chosen) {
      random = chosen.getClass().getName();
    }

    @Override
    protected void engineUpdate(byte value) {}

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {}

    @Override
    protected byte[] engineSign() {
      return ascii(random);
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException("This provider verifies nothing.");
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      return false;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {}

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      return random;
    }
  }
}
