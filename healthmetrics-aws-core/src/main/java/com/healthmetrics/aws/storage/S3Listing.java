package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.CheckedPages.Marker;
import com.healthmetrics.aws.storage.CheckedPages.Page;
import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.S3Deletion.Item;
import com.healthmetrics.aws.storage.StorageFailures.Operation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists objects, or versions and delete markers, in pages of up to 1,000, which is S3's own limit.
 *
 * <p>Immutable and thread-safe.
 */
final class S3Listing {
  private final String bucket;
  private final S3Connection connection;

  S3Listing(String bucket, S3Connection connection) {
    this.bucket = bucket;
    this.connection = connection;
  }

  /** The objects below a prefix, requested as they are read. */
  Stream<Listed> objects(String prefix) {
    return stream(
        new CheckedPages<>(bucket, prefix, marker -> objects(prefix, marker), Listed::key));
  }

  /** The versions and delete markers below a prefix, requested as they are read. */
  Stream<Item> versions(String prefix) {
    return stream(
        new CheckedPages<>(bucket, prefix, marker -> versions(prefix, marker), Item::key));
  }

  private static <T> Stream<T> stream(Iterator<T> entries) {
    int always = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(entries, always), false);
  }

  private Page<Listed> objects(String prefix, Marker marker) {
    ListObjectsV2Response response =
        connection.call(
            Operation.OTHER,
            (s3, signedBy) ->
                s3.listObjectsV2(
                    request ->
                        request
                            .bucket(bucket)
                            .prefix(prefix)
                            .continuationToken(marker.key())
                            // XML cannot carry every key; the SDK decodes them again.
                            .encodingType(EncodingType.URL)
                            .overrideConfiguration(signedBy)));
    return new Page<>(
        response.name(),
        response.prefix(),
        response.isTruncated(),
        new Marker(response.nextContinuationToken(), null),
        response.keyCount(),
        response.contents().stream().map(S3Listing::listed).toList());
  }

  private static Listed listed(S3Object object) {
    if (object.key() == null || object.size() == null || object.lastModified() == null) {
      throw CheckedPages.refused("has an object without key, size or time");
    }
    return new Listed(object.key(), object.size(), object.lastModified());
  }

  private Page<Item> versions(String prefix, Marker marker) {
    ListObjectVersionsResponse response =
        connection.call(
            Operation.OTHER,
            (s3, signedBy) ->
                s3.listObjectVersions(
                    request ->
                        request
                            .bucket(bucket)
                            .prefix(prefix)
                            .keyMarker(marker.key())
                            .versionIdMarker(marker.versionId())
                            .encodingType(EncodingType.URL)
                            .overrideConfiguration(signedBy)));
    List<Item> items = new ArrayList<>();
    response.versions().forEach(version -> items.add(item(version.key(), version.versionId())));
    response.deleteMarkers().forEach(gone -> items.add(item(gone.key(), gone.versionId())));
    return new Page<>(
        response.name(),
        response.prefix(),
        response.isTruncated(),
        new Marker(response.nextKeyMarker(), response.nextVersionIdMarker()),
        null,
        items);
  }

  /** Without its id, a version would not be erased but become a former one. */
  private static Item item(@Nullable String key, @Nullable String versionId) {
    if (key == null || versionId == null) {
      throw CheckedPages.refused("has a version without key or id");
    }
    return new Item(key, versionId);
  }
}
