package com.healthmetrics.aws.testkit.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A client of S3 with its default settings. */
interface StorageClient extends AutoCloseable {
  /** The client's own version. */
  String version();

  /** Uploads a file as image/png with the metadata "owner: 7". */
  void put(Path file, String key);

  /** Uploads a file in one request, by a setting if the client splits files of that size. */
  void putWhole(Path file, String key);

  /** Uploads a stream, with its length if the client requires that. */
  void putStream(Path content, String key);

  byte[] get(String key);

  /** Downloads the bytes from the first to the last, which is included. */
  byte[] getRange(String key, int first, int last);

  /** The size of an object, without its content. */
  long size(String key);

  /** All keys with a prefix, from the second version of the list. */
  List<String> list(String prefix);

  /** All keys with a prefix, from the first version of the list. */
  List<String> listFirstVersion(String prefix);

  void copy(String from, String to);

  /** Copies an object as image/gif with the metadata "owner: 8" in place of its own. */
  void copyAs(String from, String to);

  void delete(String key);

  /** Deletes several objects in one request. */
  void deleteSeveral(List<String> keys);

  /** A URL to which anybody can upload as image/png. */
  URI presignPut(String key);

  @Override
  default void close() {}

  /** The client does not have an operation. */
  final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
