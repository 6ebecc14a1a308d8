package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.cdn.SignedGrant;
import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import software.amazon.awssdk.services.cloudfront.CloudFrontUtilities;
import software.amazon.awssdk.services.cloudfront.model.CannedSignerRequest;
import software.amazon.awssdk.services.cloudfront.model.CustomSignerRequest;

/** URLs of pictures on CloudFront, public and signed for 10 minutes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CdnBenchmark {
  private static final String BASE = "https://cdn.healthmetrics.example";
  private static final ObjectKey KEY =
      ObjectKey.of("avatars/user-42/0123456789abcdef0123456789abcdef.png");
  private static final String URL = BASE + "/" + KEY.value();
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final CdnUrlResolver cdn = CdnUrlResolver.of(URI.create(BASE));
  private final CloudFrontUtilities utilities = CloudFrontUtilities.create();

  private KeyPair rsa;
  private KeyPair ec;
  private CloudFrontUrlSigner rsaSigner;
  private CloudFrontUrlSigner ecSigner;
  private SignedGrant grant;
  private String utilitiesGrant;

  @Setup
  public void start() throws Exception {
    rsa = keyPair("RSA", 2048);
    ec = keyPair("EC", 256);
    rsaSigner = signer(rsa);
    ecSigner = signer(ec);
    grant = rsaSigner.grant("avatars/user-42/", LIFETIME);
    String signed =
        utilities
            .getSignedUrlWithCustomPolicy(
                CustomSignerRequest.builder()
                    .resourceUrl(URL)
                    .resourceUrlPattern(BASE + "/avatars/user-42/*")
                    .keyPairId("K2JCJMDEHXQW5F")
                    .privateKey(rsa.getPrivate())
                    .expirationDate(Instant.now().plus(LIFETIME))
                    .build())
            .url();
    utilitiesGrant = signed.substring(URL.length());
  }

  private static KeyPair keyPair(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static CloudFrontUrlSigner signer(KeyPair pair) {
    return CloudFrontUrlSigner.builder()
        .baseUrl(URI.create(BASE))
        .signingKey(CloudFrontSigningKey.of("K2JCJMDEHXQW5F", pair.getPrivate()))
        .build();
  }

  @Benchmark
  public URI libraryResolve() {
    return cdn.resolve(KEY);
  }

  /** Without percent-encoding, which the key needs none of. */
  @Benchmark
  public URI uriCreate() {
    return URI.create(BASE + "/" + KEY.value());
  }

  @Benchmark
  public Optional<ObjectKey> libraryKeyOf() {
    return cdn.keyOf(URI.create(URL));
  }

  /** Without a check of the host and the path. */
  @Benchmark
  public String uriPath() {
    return URI.create(URL).getPath().substring(1);
  }

  /** Signed once for a prefix. */
  @Benchmark
  public SignedUrl libraryGrant() {
    return grant.sign(KEY);
  }

  /** Signed once for the same prefix; without a check of the key. */
  @Benchmark
  public String utilitiesGrant() {
    return BASE + "/" + KEY.value() + utilitiesGrant;
  }

  @Benchmark
  public SignedUrl libraryRsa() {
    return rsaSigner.sign(KEY, LIFETIME);
  }

  @Benchmark
  public SignedUrl libraryEc() {
    return ecSigner.sign(KEY, LIFETIME);
  }

  @Benchmark
  public Object utilitiesRsa() {
    return utilities(rsa);
  }

  @Benchmark
  public Object utilitiesEc() {
    return utilities(ec);
  }

  private Object utilities(KeyPair pair) {
    return utilities.getSignedUrlWithCannedPolicy(
        CannedSignerRequest.builder()
            .resourceUrl(URL)
            .keyPairId("K2JCJMDEHXQW5F")
            .privateKey(pair.getPrivate())
            .expirationDate(Instant.now().plus(LIFETIME))
            .build());
  }
}
