package com.healthmetrics.aws.cdn;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the one private key in a PEM text: PKCS#8, PKCS#1 or SEC1, RSA 2048 or ECDSA P-256.
 *
 * <p>Messages state what is wrong and how to fix it, and never contain any part of the text.
 * Sources: RFC 7468, RFC 5208, RFC 8017 (A.1.2), RFC 5915; Amazon CloudFront Developer Guide,
 * "Specify signers that can create signed URLs and signed cookies".
 */
final class PrivateKeyPem {
  /** Ten times the largest key, with the text around it that some tools print. */
  private static final int MAX_TEXT = 64 * 1024;

  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";
  private static final Pattern LABEL = Pattern.compile("[A-Z0-9 ]{1,64}");

  private static final String RSA = "2a864886f70d010101";
  private static final String EC = "2a8648ce3d0201";
  private static final String P_256 = "2a8648ce3d030107";
  private static final int RSA_BITS = 2_048;
  private static final int P_256_BYTES = 32;

  private static final String HOW_TO_GENERATE =
      " Generate one with: openssl genrsa 2048, or: openssl ecparam -name prime256v1 -genkey -noout.";

  private PrivateKeyPem() {}

  static PrivateKey read(String pem) {
    if (pem.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "The PEM has %s characters; a private key has at most %s. Use the file of the key alone."
              .formatted(pem.length(), MAX_TEXT));
    }
    // Environment variables and JSON secrets often carry the two characters instead of the break.
    String text = pem.replace("\\r", "").replace("\\n", "\n");
    List<PrivateKey> keys = new ArrayList<>();
    StringBuilder around = new StringBuilder();
    int after = 0;
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      Optional<Block> block = Block.at(text, begin);
      if (block.isPresent()) {
        // What `openssl ecparam -genkey` prints before the key; the key names its curve, too.
        if (!block.get().label().equals("EC PARAMETERS")) {
          keys.add(read(block.get().label(), block.get().body()));
        }
        around.append(text, after, begin);
        after = block.get().end();
      }
      begin = text.indexOf(BEGIN, Math.max(after, begin + 1));
    }
    around.append(text, after, text.length());
    if (keys.isEmpty() || around.indexOf("-----BEGIN") >= 0 || around.indexOf("-----END") >= 0) {
      throw new IllegalArgumentException(
          "There is no private key in PEM form. Use the whole file, from -----BEGIN PRIVATE"
              + " KEY----- to -----END PRIVATE KEY-----, not its name and not its base64 text"
              + " alone.");
    }
    if (keys.size() > 1) {
      throw new IllegalArgumentException(
          ("There are %s private keys in one PEM. A signer signs with one; use the one that belongs"
                  + " to the public key id.")
              .formatted(keys.size()));
    }
    return keys.get(0);
  }

  /** The text between two matching lines, and the index after the second. */
  private record Block(String label, String body, int end) {

    /** The block that begins at an index; empty if it does not end. */
    static Optional<Block> at(String text, int begin) {
      int start = begin + BEGIN.length();
      int dashes = text.indexOf(DASHES, start);
      if (dashes < 0 || !LABEL.matcher(text).region(start, dashes).matches()) {
        return Optional.empty();
      }
      String label = text.substring(start, dashes);
      String last = "-----END " + label + DASHES;
      int end = text.indexOf(last, dashes + DASHES.length());
      return end < 0
          ? Optional.empty()
          : Optional.of(
              new Block(label, text.substring(dashes + DASHES.length(), end), end + last.length()));
    }
  }

  /** Returns the same key, if CloudFront accepts its kind. */
  static PrivateKey copyOf(PrivateKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded == null || !"PKCS#8".equals(key.getFormat())) {
      throw new IllegalArgumentException(
          "The private key cannot be exported as PKCS#8; keys in hardware cannot. Use one that can."
              + HOW_TO_GENERATE);
    }
    try {
      return pkcs8(encoded);
    } catch (GeneralSecurityException e) {
      throw DerReader.malformed();
    }
  }

  private static PrivateKey read(String label, String body) {
    if (label.equals("ENCRYPTED PRIVATE KEY") || body.contains("ENCRYPTED")) {
      throw new IllegalArgumentException(
          "The private key is encrypted with a password. Decrypt it with: openssl pkcs8 -topk8"
              + " -nocrypt.");
    }
    try {
      return switch (label) {
        case "PRIVATE KEY" -> pkcs8(decode(body));
        case "RSA PRIVATE KEY" -> rsa(new DerReader(decode(body)));
        case "EC PRIVATE KEY" -> ec(new DerReader(decode(body)), false);
        default ->
            throw new IllegalArgumentException(
                ("The PEM holds a block named %s, which is not a private key. Use a PKCS#8, PKCS#1"
                        + " or SEC1 private key.%s")
                    .formatted(label, HOW_TO_GENERATE));
      };
    } catch (GeneralSecurityException e) {
      // The cause is left out: a provider's message may repeat the key.
      throw DerReader.malformed();
    }
  }

  private static byte[] decode(String body) {
    try {
      return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw DerReader.malformed();
    }
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    DerReader outer = new DerReader(der);
    DerReader info = outer.inside(DerReader.SEQUENCE);
    outer.end();
    DerReader.require(info.natural().bitLength() <= 1);
    DerReader algorithm = info.inside(DerReader.SEQUENCE);
    String name = hex(algorithm.value(DerReader.OBJECT_IDENTIFIER));
    DerReader key = new DerReader(info.value(DerReader.OCTET_STRING));
    // Attributes and a copy of the public key may follow; neither is needed to sign.
    if (name.equals(RSA)) {
      return rsa(key);
    }
    if (name.equals(EC)) {
      requireP256(algorithm);
      return ec(key, true);
    }
    throw new IllegalArgumentException(
        "The private key is neither an RSA nor an elliptic-curve key; CloudFront accepts RSA 2048 and"
            + " ECDSA P-256."
            + HOW_TO_GENERATE);
  }

  private static PrivateKey rsa(DerReader outer) throws GeneralSecurityException {
    DerReader key = outer.inside(DerReader.SEQUENCE);
    outer.end();
    DerReader.require(key.natural().signum() == 0);
    BigInteger modulus = key.natural();
    BigInteger publicExponent = key.natural();
    BigInteger privateExponent = key.natural();
    BigInteger p = key.natural();
    BigInteger q = key.natural();
    BigInteger exponentP = key.natural();
    BigInteger exponentQ = key.natural();
    BigInteger coefficient = key.natural();
    key.end();
    if (modulus.bitLength() != RSA_BITS) {
      throw new IllegalArgumentException(
          "The RSA key has %s bits; CloudFront accepts %s.%s"
              .formatted(modulus.bitLength(), RSA_BITS, HOW_TO_GENERATE));
    }
    BigInteger beforeP = p.subtract(BigInteger.ONE);
    BigInteger beforeQ = q.subtract(BigInteger.ONE);
    // Providers sign with the private exponent or with its two halves, so both must be right.
    if (!p.multiply(q).equals(modulus)
        || !isInverse(publicExponent, privateExponent, beforeP)
        || !isInverse(publicExponent, privateExponent, beforeQ)
        || !isInverse(publicExponent, exponentP, beforeP)
        || !isInverse(publicExponent, exponentQ, beforeQ)
        || !isInverse(coefficient, q, p)) {
      throw DerReader.malformed();
    }
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new RSAPrivateCrtKeySpec(
                modulus, publicExponent, privateExponent, p, q, exponentP, exponentQ, coefficient));
  }

  private static boolean isInverse(BigInteger a, BigInteger b, BigInteger modulus) {
    return modulus.signum() > 0 && a.multiply(b).mod(modulus).equals(BigInteger.ONE);
  }

  private static PrivateKey ec(DerReader outer, boolean curveIsKnown)
      throws GeneralSecurityException {
    DerReader key = outer.inside(DerReader.SEQUENCE);
    outer.end();
    DerReader.require(key.natural().equals(BigInteger.ONE));
    byte[] secret = key.value(DerReader.OCTET_STRING);
    if (key.nextIs(DerReader.CONTEXT_0)) {
      requireP256(key.inside(DerReader.CONTEXT_0));
    } else {
      DerReader.require(curveIsKnown);
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    BigInteger scalar = new BigInteger(1, secret);
    DerReader.require(secret.length == P_256_BYTES);
    DerReader.require(scalar.signum() != 0 && scalar.compareTo(curve.getOrder()) < 0);
    PrivateKey privateKey =
        KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, curve));
    if (key.nextIs(DerReader.CONTEXT_1)) {
      DerReader copy = key.inside(DerReader.CONTEXT_1);
      requirePair(privateKey, copy.value(DerReader.BIT_STRING), curve);
      copy.end();
    }
    key.end();
    return privateKey;
  }

  /** The public key that OpenSSL writes next to the private one shows damage to either. */
  private static void requirePair(PrivateKey key, byte[] bits, ECParameterSpec curve)
      throws GeneralSecurityException {
    ECPublicKeySpec copy = new ECPublicKeySpec(point(bits, curve), curve);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(KeyFactory.getInstance("EC").generatePublic(copy));
    DerReader.require(signature.verify(signed));
  }

  /**
   * Reads a bit string that holds a point of P-256: the number of unused bits, the form, x, and
   * unless the form is a compressed one, y.
   *
   * <p>Source: SEC 1, "Octet-string-to-elliptic-curve-point conversion"; X9.62 for the hybrid form.
   */
  private static ECPoint point(byte[] bits, ECParameterSpec curve) {
    DerReader.require(bits.length > 1 && bits[0] == 0);
    int form = bits[1];
    boolean compressed = form == 2 || form == 3;
    boolean hybrid = form == 6 || form == 7;
    DerReader.require(compressed || hybrid || form == 4);
    DerReader.require(bits.length == 2 + (compressed ? 1 : 2) * P_256_BYTES);
    BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger x = new BigInteger(1, bits, 2, P_256_BYTES);
    BigInteger square =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(prime);
    boolean odd = (form & 1) == 1;
    BigInteger y;
    if (compressed) {
      // A square root, as the prime is 3 modulo 4.
      y = square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
      y = y.testBit(0) == odd ? y : prime.subtract(y);
    } else {
      y = new BigInteger(1, bits, 2 + P_256_BYTES, P_256_BYTES);
      DerReader.require(!hybrid || y.testBit(0) == odd);
    }
    return new ECPoint(x, y);
  }

  private static void requireP256(DerReader parameters) {
    if (!parameters.nextIs(DerReader.OBJECT_IDENTIFIER)
        || !hex(parameters.value(DerReader.OBJECT_IDENTIFIER)).equals(P_256)) {
      throw new IllegalArgumentException(
          "The elliptic-curve key is on another curve than P-256 (prime256v1, secp256r1), the only"
              + " one that CloudFront accepts."
              + HOW_TO_GENERATE);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
