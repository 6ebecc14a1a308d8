package com.healthmetrics.aws.testkit.client;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client, the bucket that it uses, and the requests on the way. */
final class Session implements AutoCloseable {
  /** Above the size from which each client that splits uploads does so by default. */
  private static final int LARGE = 17_000_000;

  private static final int SMALL = 300_001;

  private final ClientKind kind;
  private final Path folder;
  // The clients name the host of the tap.
  private final LocalS3 s3 = LocalS3.builder().allowedHost("127.0.0.1").start();
  private final Wiretap tap = Wiretap.before(s3.endpoint());
  private final BucketAccess access = BucketAccess.to(s3, tap.uri());
  private final byte[] content;
  private final Path file;
  private final Path largeFile;
  private final StorageClient client;

  /**
   * Starts a server and its client.
   *
   * @param folder an empty folder
   */
  Session(ClientKind kind, Path folder) throws IOException {
    this.kind = kind;
    this.folder = folder;
    this.content = random(SMALL);
    this.file = Files.write(folder.resolve("small.bin"), content);
    this.largeFile = Files.write(folder.resolve("large.bin"), random(LARGE));
    this.client = open(access);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private StorageClient open(BucketAccess with) {
    try {
      return kind.open(with, Files.createTempDirectory(folder, "client"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LocalS3 s3() {
    return s3;
  }

  Wiretap tap() {
    return tap;
  }

  StorageClient client() {
    return client;
  }

  StorageClient clientWithSecret(String secretAccessKey) {
    return open(access.withSecretAccessKey(secretAccessKey));
  }

  byte[] content() {
    return content;
  }

  /** A file with the content. */
  Path file() {
    return file;
  }

  Path largeFile() {
    return largeFile;
  }

  /** Stores the content without a request. */
  void store(String key) {
    s3.put(key, "image/png", content);
  }

  /** Stores nothing but the key: a page of them with the content has 300 MB. */
  void storeEmpty(String key) {
    s3.put(key, "image/png", new byte[0]);
  }

  StoredObject stored(String key) {
    return s3.find(key).orElseThrow(() -> new AssertionError("stored: " + s3.keys()));
  }

  /** The value of a header in a request, or nothing. */
  static String header(String head, String name) {
    Matcher line =
        Pattern.compile("(?im)^" + Pattern.quote(name) + ":[ ]*([^\\r\\n]*)").matcher(head);
    return line.find() ? line.group(1) : "";
  }

  @Override
  public void close() throws IOException {
    client.close();
    tap.close();
    s3.close();
  }
}
