package com.healthmetrics.aws.testkit.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The synchronous client of the AWS SDK for Java. */
final class JavaClient implements StorageClient {
  private final BucketAccess access;
  private final String bucket;
  private final S3Client s3;

  JavaClient(BucketAccess access) {
    this.access = access;
    this.bucket = access.bucket();
    this.s3 =
        S3Client.builder()
            .endpointOverride(access.endpoint())
            .region(Region.of(access.region()))
            .credentialsProvider(credentials(access))
            // The class path of these tests has several; an application has one.
            .httpClientBuilder(Apache5HttpClient.builder())
            .build();
  }

  static StaticCredentialsProvider credentials(BucketAccess access) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(access.accessKeyId(), access.secretAccessKey()));
  }

  /** Signs a PUT with the SDK's default presigner. */
  static URI presignPut(BucketAccess access, String key) {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(access.endpoint())
            .region(Region.of(access.region()))
            .credentialsProvider(credentials(access))
            .build()) {
      return URI.create(
          presigner
              .presignPutObject(
                  request ->
                      request
                          .signatureDuration(Duration.ofMinutes(5))
                          .putObjectRequest(
                              put -> put.bucket(access.bucket()).key(key).contentType("image/png")))
              .url()
              .toString());
    }
  }

  @Override
  public String version() {
    return VersionInfo.SDK_VERSION;
  }

  @Override
  public void put(Path file, String key) {
    s3.putObject(
        r -> r.bucket(bucket).key(key).contentType("image/png").metadata(Map.of("owner", "7")),
        RequestBody.fromFile(file));
  }

  @Override
  public void putWhole(Path file, String key) {
    put(file, key);
  }

  @Override
  public void putStream(Path content, String key) {
    s3.putObject(
        r -> r.bucket(bucket).key(key),
        RequestBody.fromContentProvider(
            ContentStreamProvider.fromInputStreamSupplier(
                () -> {
                  try {
                    return Files.newInputStream(content);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }),
            "image/png"));
  }

  @Override
  public byte[] get(String key) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
  }

  @Override
  public byte[] getRange(String key, int first, int last) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key).range("bytes=" + first + "-" + last))
        .asByteArray();
  }

  @Override
  public long size(String key) {
    return s3.headObject(r -> r.bucket(bucket).key(key)).contentLength();
  }

  @Override
  public List<String> list(String prefix) {
    return s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  @Override
  public List<String> listFirstVersion(String prefix) {
    List<String> keys = new ArrayList<>();
    ListObjectsResponse page;
    do {
      String marker = keys.isEmpty() ? "" : keys.get(keys.size() - 1);
      page = s3.listObjects(r -> r.bucket(bucket).prefix(prefix).marker(marker));
      page.contents().forEach(found -> keys.add(found.key()));
    } while (page.isTruncated());
    return keys;
  }

  @Override
  public void copy(String from, String to) {
    s3.copyObject(
        r -> r.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to));
  }

  @Override
  public void copyAs(String from, String to) {
    s3.copyObject(
        r ->
            r.sourceBucket(bucket)
                .sourceKey(from)
                .destinationBucket(bucket)
                .destinationKey(to)
                .metadataDirective(MetadataDirective.REPLACE)
                .contentType("image/gif")
                .metadata(Map.of("owner", "8")));
  }

  @Override
  public void delete(String key) {
    s3.deleteObject(r -> r.bucket(bucket).key(key));
  }

  @Override
  public void deleteSeveral(List<String> keys) {
    s3.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(identifiers(keys))));
  }

  static List<ObjectIdentifier> identifiers(List<String> keys) {
    return keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
  }

  @Override
  public URI presignPut(String key) {
    return presignPut(access, key);
  }

  @Override
  public void close() {
    s3.close();
  }
}
