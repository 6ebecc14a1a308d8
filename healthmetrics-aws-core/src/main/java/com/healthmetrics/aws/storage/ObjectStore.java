package com.healthmetrics.aws.storage;

import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;

/**
 * The objects of one bucket: looking at them, reading them, deleting them.
 *
 * <pre>{@code
 * ObjectKey key = ObjectKey.of("avatars/user-42/picture.png");
 * try (InputStream firstBytes = objects.open(key, 0, 15)) {
 *   byte[] magic = firstBytes.readAllBytes();
 * }
 * objects.delete(key);
 * objects.erasePrefix("avatars/user-42/").orThrow();
 * }</pre>
 *
 * <p>Guarantees of every implementation:
 *
 * <ul>
 *   <li>All that deletes may be repeated: what is gone already counts as deleted.
 *   <li>A deletion of several objects accounts for each of them, also where it fails or is
 *       interrupted half way: the result, or {@link StorageException#report()}, lists what is gone
 *       and what is not.
 *   <li>A prefix must be whole segments ending in a slash, such as {@code avatars/user-42/}, and
 *       nothing is deleted where more objects begin with it than the limit allows.
 * </ul>
 *
 * <p>Safe for use by several threads. What fails is a {@link StorageException}; what was asked for
 * wrongly is an {@link IllegalArgumentException}, thrown before anything is sent. Source: Amazon S3
 * API Reference, "HeadObject", "GetObject", "DeleteObjects".
 */
public interface ObjectStore {

  /** How many objects a prefix may hold unless a call names a limit of its own: 10,000. */
  int PREFIX_LIMIT = 10_000;

  /**
   * Looks at an object.
   *
   * <p>Empty means that there certainly is none. S3 says so only to those who hold {@code
   * s3:ListBucket}; to all others it answers 403 for a missing object and a forbidden one alike,
   * which is {@link StorageException.Kind#MISSING_OR_FORBIDDEN} here. S3's answer to a look has no
   * body, so a bucket that does not exist looks like a missing object.
   *
   * @param key the object's key
   * @return what is known about it, or empty when there is no such object
   * @throws StorageException if S3 does not say whether there is one
   * @throws NullPointerException if {@code key} is null
   */
  Optional<ObjectHead> head(ObjectKey key);

  /**
   * Opens an object for reading.
   *
   * <p>Reading throws {@link java.io.IOException} where the connection breaks before the last byte,
   * so an end of the stream is the object's end.
   *
   * @param key the object's key
   * @return its bytes, to be closed by the caller
   * @throws StorageException of kind {@code NOT_FOUND} if there is no such object, or {@code
   *     MISSING_OR_FORBIDDEN} where S3 does not say whether there is one
   * @throws NullPointerException if {@code key} is null
   */
  InputStream open(ObjectKey key);

  /**
   * Opens a part of an object for reading.
   *
   * <p>As in S3, a range that begins within the object and ends beyond it gives the bytes up to the
   * object's end, so fewer may come than were asked for; one that begins beyond the end is refused,
   * as is every range of an empty object.
   *
   * @param key the object's key
   * @param firstByte the index of the first byte, from 0
   * @param lastByte the index of the last byte, inclusive
   * @return the bytes, to be closed by the caller
   * @throws StorageException of kind {@code RANGE_NOT_SATISFIABLE} if {@code firstByte} lies beyond
   *     the end, and as for {@link #open(ObjectKey)}
   * @throws IllegalArgumentException if {@code firstByte} is negative or after {@code lastByte}
   * @throws NullPointerException if {@code key} is null
   */
  InputStream open(ObjectKey key, long firstByte, long lastByte);

  /**
   * Opens a part of an object for reading, if it still is the one that was looked at.
   *
   * <p>So what is read are the bytes that {@link #head} saw, even where somebody uploads anew in
   * between. S3 compares the entity tags ({@code If-Match}), which stand for the bytes: an object
   * with the same bytes and other headers counts as unchanged.
   *
   * @param seen what {@link #head} said
   * @param firstByte the index of the first byte, from 0
   * @param lastByte the index of the last byte, inclusive
   * @return the bytes, to be closed by the caller
   * @throws StorageException of kind {@code CHANGED} if the object was replaced meanwhile, and as
   *     for {@link #open(ObjectKey, long, long)}
   * @throws IllegalArgumentException if {@code firstByte} is negative or after {@code lastByte}
   * @throws NullPointerException if {@code seen} is null
   */
  InputStream openIfUnchanged(ObjectHead seen, long firstByte, long lastByte);

