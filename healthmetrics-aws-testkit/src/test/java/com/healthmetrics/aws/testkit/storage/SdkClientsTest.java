package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The SDK's own clients, with the settings that applications have, and what they do with S3. */
class SdkClientsTest {
  /** More than one chunk of the SDK, which have 128 KiB, and not a multiple of it. */
  private static final byte[] CONTENT = content(300_001);

  private static LocalS3 s3;

  @BeforeAll
  static void start() {
    s3 = LocalS3.builder().versioning().start();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i * 31);
    }
    return content;
  }

  private static S3ClientBuilder builder() {
    return S3Client.builder()
        .endpointOverride(s3.endpoint())
        .region(s3.region())
        .credentialsProvider(s3.credentials())
        .httpClientBuilder(Apache5HttpClient.builder());
  }

  private static Map<String, Supplier<S3Client>> clients() {
    Map<String, Supplier<S3Client>> clients = new LinkedHashMap<>();
    clients.put("Apache 5", () -> builder().build());
    clients.put(
        "URLConnection",
        () -> builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build());
    clients.put("CRT", () -> builder().httpClientBuilder(AwsCrtHttpClient.builder()).build());
    clients.put(
        "checksums only when required",
        () ->
            builder().requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED).build());
    clients.put(
        "no chunked encoding",
        () -> builder().serviceConfiguration(c -> c.chunkedEncodingEnabled(false)).build());
    clients.put(
        "neither chunks nor checksums",
        () ->
            builder()
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
                .build());
    clients.put(
        "unsigned payload", () -> builder().authSchemeProvider(withoutSignedPayload()).build());
    return clients;
  }

  /** What the SDK does over TLS: the chunks are not signed. */
  private static S3AuthSchemeProvider withoutSignedPayload() {
    S3AuthSchemeProvider usual = S3AuthSchemeProvider.defaultProvider();
    return parameters ->
        usual.resolveAuthScheme(parameters).stream()
            .map(AuthSchemeOption::toBuilder)
            .map(
                option ->
                    option
                        .putSignerProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .build())
            .toList();
  }

  private static Map<String, BiConsumer<S3Client, String>> operations() {
    Map<String, BiConsumer<S3Client, String>> operations = new LinkedHashMap<>();
    operations.put("puts and gets bytes", SdkClientsTest::putsAndGetsBytes);
    operations.put("puts a stream", SdkClientsTest::putsAStream);
    operations.put("puts nothing", SdkClientsTest::putsNothing);
    operations.put("puts with each checksum", SdkClientsTest::putsWithEachChecksum);
    operations.put("puts with a known SHA-256", SdkClientsTest::putsWithAKnownSha256);
    operations.put("puts encoded content", SdkClientsTest::putsEncodedContent);
    operations.put("gets a range", SdkClientsTest::getsARange);
    operations.put("gets what changed only", SdkClientsTest::getsWhatChangedOnly);
    operations.put("heads", SdkClientsTest::heads);
    operations.put("lists page by page", SdkClientsTest::listsPageByPage);
    operations.put("lists folders", SdkClientsTest::listsFolders);
    operations.put("copies", SdkClientsTest::copies);
    operations.put("deletes", SdkClientsTest::deletes);
    operations.put("deletes several", SdkClientsTest::deletesSeveral);
    operations.put("asks about the bucket", SdkClientsTest::asksAboutTheBucket);
    operations.put("reads the reason of a refusal", SdkClientsTest::readsTheReasonOfARefusal);
    return operations;
  }

  @TestFactory
  Stream<DynamicTest> everyClientCanUseTheBucket() {
    return clients().entrySet().stream()
        .flatMap(
            client ->
                operations().entrySet().stream()
                    .map(
                        operation ->
                            dynamicTest(
                                client.getKey() + " " + operation.getKey(),
                                () -> run(client.getKey(), client.getValue(), operation))));
  }

  private static void run(
      String name, Supplier<S3Client> start, Map.Entry<String, BiConsumer<S3Client, String>> it) {
    try (S3Client client = start.get()) {
      it.getValue().accept(client, name + "/" + it.getKey() + "/");
    }
  }

  private static PutObjectRequest put(String key, UnaryOperator<PutObjectRequest.Builder> more) {
    return more.apply(PutObjectRequest.builder().bucket(s3.bucket()).key(key)).build();
  }

  private static PutObjectRequest put(String key) {
    return put(key, request -> request);
  }

  private static ResponseBytes<GetObjectResponse> get(S3Client client, String key) {
    return client.getObjectAsBytes(request -> request.bucket(s3.bucket()).key(key));
  }

  private static void putsAndGetsBytes(S3Client client, String prefix) {
    String key = prefix + "a b+c%ü.bin";
    String eTag =
        client
            .putObject(
                put(key, r -> r.contentType("image/png").metadata(Map.of("owner", "7"))),
                RequestBody.fromBytes(CONTENT))
            .eTag();

    ResponseBytes<GetObjectResponse> got = get(client, key);
    assertThat(got.asByteArrayUnsafe()).isEqualTo(CONTENT);
    assertThat(got.response().eTag()).isEqualTo(eTag);
    assertThat(got.response().contentType()).isEqualTo("image/png");
    assertThat(got.response().contentEncoding()).isNull();
    assertThat(got.response().metadata()).containsExactly(Map.entry("owner", "7"));
    assertThat(s3.find(key).orElseThrow().contentEncoding()).isEmpty();
  }

  private static void putsAStream(S3Client client, String prefix) {
    client.putObject(
        put(prefix),
        RequestBody.fromInputStream(new ByteArrayInputStream(CONTENT), CONTENT.length));
    assertThat(get(client, prefix).asByteArrayUnsafe()).isEqualTo(CONTENT);
  }

  private static void putsNothing(S3Client client, String prefix) {
    client.putObject(put(prefix), RequestBody.empty());
    assertThat(get(client, prefix).asByteArrayUnsafe()).isEmpty();
  }

  private static void putsWithEachChecksum(S3Client client, String prefix) {
    for (ChecksumAlgorithm algorithm :
        List.of(
            ChecksumAlgorithm.CRC32,
            ChecksumAlgorithm.CRC32_C,
            ChecksumAlgorithm.CRC64_NVME,
            ChecksumAlgorithm.SHA1,
            ChecksumAlgorithm.SHA256)) {
      String key = prefix + algorithm;
      client.putObject(
          put(key, request -> request.checksumAlgorithm(algorithm)),
          RequestBody.fromBytes(CONTENT));
      // The SDK verifies the checksum that it gets back.
      assertThat(get(client, key).asByteArrayUnsafe()).isEqualTo(CONTENT);
      assertThat(s3.find(key).orElseThrow().headers().checksums())
          .containsOnlyKeys("x-amz-checksum-" + algorithm.toString().toLowerCase());
    }
  }

  private static void putsWithAKnownSha256(S3Client client, String prefix) {
    String sha256 = Checksums.Algorithm.SHA256.of(CONTENT);
    client.putObject(
        put(prefix, request -> request.checksumSHA256(sha256)), RequestBody.fromBytes(CONTENT));
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(
            () ->
                client.putObject(
                    put(prefix + "other", request -> request.checksumSHA256(sha256)),
                    RequestBody.fromString("other")))
        .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BadDigest"));
    assertThat(
            client
                .headObject(
                    r -> r.bucket(s3.bucket()).key(prefix).checksumMode(ChecksumMode.ENABLED))
                .checksumSHA256())
        .isEqualTo(sha256);
    assertThat(s3.find(prefix + "other")).isEmpty();
  }

  private static void putsEncodedContent(S3Client client, String prefix) {
    client.putObject(
        put(prefix, request -> request.contentEncoding("gzip")), RequestBody.fromBytes(CONTENT));
    assertThat(s3.find(prefix).orElseThrow().contentEncoding()).contains("gzip");
  }

  private static void getsARange(S3Client client, String prefix) {
    s3.put(prefix, "text/plain", CONTENT);
    byte[] part =
        client
            .getObjectAsBytes(r -> r.bucket(s3.bucket()).key(prefix).range("bytes=1000-1999"))
            .asByteArray();
    assertThat(part).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, 2000));
  }

  private static void getsWhatChangedOnly(S3Client client, String prefix) {
    s3.put(prefix, "text/plain", CONTENT);
    String eTag = s3.find(prefix).orElseThrow().eTag();
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(
            () -> client.getObjectAsBytes(r -> r.bucket(s3.bucket()).key(prefix).ifNoneMatch(eTag)))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(304));
  }

  private static void heads(S3Client client, String prefix) {
    s3.put(prefix, "text/plain", CONTENT);
    assertThat(client.headObject(r -> r.bucket(s3.bucket()).key(prefix)).contentLength())
        .isEqualTo(CONTENT.length);
  }

  private static void listsPageByPage(S3Client client, String prefix) {
    for (String name : List.of("a", "b&c", "d e", "ü", "z")) {
      s3.put(prefix + name, "text/plain", new byte[1]);
    }
    assertThat(
            client
                .listObjectsV2Paginator(r -> r.bucket(s3.bucket()).prefix(prefix).maxKeys(2))
                .contents())
        .extracting(S3Object::key)
        .containsExactly(prefix + "a", prefix + "b&c", prefix + "d e", prefix + "z", prefix + "ü");
    assertThat(
            client
                .listObjectsV2(r -> r.bucket(s3.bucket()).prefix(prefix).startAfter(prefix + "d e"))
                .contents())
        .extracting(S3Object::key)
        .containsExactly(prefix + "z", prefix + "ü");
  }

  private static void listsFolders(S3Client client, String prefix) {
    for (String name : List.of("a/1", "a/2", "b", "c/3")) {
      s3.put(prefix + name, "text/plain", new byte[1]);
    }
    assertThat(
            client
                .listObjectsV2Paginator(
                    r -> r.bucket(s3.bucket()).prefix(prefix).delimiter("/").maxKeys(1))
                .commonPrefixes())
        .extracting(CommonPrefix::prefix)
        .containsExactly(prefix + "a/", prefix + "c/");
    assertThat(
            client.listObjects(r -> r.bucket(s3.bucket()).prefix(prefix).delimiter("/")).contents())
        .extracting(S3Object::key)
        .containsExactly(prefix + "b");
  }

  private static void copies(S3Client client, String prefix) {
    String source = prefix + "a b+c%ü";
    s3.put(source, "text/plain", CONTENT);
    String eTag =
        client
            .copyObject(
                r ->
                    r.sourceBucket(s3.bucket())
                        .sourceKey(source)
                        .destinationBucket(s3.bucket())
                        .destinationKey(prefix + "copy"))
            .copyObjectResult()
            .eTag();
    StoredObject copy = s3.find(prefix + "copy").orElseThrow();
    assertThat(copy.eTag()).isEqualTo(eTag);
    assertThat(copy.bytes()).isEqualTo(CONTENT);
    assertThat(copy.contentType()).isEqualTo("text/plain");
  }

  private static void deletes(S3Client client, String prefix) {
    s3.put(prefix, "text/plain", CONTENT);
    client.deleteObject(r -> r.bucket(s3.bucket()).key(prefix));
    assertThat(s3.find(prefix)).isEmpty();
  }

  private static void deletesSeveral(S3Client client, String prefix) {
    s3.put(prefix + "a", "text/plain", CONTENT);
    s3.put(prefix + "b", "text/plain", CONTENT);
    List<ObjectIdentifier> keys =
        Stream.of("a", "b").map(n -> ObjectIdentifier.builder().key(prefix + n).build()).toList();
    assertThat(
            client.deleteObjects(r -> r.bucket(s3.bucket()).delete(d -> d.objects(keys))).deleted())
        .hasSize(2);
    assertThat(s3.find(prefix + "a")).isEmpty();
  }

  private static void asksAboutTheBucket(S3Client client, String prefix) {
    assertThat(client.headBucket(r -> r.bucket(s3.bucket())).bucketRegion())
        .isEqualTo(s3.region().id());
    assertThat(client.listBuckets().buckets())
        .singleElement()
        .satisfies(bucket -> assertThat(bucket.name()).isEqualTo(s3.bucket()));
    assertThat(client.getBucketLocation(r -> r.bucket(s3.bucket())).locationConstraintAsString())
        .isEmpty();
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> client.headBucket(r -> r.bucket("another")))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(404));
  }

  private static void readsTheReasonOfARefusal(S3Client client, String prefix) {
    s3.put(prefix, "text/plain", CONTENT);
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> client.getObjectTagging(r -> r.bucket(s3.bucket()).key(prefix)))
        .withMessageContaining("is not implemented. Store the values as x-amz-meta-* headers.");
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> client.createMultipartUpload(r -> r.bucket(s3.bucket()).key(prefix)))
        .withMessageContaining("Send the object in one PUT");
  }

  private static Map<String, Supplier<S3AsyncClient>> asyncClients() {
    Map<String, Supplier<S3AsyncClient>> clients = new LinkedHashMap<>();
    clients.put(
        "Netty",
        () ->
            S3AsyncClient.builder()
                .endpointOverride(s3.endpoint())
                .region(s3.region())
                .credentialsProvider(s3.credentials())
                .build());
    clients.put(
        "CRT async",
        () ->
            S3AsyncClient.builder()
                .endpointOverride(s3.endpoint())
                .region(s3.region())
                .credentialsProvider(s3.credentials())
                .httpClientBuilder(AwsCrtAsyncHttpClient.builder())
                .build());
    clients.put(
        "Netty with checksums when required",
        () ->
            S3AsyncClient.builder()
                .endpointOverride(s3.endpoint())
                .region(s3.region())
                .credentialsProvider(s3.credentials())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build());
    return clients;
  }

  @TestFactory
  Stream<DynamicTest> everyAsyncClientCanUseTheBucket() {
    return asyncClients().entrySet().stream()
        .map(
            client ->
                dynamicTest(
                    client.getKey(),
                    () -> {
                      try (S3AsyncClient async = client.getValue().get()) {
                        usesTheBucket(async, client.getKey() + "/");
                      }
                    }));
  }

  private static void usesTheBucket(S3AsyncClient client, String prefix) {
    for (ChecksumAlgorithm algorithm :
        Arrays.asList(null, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.CRC64_NVME)) {
      String key = prefix + algorithm;
      client
          .putObject(
              put(key, r -> r.checksumAlgorithm(algorithm)), AsyncRequestBody.fromBytes(CONTENT))
          .join();
      assertThat(
              client
                  .getObject(
                      r -> r.bucket(s3.bucket()).key(key), AsyncResponseTransformer.toBytes())
                  .join()
                  .asByteArrayUnsafe())
          .isEqualTo(CONTENT);
    }
    client
        .copyObject(
            r ->
                r.sourceBucket(s3.bucket())
                    .sourceKey(prefix + "null")
                    .destinationBucket(s3.bucket())
                    .destinationKey(prefix + "copy"))
        .join();
    assertThat(
            client
                .listObjectsV2(r -> r.bucket(s3.bucket()).prefix(prefix).delimiter("/"))
                .join()
                .contents())
        .hasSize(4);
    client
        .deleteObjects(
            r ->
                r.bucket(s3.bucket())
                    .delete(
                        d -> d.objects(ObjectIdentifier.builder().key(prefix + "copy").build())))
        .join();
    assertThat(s3.find(prefix + "copy")).isEmpty();
  }

  @Test
  void tellsStorageClassAndEncryption() {
    try (S3Client client = builder().build()) {
      client.putObject(
          put("class", r -> r.storageClass("STANDARD_IA").serverSideEncryption("AES256")),
          RequestBody.fromString("x"));
      assertThat(client.headObject(r -> r.bucket(s3.bucket()).key("class")))
          .satisfies(head -> assertThat(head.storageClassAsString()).isEqualTo("STANDARD_IA"))
          .satisfies(head -> assertThat(head.serverSideEncryptionAsString()).isEqualTo("AES256"));
      assertThatExceptionOfType(S3Exception.class)
          .isThrownBy(
              () ->
                  client.putObject(
                      put("class", r -> r.storageClass("GLACIER")), RequestBody.fromString("x")))
          .withMessageContaining("x-amz-storage-class was GLACIER");
      assertThatExceptionOfType(S3Exception.class)
          .isThrownBy(
              () ->
                  client.putObject(
                      put("class", r -> r.serverSideEncryption("aws:kms")),
                      RequestBody.fromString("x")))
          .withMessageContaining("LocalS3 has AES256 only");
    }
  }
}
