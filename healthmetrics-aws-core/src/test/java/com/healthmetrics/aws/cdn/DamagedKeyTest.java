package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every octet of a key counts: any change leads to a refusal, or to a key whose signatures are
 * still valid.
 */
class DamagedKeyTest {
  private static final byte[] POLICY = "a policy".getBytes(StandardCharsets.US_ASCII);

  /** What files hold: each structure, and each form of the public key in it. */
  enum Form {
    RSA_PKCS8("rsa-pkcs8", "PRIVATE KEY"),
    RSA_PKCS1("rsa-pkcs1", "RSA PRIVATE KEY"),
    EC_PKCS8("ec-pkcs8", "PRIVATE KEY"),
    EC_SEC1("ec-sec1", "EC PRIVATE KEY"),
    EC_COMPRESSED("ec-compressed-sec1", "EC PRIVATE KEY"),
    EC_HYBRID("ec-sec1", "EC PRIVATE KEY") {
      @Override
      byte[] der() {
        byte[] der = super.der();
        der[der.length - 65] = (byte) (6 | der[der.length - 1] & 1);
        return der;
      }
    };

    private final String file;
    private final String label;

    Form(String file, String label) {
      this.file = file;
      this.label = label;
    }

    byte[] der() {
      return TestKeys.der(TestKeys.pem(file));
    }

    String pem(byte[] der) {
      return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
          .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
    }

    String algorithm() {
      return file.startsWith("rsa") ? "RSA" : "EC";
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsTheWholeKey(Form form) {
    assertThat(signsAsTheWholeKey(form, form.der())).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void acceptsNoOtherKeyWhicheverOctetIsChanged(Form form) {
    for (byte[] der : damaged(form)) {
      assertThat(isRefusedOrSignsAsTheWholeKey(form, der)).isTrue();
    }
  }

  /** Here no octet is free: those that do not make the key are checked, or the same for all. */
  @ParameterizedTest
  @EnumSource(names = {"EC_SEC1", "EC_COMPRESSED", "EC_HYBRID"})
  void refusesASec1KeyWhicheverOctetIsChanged(Form form) {
    for (byte[] der : damaged(form)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, form.pem(der)));
    }
  }

  private static List<byte[]> damaged(Form form) {
    byte[] whole = form.der();
    List<byte[]> all = new ArrayList<>();
    for (int at = 0; at < whole.length; at++) {
      for (int change : new int[] {0x01, 0x80}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) change;
        all.add(damaged);
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void acceptsNoPartOfAKey(Form form) {
    byte[] whole = form.der();
    for (int length = 0; length < whole.length; length++) {
      String pem = form.pem(Arrays.copyOf(whole, length));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem));
    }
  }

  @Property
  void acceptsNoOtherKeyHoweverItIsChanged(
      @ForAll Form form,
      @ForAll @IntRange(max = 1_300) int at,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] damaged = form.der();
    damaged[at % damaged.length] ^= (byte) change;

    assertThat(isRefusedOrSignsAsTheWholeKey(form, damaged)).isTrue();
  }

  private static boolean isRefusedOrSignsAsTheWholeKey(Form form, byte[] der) {
    String pem = form.pem(der);
    Throwable refusal = catchThrowable(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem));
    if (refusal == null) {
      return signsAsTheWholeKey(form, der);
    }
    assertThat(refusal).isExactlyInstanceOf(IllegalArgumentException.class).hasNoCause();
    assertThat(TestKeys.repeats(refusal, pem)).isFalse();
    return true;
  }

  private static boolean signsAsTheWholeKey(Form form, byte[] der) {
    CloudFrontSigningKey key = CloudFrontSigningKey.fromPem(TestKeys.ID, form.pem(der));
    String signature = key.sign(POLICY, false);
    return TestKeys.verifies(form.algorithm(), "SHA1", "a policy", signature);
  }

  /** 0 and 1 are a point at infinity and no form at all; 4 to 7 are of another length. */
  @ParameterizedTest
  @CsvSource({"0", "1", "4", "5", "6", "7", "8", "-126", "-1"})
  void refusesAPublicKeyInAnotherForm(byte form) {
    byte[] der = Form.EC_COMPRESSED.der();
    der[der.length - 33] = form;
    String pem = Form.EC_COMPRESSED.pem(der);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a1020300", "a103030100", "a10403020004"})
  void refusesAPublicKeyWithoutAPoint(String copy) {
    byte[] whole = Form.EC_SEC1.der();
    byte[] end = HexFormat.of().parseHex(copy);
    byte[] der = Arrays.copyOf(whole, whole.length - 70 + end.length);
    System.arraycopy(end, 0, der, der.length - end.length, end.length);
    der[1] = (byte) (der.length - 2);
    String pem = Form.EC_SEC1.pem(der);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CloudFrontSigningKey.fromPem(TestKeys.ID, pem))
        .withMessageContaining("damaged");
  }
}
