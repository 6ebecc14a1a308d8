package com.healthmetrics.aws.testkit.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/** The asynchronous client of the AWS SDK for Java. */
final class AsyncJavaClient implements StorageClient {
  private final BucketAccess access;
  private final String bucket;
  private final S3AsyncClient s3;

  AsyncJavaClient(BucketAccess access) {
    this.access = access;
    this.bucket = access.bucket();
    this.s3 =
        S3AsyncClient.builder()
            .endpointOverride(access.endpoint())
            .region(Region.of(access.region()))
            .credentialsProvider(JavaClient.credentials(access))
            // The class path of these tests has several; an application has one.
            .httpClientBuilder(NettyNioAsyncHttpClient.builder())
            .build();
  }

  @Override
  public String version() {
    return VersionInfo.SDK_VERSION;
  }

  @Override
  public void put(Path file, String key) {
    s3.putObject(
            r -> r.bucket(bucket).key(key).contentType("image/png").metadata(Map.of("owner", "7")),
            AsyncRequestBody.fromFile(file))
        .join();
  }

  @Override
  public void putWhole(Path file, String key) {
    put(file, key);
  }

  @Override
  public void putStream(Path content, String key) {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (InputStream stream = Files.newInputStream(content)) {
      s3.putObject(
              r -> r.bucket(bucket).key(key),
              AsyncRequestBody.fromInputStream(stream, Files.size(content), reader))
          .join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reader.shutdown();
    }
  }

  @Override
  public byte[] get(String key) {
    return get(r -> r.bucket(bucket).key(key));
  }

  @Override
  public byte[] getRange(String key, int first, int last) {
    return get(r -> r.bucket(bucket).key(key).range("bytes=" + first + "-" + last));
  }

  private byte[] get(Consumer<GetObjectRequest.Builder> request) {
    return s3.getObject(request, AsyncResponseTransformer.toBytes()).join().asByteArray();
  }

  @Override
  public long size(String key) {
    return s3.headObject(r -> r.bucket(bucket).key(key)).join().contentLength();
  }

  @Override
  public List<String> list(String prefix) {
    List<String> keys = new ArrayList<>();
    s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix))
        .contents()
        .subscribe(found -> keys.add(found.key()))
        .join();
    return keys;
  }

  @Override
  public List<String> listFirstVersion(String prefix) {
    List<String> keys = new ArrayList<>();
    ListObjectsResponse page;
    do {
      String marker = keys.isEmpty() ? "" : keys.get(keys.size() - 1);
      page = s3.listObjects(r -> r.bucket(bucket).prefix(prefix).marker(marker)).join();
      page.contents().forEach(found -> keys.add(found.key()));
    } while (page.isTruncated());
    return keys;
  }

  @Override
  public void copy(String from, String to) {
    s3.copyObject(
            r ->
                r.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to))
        .join();
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
                    .metadata(Map.of("owner", "8")))
        .join();
  }

  @Override
  public void delete(String key) {
    s3.deleteObject(r -> r.bucket(bucket).key(key)).join();
  }

  @Override
  public void deleteSeveral(List<String> keys) {
    s3.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(JavaClient.identifiers(keys))))
        .join();
  }

  @Override
  public URI presignPut(String key) {
    return JavaClient.presignPut(access, key);
  }

  @Override
  public void close() {
    s3.close();
  }
}
