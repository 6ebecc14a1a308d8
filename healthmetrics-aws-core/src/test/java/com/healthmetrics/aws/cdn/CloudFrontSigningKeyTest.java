package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudFrontSigningKeyTest {
  private static final byte[] POLICY = "a policy".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs8, RSA",
    "rsa-pkcs1, RSA",
    "ec-pkcs8, EC",
    "ec-sec1, EC",
    "ec-sec1-with-parameters, EC",
  })
  void signsWithAKeyInEveryFormOpenSslWrites(String file, String algorithm) {
    CloudFrontSigningKey key = CloudFrontSigningKey.fromPem(TestKeys.ID, TestKeys.pem(file));

    assertThat(TestKeys.verifies(algorithm, "SHA1", "a policy", key.sign(POLICY, false))).isTrue();
    assertThat(TestKeys.verifies(algorithm, "SHA256", "a policy", key.sign(POLICY, true))).isTrue();
    assertThat(TestKeys.verifies(algorithm, "SHA1", "another", key.sign(POLICY, false))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa-pkcs8", "rsa-pkcs1", "ec-pkcs8", "ec-sec1"})
  void readsLineBreaksAsEnvironmentVariablesCarryThem(String file) {
    String pem = TestKeys.pem(file);
    String expected = CloudFrontSigningKey.fromPem(TestKeys.ID, pem).sign(POLICY, false);

    assertThat(
            Stream.of(
                    pem.replace("\n", "\\n"),
                    pem.replace("\n", "\\r\\n"),
                    pem.replace("\n", "\r\n"),
                    pem.replace("\n", " "),
                    pem.strip())
                .map(text -> CloudFrontSigningKey.fromPem(TestKeys.ID, text).sign(POLICY, false)))
        .containsOnly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec-pkcs8", "rsa-pkcs8"})
  void signsTheSamePolicyTheSameWayEachTime(String file) {
    String first =
        CloudFrontSigningKey.fromPem(TestKeys.ID, TestKeys.pem(file)).sign(POLICY, false);
    String second =
        CloudFrontSigningKey.fromPem(TestKeys.ID, TestKeys.pem(file)).sign(POLICY, false);

    assertThat(second).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-1024, has 1024 bits",
    "rsa-3072, has 3072 bits",
    "ec-p384-sec1, another curve than P-256",
    "ec-p256k1-pkcs8, another curve than P-256",
    "ec-explicit-sec1, another curve than P-256",
    "ed25519, neither an RSA nor an elliptic-curve key",
    "rsa-public, PUBLIC KEY",
    "ec-public, PUBLIC KEY",
    "certificate, CERTIFICATE",
    "openssh, OPENSSH PRIVATE KEY",
    "rsa-encrypted-pkcs8, encrypted with a password",
    "rsa-encrypted-pkcs1, encrypted with a password",
  })
  void refusesKeysThatCloudFrontDoesNotAcceptWithTheReason(String file, String reason) {
    String pem = TestKeys.pem(file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining(reason)
        .withMessageContainingAll("openssl")
        .satisfies(refusal -> assertThat(TestKeys.repeats(refusal, pem)).isFalse());
  }

  @Test
  void acceptsAKeyThatWasReadElsewhere() throws GeneralSecurityException {
    PrivateKey made = newKey("EC", 256);

    assertThat(CloudFrontSigningKey.of(TestKeys.ID, made).sign(POLICY, false))
        .isEqualTo(CloudFrontSigningKey.fromPem(TestKeys.ID, pem(made)).sign(POLICY, false));
    assertThat(CloudFrontSigningKey.of(TestKeys.ID, newKey("RSA", 2_048)))
        .hasToString("CloudFrontSigningKey[" + TestKeys.ID + ", RSA 2048]");
  }

  @Test
  void refusesKeysReadElsewhereThatCloudFrontDoesNotAccept() throws GeneralSecurityException {
    PrivateKey p384 = newKey("EC", 384);
    PrivateKey hardware = new HardwareKey();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.of(TestKeys.ID, p384))
        .withMessageContaining("another curve than P-256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.of(TestKeys.ID, hardware))
        .withMessageContaining("hardware");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.of("not an id", newKey("EC", 256)))
        .withMessageContaining("public key id");
  }

  private static PrivateKey newKey(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair().getPrivate();
  }

  private static String pem(PrivateKey key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static final class HardwareKey implements PrivateKey {
    private static final long serialVersionUID = 1L;

    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    public String getFormat() {
      return null;
    }

    @Override
    public byte[] getEncoded() {
      return null;
    }
  }

  @Test
  void refusesSeveralKeys() {
    String pem = TestKeys.pem("rsa-pkcs8") + TestKeys.pem("ec-sec1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("2 private keys");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "/etc/keys/cloudfront.pem",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----",
      })
  void refusesATextWithoutAKey(String pem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("no private key in PEM form");
  }

  @Test
  void refusesAKeyThatIsFollowedByATruncatedOne() {
    String pem = TestKeys.pem("ec-sec1") + "-----BEGIN PRIVATE KEY-----\nMIIE";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("no private key in PEM form");
  }

  @Test
  void refusesAnRsaKeyWhosePrivateExponentWasDamaged() throws GeneralSecurityException {
    RSAPrivateCrtKey whole = (RSAPrivateCrtKey) TestKeys.privateKey("RSA");
    PrivateKey damaged =
        KeyFactory.getInstance("RSA")
            .generatePrivate(
                new RSAPrivateCrtKeySpec(
                    whole.getModulus(),
                    whole.getPublicExponent(),
                    whole.getPrivateExponent().flipBit(1_000),
                    whole.getPrimeP(),
                    whole.getPrimeQ(),
                    whole.getPrimeExponentP(),
                    whole.getPrimeExponentQ(),
                    whole.getCrtCoefficient()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.of(TestKeys.ID, damaged))
        .withMessageContaining("damaged");
  }

  @Test
  void refusesLettersThatAreNotBase64() {
    String pem = TestKeys.pem("ec-sec1").replaceFirst("MHc", "M*c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("damaged")
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "K 1", "K1\n", "K2JCJMDEHXQW5F&Policy=x", "käse"})
  void refusesAnIdThatCloudFrontDoesNotHave(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(id, TestKeys.pem("ec-sec1")))
        .withMessageContaining("public key id");
  }

  @Test
  void keepsTheKeyOutOfTheMessageWhenTheArgumentsAreSwapped() {
    String pem = TestKeys.pem("ec-sec1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(pem, TestKeys.ID))
        .satisfies(refusal -> assertThat(TestKeys.repeats(refusal, pem)).isFalse());
  }

  @ParameterizedTest
  @NullSource
  void refusesNull(String missing) {
    assertThatNullPointerException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(missing, TestKeys.pem("ec-sec1")));
    assertThatNullPointerException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, missing));
  }

  @Test
  void showsItsIdAndKindOnly() {
    assertThat(TestKeys.rsa()).hasToString("CloudFrontSigningKey[K2JCJMDEHXQW5F, RSA 2048]");
    assertThat(TestKeys.ec()).hasToString("CloudFrontSigningKey[K2JCJMDEHXQW5F, ECDSA P-256]");
    assertThat(TestKeys.rsa().publicKeyId()).isEqualTo("K2JCJMDEHXQW5F");
  }
}
