package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.FixedRandom;
import com.healthmetrics.aws.fixtures.SdkUnderTest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PutObjectPresignRequest;

/**
 * Our presigned PUT is, byte for byte, the URL that the SDK's {@code S3Presigner} makes of the same
 * request at the same instant.
 *
 * <p>Compared are uploads
 *
 * <ul>
 *   <li>in every region of the SDK except the pseudo regions;
 *   <li>to buckets of 3 to 63 characters, with and without dots and hyphens;
 *   <li>for owners over the whole alphabet that is allowed, under prefixes of one to three
 *       segments;
 *   <li>of all image types, of 1 byte to 5 GiB;
 *   <li>with and without a file name of any Unicode, further metadata, {@code Cache-Control}, a
 *       SHA-256 or a CRC32C;
 *   <li>with long-term keys and with session tokens that hold {@code + / =};
 *   <li>on AWS's own hosts, dual-stack and FIPS hosts too, and on custom endpoints: {@code
 *       127.0.0.1}, {@code localhost}, https hosts, with and without port and base path, and {@code
 *       [::1]};
 *   <li>in path style and not, for 1 second to 7 days.
 * </ul>
 *
 * <p>Not compared, as only one of the two can express it: credentials that end before the lifetime
 * does (the SDK promises more than they can keep); access-point ARNs and the like (refused here);
 * without path style, IPv6 hosts (the SDK fails) and dotted buckets on IPv4 hosts (the SDK makes
 * {@code http://a.b.127.0.0.1} of them, we use path style).
 */
class SdkPresignerComparisonTest {
  private static final long MIB_64 = 64L * 1024 * 1024;
  private static final Pattern SIGNED_AT = Pattern.compile("[?&]X-Amz-Date=(\\w+)");
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Regions whose dual-stack hosts the oldest SDK does not know. */
  private static final Set<Region> WITHOUT_DUAL_STACK =
      realRegions().stream()
          .filter(region -> !knowsDualStackHosts(region))
          .collect(Collectors.toUnmodifiableSet());

  private static boolean knowsDualStackHosts(Region region) {
    try (S3Presigner presigner =
        S3Presigner.builder().region(region).dualstackEnabled(true).build()) {
      return presigner != null;
    } catch (NullPointerException e) {
      return false;
    }
  }

  @Test
  void comparesTheHostsOfEveryRegionWithTheNewestSdk() {
    if (SdkUnderTest.isOldest()) {
      assertThat(WITHOUT_DUAL_STACK).hasSize(7);
    } else {
      assertThat(WITHOUT_DUAL_STACK).isEmpty();
    }
  }

  /** All that decides about a URL but for the instant. */
  record Upload(Where where, What what, Who who) {}

  record Where(
      String bucket, Region region, Hosts hosts, Optional<URI> endpoint, boolean pathStyle) {}

  /** Which of AWS's own hosts. */
  record Hosts(boolean dualStack, boolean fips) {
    static final Hosts PLAIN = new Hosts(false, false);

    static final List<Hosts> ALL =
        List.of(PLAIN, new Hosts(true, false), new Hosts(false, true), new Hosts(true, true));

    boolean existIn(Region region) {
      return !(fips && region.id().startsWith("cn-"))
          && !(dualStack && WITHOUT_DUAL_STACK.contains(region));
    }
  }

  record What(
      String prefix, String owner, ImageType type, long bytes, Extras extras, Duration lifetime) {}