  /**
   * Deletes an object; does nothing where there is none.
   *
   * <p>In a bucket that keeps versions it becomes a former version, which {@link
   * #erasePrefix(String)} removes.
   *
   * @param key the object's key
   * @throws StorageException if it was not deleted, or nobody can tell
   * @throws NullPointerException if {@code key} is null
   */
  void delete(ObjectKey key);

  /**
   * Deletes an object if it still is the one that was looked at; does nothing where there is none.
   *
   * <p>S3 compares the entity tags ({@code If-Match}), as for {@link #openIfUnchanged}, and asks
   * for {@code s3:GetObject} beside {@code s3:DeleteObject}. A store that does not know conditions
   * deletes all the same.
   *
   * @param seen what {@link #head} said
   * @throws StorageException of kind {@code CHANGED} if the object was replaced meanwhile; if it
   *     was not deleted, or nobody can tell
   * @throws NullPointerException if {@code seen} is null
   */
  void deleteIfUnchanged(ObjectHead seen);

  /**
   * Deletes objects, 1,000 with each request.
   *
   * @param keys their keys; a key that occurs twice is deleted and reported once
   * @return a result for each key, in which single ones may have failed
   * @throws StorageException if a request failed as a whole or the thread was interrupted; its
   *     report has a result for each key
   * @throws NullPointerException if {@code keys} or one of them is null; nothing was deleted
   */
  DeletionReport deleteAll(Collection<ObjectKey> keys);

  /**
   * Deletes all objects below a prefix, if they are no more than {@link #PREFIX_LIMIT}.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @return a result for each object, in which single ones may have failed
   * @throws NullPointerException if {@code prefix} is null
   * @throws StorageException as for {@link #deletePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or of another form
   */
  default DeletionReport deletePrefix(String prefix) {
    return deletePrefix(prefix, PREFIX_LIMIT);
  }

  /**
   * Deletes all objects below a prefix, if they are no more than a limit.
   *
   * <p>All of them are listed before the first is deleted. What is uploaded meanwhile, for instance
   * with a presigned upload that has not expired, may remain. In a bucket that keeps versions the
   * objects become former versions.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @param limit how many objects there may be, at least 1
   * @return a result for each object, in which single ones may have failed
   * @throws NullPointerException if {@code prefix} is null
   * @throws StorageException of kind {@code LIMIT_EXCEEDED} if there are more, and nothing was
   *     deleted; if listing or deleting failed or the thread was interrupted, with a report of what
   *     was deleted
   * @throws IllegalArgumentException if the prefix is empty or of another form, or the limit is
   *     less than 1
   */
  DeletionReport deletePrefix(String prefix, int limit);

  /**
   * Erases all objects below a prefix with every version and delete marker, if these are no more
   * than {@link #PREFIX_LIMIT}: what the erasure of an account under the GDPR asks for.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @return a result for each version and delete marker, in which single ones may have failed
   * @throws NullPointerException if {@code prefix} is null
   * @throws StorageException as for {@link #erasePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or of another form
   */
  default DeletionReport erasePrefix(String prefix) {
    return erasePrefix(prefix, PREFIX_LIMIT);
  }

  /**
   * Erases all objects below a prefix with every version and delete marker, if these are no more
   * than a limit.
   *
   * <p>There is no way back. All of them are listed before the first is deleted; what is uploaded
   * meanwhile may remain, so let presigned uploads expire first, or erase again. Backups, replicas
   * and copies that a CDN holds are not touched.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @param limit how many versions and delete markers there may be, at least 1
   * @return a result for each version and delete marker, in which single ones may have failed
   * @throws NullPointerException if {@code prefix} is null
   * @throws StorageException as for {@link #deletePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or of another form, or the limit is
   *     less than 1
   */
  DeletionReport erasePrefix(String prefix, int limit);
}