  record Extras(
      Optional<String> fileName,
      Map<String, String> metadata,
      Optional<String> cacheControl,
      Optional<byte[]> sha256,
      Optional<byte[]> crc32c) {
    static final Extras NONE =
        new Extras(
            Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  record Who(AwsCredentials credentials, byte[] random) {}

  @Property(edgeCases = EdgeCasesMode.NONE)
  void signsWhatTheSdkSigns(@ForAll("uploads") Upload upload) {
    assertSameUrl(upload);
  }

  static Stream<Region> regions() {
    return realRegions().stream();
  }

  @ParameterizedTest
  @MethodSource("regions")
  void signsWhatTheSdkSignsInEveryRegion(Region region) {
    What what =
        new What("avatars/", "user-42", ImageType.PNG, 48_213, Extras.NONE, Duration.ofMinutes(5));
    Who who = new Who(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"), new byte[16]);
    for (String bucket : List.of("healthmetrics-uploads", "uploads.healthmetrics.example")) {
      for (boolean pathStyle : List.of(false, true)) {
        for (Hosts hosts : Hosts.ALL) {
          if (hosts.existIn(region)) {
            Where where = new Where(bucket, region, hosts, Optional.empty(), pathStyle);
            assertSameUrl(new Upload(where, what, who));
          }
        }
      }
    }
  }

  private static void assertSameUrl(Upload upload) {
    String theirs = sdkUrl(upload);
    String ours = ourUrl(upload, signedAt(theirs));
    assertThat(ours).isEqualTo(theirs);
  }

  private static Instant signedAt(String url) {
    Matcher matcher = SIGNED_AT.matcher(url);
    assertThat(matcher.find()).as("X-Amz-Date in %s", url).isTrue();
    return TIMESTAMP.parse(matcher.group(1), Instant::from);
  }

  private static String ourUrl(Upload upload, Instant at) {
    Where where = upload.where();
    What what = upload.what();
    S3Bucket.Builder ours =
        S3Bucket.builder()
            .bucket(where.bucket())
            .region(where.region())
            .credentials(StaticCredentialsProvider.create(upload.who().credentials()))
            .clock(Clock.fixed(at, ZoneOffset.UTC))
            .random(new FixedRandom(upload.who().random()));
    where.endpoint().ifPresent(ours::endpoint);
    if (where.pathStyle()) {
      ours.pathStyle();
    }
    if (where.hosts().dualStack()) {
      ours.dualStack();
    }
    if (where.hosts().fips()) {
      ours.fips();
    }
    UploadPolicy.Builder policy =
        UploadPolicy.builder()
            .keyPrefix(what.prefix())
            .types(what.type())
            .maxBytes(MIB_64)
            .unusuallyLongLifetime(what.lifetime());
    what.extras().cacheControl().ifPresent(policy::cacheControl);
    return ours.build().uploads().presignPut(policy.build(), ourRequest(what)).url().toString();
  }

  private static UploadRequest ourRequest(What what) {
    UploadRequest request = UploadRequest.of(what.owner(), what.type().mediaType(), what.bytes());
    Extras extras = what.extras();
    request = extras.fileName().map(request::withFileName).orElse(request);
    request =
        extras
            .sha256()
            .map(Base64.getEncoder()::encodeToString)
            .map(request::withSha256)
            .orElse(request);
    request =
        extras
            .crc32c()
            .map(Base64.getEncoder()::encodeToString)
            .map(request::withCrc32c)
            .orElse(request);
    for (Map.Entry<String, String> entry : extras.metadata().entrySet()) {
      request = request.withMetadata(entry.getKey(), entry.getValue());
    }
    return request;
  }

  private static String sdkUrl(Upload upload) {
    Where where = upload.where();
    What what = upload.what();
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(where.bucket())
            .key(keyOf(upload))
            .contentType(what.type().mediaType())
            .contentLength(what.bytes())
            .ifNoneMatch("*");
    Extras extras = what.extras();
    extras.cacheControl().ifPresent(request::cacheControl);
    extras.sha256().map(Base64.getEncoder()::encodeToString).ifPresent(request::checksumSHA256);
    extras.crc32c().map(Base64.getEncoder()::encodeToString).ifPresent(request::checksumCRC32C);
    Map<String, String> metadata = new HashMap<>(extras.metadata());
    extras.fileName().ifPresent(name -> metadata.put("filename", percentEncoded(name)));
    request.metadata(metadata);
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .region(where.region())
            .dualstackEnabled(where.hosts().dualStack())
            .fipsEnabled(where.hosts().fips())
            .credentialsProvider(StaticCredentialsProvider.create(upload.who().credentials()))
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(where.pathStyle())
                    .useArnRegionEnabled(false)
                    .multiRegionEnabled(true)
                    .build());
    where.endpoint().ifPresent(builder::endpointOverride);
    try (S3Presigner presigner = builder.build()) {
      return presigner
          .presignPutObject(
              PutObjectPresignRequest.builder()
                  .signatureDuration(what.lifetime())
                  .putObjectRequest(request.build())
                  .build())
          .url()
          .toString();
    }
  }

  private static String keyOf(Upload upload) {
    What what = upload.what();
    String name = HexFormat.of().formatHex(upload.who().random());
    String extension =
        switch (what.type()) {
          case JPEG -> "jpg";
          case PNG -> "png";
          case WEBP -> "webp";
          case HEIC -> "heic";
          case AVIF -> "avif";
        };
    return "pending/" + what.prefix() + what.owner() + "/" + name + "." + extension;
  }

  /** The JDK's encoding of forms, mended into RFC 3986's: no code of ours. */
  private static String percentEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static List<Region> realRegions() {
    List<Region> regions =
        Region.regions().stream().filter(region -> !region.isGlobalRegion()).toList();
    assertThat(regions).hasSizeGreaterThan(30);
    return regions;
  }

  @Provide
  Arbitrary<Upload> uploads() {
    return Combinators.combine(wheres(), whats(), whos()).as(Upload::new);
  }

  private static Arbitrary<Where> wheres() {
    return Combinators.combine(
            buckets(),
            Arbitraries.of(realRegions()),
            Arbitraries.of(Hosts.ALL),
            endpoints().optional(0.5),
            Arbitraries.of(true, false))
        .filter(
            (bucket, region, hosts, endpoint, pathStyle) ->
                hosts.existIn(region) && (endpoint.isEmpty() || hosts.equals(Hosts.PLAIN)))
        .as(
            (bucket, region, hosts, endpoint, pathStyle) ->
                new Where(
                    bucket,
                    region,
                    hosts,
                    endpoint,
                    pathStyle || isBeyondTheSdk(bucket, endpoint)));
  }

  /**
   * Endpoints for which we choose path style, but the SDK must be set to it: it fails for IPv6
   * hosts, and puts a dotted bucket before an IPv4 address, {@code http://a.b.127.0.0.1}.
   */
  private static boolean isBeyondTheSdk(String bucket, Optional<URI> endpoint) {
    return endpoint
        .map(URI::getHost)
        .filter(host -> host.startsWith("[") || (bucket.contains(".") && host.matches("[0-9.]+")))
        .isPresent();
  }

  private static Arbitrary<String> buckets() {
    return Arbitraries.strings()
        .withChars("abcxyz0189.-")
        .ofMinLength(3)
        .ofMaxLength(63)
        .filter(
            name ->
                !name.matches("[.-].*|.*[.-]")
                    && !name.matches(".*(\\.\\.|\\.-|-\\.|--).*")
                    && !name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+"));
  }

  private static Arbitrary<URI> endpoints() {
    Arbitrary<String> origins =
        Arbitraries.of(
            "http://127.0.0.1",
            "https://127.0.0.1",
            "http://[::1]",
            "http://localhost",
            "https://localhost",
            "https://s3.example.com",
            "https://192.168.7.9",
            "https://minio.internal.healthmetrics.example");
    Arbitrary<String> ports = Arbitraries.of("", ":443", ":80", ":4566", ":9000", ":65535");
    Arbitrary<String> paths = Arbitraries.of("", "/", "/base", "/two/parts/", "/with%20space");
    return Combinators.combine(origins, ports, paths)
        .as((origin, port, path) -> URI.create(origin + port + path));
  }

  private static Arbitrary<What> whats() {
    return Combinators.combine(
            prefixes(),
            owners(),
            Arbitraries.of(ImageType.class),
            Arbitraries.longs().between(1, MIB_64),
            extras(),
            Arbitraries.integers().between(1, 7 * 24 * 60 * 60).map(Duration::ofSeconds))
        .as(What::new);
  }

  private static Arbitrary<Extras> extras() {
    Arbitrary<byte[]> digest = Arbitraries.bytes().array(byte[].class).ofSize(32);
    Arbitrary<byte[]> crc = Arbitraries.bytes().array(byte[].class).ofSize(4);
    return Combinators.combine(
            fileNames().optional(0.6),
            metadata(),
            cacheControls().optional(0.5),
            digest.optional(0.3),
            crc.optional(0.3))
        .filter((name, metadata, cache, sha256, crc32c) -> sha256.isEmpty() || crc32c.isEmpty())
        .as(Extras::new);
  }

  private static Arbitrary<Map<String, String>> metadata() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .numeric()
            .ofMinLength(1)
            .ofMaxLength(12)
            .filter(name -> !name.equals("filename"));
    Arbitrary<String> values =
        Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(30);
    return Arbitraries.maps(names, values).ofMaxSize(3);
  }

  private static Arbitrary<String> prefixes() {
    Arbitrary<String> firsts = Arbitraries.strings().withCharRange('a', 'z').numeric().ofLength(1);
    Arbitrary<String> rests =
        Arbitraries.strings().withCharRange('a', 'z').numeric().withChars("._-").ofMaxLength(20);
    return Combinators.combine(firsts, rests)
        .as((first, rest) -> first + rest + "/")
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(segments -> String.join("", segments));
  }

  private static Arbitrary<String> owners() {
    return Arbitraries.strings()
        .alpha()
        .numeric()
        .withChars("._-@|:+=~")
        .ofMinLength(1)
        .ofMaxLength(128)
        .filter(owner -> !owner.startsWith("."));
  }

  private static Arbitrary<String> fileNames() {
    Arbitrary<String> anything =
        Arbitraries.integers()
            .between(0x20, 0x10FFFF)
            .filter(
                c ->
                    !Character.isISOControl(c)
                        && c != 0x2028
                        && c != 0x2029
                        && !(c >= 0xD800 && c <= 0xDFFF))
            .map(Character::toString)
            .list()
            .ofMinSize(1)
            .ofMaxSize(40)
            .map(characters -> String.join("", characters));
    Arbitrary<String> everyday =
        Arbitraries.strings().ascii().withChars("äöü漢字 +%&=;'\"*~").ofMinLength(1).ofMaxLength(60);
    return Arbitraries.oneOf(anything, everyday)
        .filter(name -> !name.isBlank() && name.chars().noneMatch(Character::isISOControl));
  }

  private static Arbitrary<String> cacheControls() {
    return Arbitraries.of(
        "no-store",
        "public, max-age=31536000, immutable",
        "max-age=60, stale-while-revalidate=\"30\"",
        "private; odd+value=%20/&?");
  }

  private static Arbitrary<Who> whos() {
    Arbitrary<String> keys = Arbitraries.strings().withCharRange('A', 'Z').numeric().ofLength(20);
    Arbitrary<String> secrets =
        Arbitraries.strings().alpha().numeric().withChars("+/").ofLength(40);
    Arbitrary<String> tokens =
        Arbitraries.strings().alpha().numeric().withChars("+/=").ofMinLength(1).ofMaxLength(400);
    Arbitrary<byte[]> randoms = Arbitraries.bytes().array(byte[].class).ofSize(16);
    return Combinators.combine(keys, secrets, tokens.optional(0.5), randoms)
        .as(
            (key, secret, token, random) ->
                new Who(
                    token
                        .<AwsCredentials>map(t -> AwsSessionCredentials.create(key, secret, t))
                        .orElseGet(() -> AwsBasicCredentials.create(key, secret)),
                    random));
  }
}
