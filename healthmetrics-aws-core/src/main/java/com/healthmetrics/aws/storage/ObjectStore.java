package com.healthmetrics.aws.storage;

import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects of one bucket: stores, inspects, reads and deletes them.
 *
 * <pre>{@code
 * ObjectKey key = ObjectKey.of("avatars/user-42/picture.png");
 * try (InputStream firstBytes = objects.open(key, 0, 15)) {
 *   byte[] magic = firstBytes.readAllBytes();
 * }
 * objects.delete(key);
 * objects.eraseOwner(List.of(UploadPolicy.avatars()), "user-42").orThrow();
 * }</pre>
 *
 * <p>Guarantees of every implementation:
 *
 * <ul>
 *   <li>Every deletion may be repeated: an object that is already gone counts as deleted.
 *   <li>A deletion of several objects accounts for each of them, even if it fails or is interrupted
 *       halfway: the result, or {@link StorageException#report()}, lists which are deleted and
 *       which are not.
 *   <li>A browser uploads to {@code pending/} and the final key, and the upload is published from
 *       there. So a deletion takes that pending twin first, and does not attempt an object whose
 *       twin it could not delete: a repeated verification would publish it again. Only {@link
 *       #deleteIfUnchanged} takes one key alone.
 *   <li>A prefix must be whole segments ending in a slash, such as {@code avatars/user-42/}, and
 *       nothing is deleted if more objects begin with it than the limit allows.
 *   <li>A listing is used only if it can be checked: a response that names another bucket or
 *       prefix, lists a key outside the prefix, does not state whether it is complete, or continues
 *       nowhere or where it has been before, is a {@link StorageException} of kind {@code INVALID}.
 *       All is listed before the first object is deleted, so then nothing was.
 * </ul>
 *
 * <p>Thread-safe. A failure is a {@link StorageException}; a wrong argument is an {@link
 * IllegalArgumentException}, thrown before anything is sent. Source: Amazon S3 API Reference,
 * "PutObject", "HeadObject", "GetObject", "DeleteObjects", "ListObjectsV2", "ListObjectVersions".
 */
public interface ObjectStore {

  /** The number of objects that a prefix may contain unless a call passes its own limit: 10,000. */
  int PREFIX_LIMIT = 10_000;

  /**
   * An object in a listing.
   *
   * @param key its key, as S3 stores it: a bucket may contain keys that {@link ObjectKey} refuses
   * @param sizeBytes its size in bytes
   * @param lastModified the instant it was stored
   */
  record Listed(String key, long sizeBytes, Instant lastModified) {

    /** Size and time; the key may be personal and is left out. */
    @Override
    public String toString() {
      return "Listed[" + sizeBytes + " bytes, " + lastModified + "]";
    }
  }

  /**
   * An upload that was neither published nor rejected.
   *
   * @param key the key that it is to be published under
   * @param owner the owner it was signed for
   * @param uploadedAt the instant it was uploaded
   */
  record PendingUpload(ObjectKey key, String owner, Instant uploadedAt) {

    /** The time; key and owner are personal and left out. */
    @Override
    public String toString() {
      return "PendingUpload[" + uploadedAt + "]";
    }
  }

  /**
   * Inspects an object.
   *
   * <p>Empty means that the object certainly does not exist. Without {@code s3:ListBucket} for the
   * key, S3 returns 403 for a missing object; it is reported as {@link
   * StorageException.Kind#MISSING_OR_FORBIDDEN}. A permission that is limited to prefixes ({@code
   * s3:prefix}) suffices for the keys below them: tests of other S3 servers that were written to
   * match AWS expect 404 then, though AWS does not document it. S3's response to a HEAD has no
   * body, so a bucket that does not exist is reported like a missing object.
   *
   * @param key the object's key
   * @return its head, or empty if there is no such object
   * @throws StorageException if S3 does not report whether there is one
   */
  Optional<ObjectHead> head(ObjectKey key);

  /**
   * Opens an object for reading.
   *
   * <p>Reading throws {@link java.io.IOException} if the connection breaks before the last byte, so
   * an end of the stream is the object's end.
   *
   * @param key the object's key
   * @return its bytes; the caller closes it
   * @throws StorageException of kind {@code NOT_FOUND} if there is no such object, or {@code
   *     MISSING_OR_FORBIDDEN} if S3 does not report whether there is one
   */
  InputStream open(ObjectKey key);

  /**
   * Opens a part of an object for reading.
   *
   * <p>As in S3, a range that begins within the object and ends beyond it returns the bytes up to
   * the object's end, so they may be fewer than requested; one that begins beyond the end is
   * refused, as is every range of an empty object.
   *
   * @param key the object's key
   * @param firstByte the index of the first byte, from 0
   * @param lastByte the index of the last byte, inclusive
   * @return the bytes; the caller closes it
   * @throws StorageException of kind {@code RANGE_NOT_SATISFIABLE} if {@code firstByte} is beyond
   *     the end, and as for {@link #open(ObjectKey)}
   * @throws IllegalArgumentException if {@code firstByte} is negative or after {@code lastByte}
   */
  InputStream open(ObjectKey key, long firstByte, long lastByte);

  /**
   * Opens a part of an object for reading, if it is still the inspected one.
   *
   * <p>The bytes are those that {@link #head} inspected, even if the object is replaced in between.
   * S3 compares the entity tags ({@code If-Match}), which stand for the bytes: an object with the
   * same bytes and other headers counts as unchanged.
   *
   * @param seen the result of {@link #head}
   * @param firstByte the index of the first byte, from 0
   * @param lastByte the index of the last byte, inclusive
   * @return the bytes; the caller closes it
   * @throws StorageException of kind {@code CHANGED} if the object was replaced in the meantime,
   *     and as for {@link #open(ObjectKey, long, long)}
   * @throws IllegalArgumentException if {@code firstByte} is negative or after {@code lastByte}
   */
  InputStream openIfUnchanged(ObjectHead seen, long firstByte, long lastByte);

  /**
   * Stores an object, unless there is one with its key and the new one does not {@linkplain
   * NewObject#replacingExisting() replace} it.
   *
   * <p>It is stored whole or not at all. A request whose response is lost is repeated, so {@code
   * ALREADY_EXISTS} may be reported for an object that this call has stored: {@link #head} shows
   * what is there. A store that does not support conditions replaces in any case.
   *
   * @param object the object
   * @return its head
   * @throws StorageException of kind {@code ALREADY_EXISTS} if there is an object with its key;
   *     {@code CHANGED} if another request is changing it, so that it is not decided which of them
   *     is stored; if it was not stored, or the outcome is unknown
   * @throws java.io.UncheckedIOException if its content cannot be read, or does not have its size;
   *     nothing was stored
   */
  ObjectHead put(NewObject object);

  /**
   * Lists the objects below a prefix.
   *
   * <p>They are requested as the stream is read, and at most 1,000 of them are in memory: take what
   * you need. The stream holds nothing open. An object that is stored or deleted while it is read
   * may or may not be listed.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @return the objects; reading it throws a {@link StorageException} if listing fails or the
   *     thread is interrupted
   * @throws IllegalArgumentException if the prefix is empty or has another form
   */
  Stream<Listed> list(String prefix);

  /**
   * Lists the uploads that no one has verified, for a job that does it later: the browser may have
   * been closed before it could report that it was done.
   *
   * <pre>{@code
   * UploadPolicy policy = UploadPolicy.avatars();
   * objects.pending(policy, Instant.now().minus(Duration.ofHours(1)))
   *     .forEach(
   *         upload -> {
   *           try {
   *             verifier.verify(policy, upload.owner(), upload.key());
   *           } catch (StorageException e) { // of this one; the others are verified
   *             LOG.warn("not verified", e);
   *           }
   *         });
   * }</pre>
   *
   * <p>Keys of another form than those of uploads are left out.
   *
   * @param policy the policy that they were signed under
   * @param before the instant before which they were uploaded; leave uploads that may still be
   *     verified to their browsers
   * @return the uploads, as for {@link #list}
   */
  default Stream<PendingUpload> pending(UploadPolicy policy, Instant before) {
    Objects.requireNonNull(before, "before");
    return list(ObjectKey.PENDING + policy.keyPrefix())
        .filter(listed -> listed.lastModified().isBefore(before))
        .flatMap(listed -> UploadKeys.pending(listed, policy).stream());
  }

  /**
   * Deletes an object and its pending twin; does nothing if there are none.
   *
   * <p>In a bucket that keeps versions they become former versions, which {@link #eraseOwner} and
   * {@link #erasePrefix(String)} remove.
   *
   * @param key the object's key
   * @throws StorageException if it was not deleted, or the outcome is unknown
   */
  void delete(ObjectKey key);

  /**
   * Deletes an object if it is still the inspected one; does nothing if there is none.
   *
   * <p>S3 compares the entity tags ({@code If-Match}), as for {@link #openIfUnchanged}, and
   * requires {@code s3:GetObject} in addition to {@code s3:DeleteObject}. A store that does not
   * support conditions deletes in any case.
   *
   * @param seen the result of {@link #head}
   * @throws StorageException of kind {@code CHANGED} if the object was replaced in the meantime; if
   *     it was not deleted, or the outcome is unknown
   */
  void deleteIfUnchanged(ObjectHead seen);

  /**
   * Deletes objects and their pending twins, 1,000 with each request.
   *
   * @param keys their keys; a key that occurs twice is deleted and reported once
   * @return a result for each key, and for each twin that was not deleted
   * @throws StorageException if a request failed as a whole or the thread was interrupted; its
   *     report has a result for each key
   * @throws NullPointerException if {@code keys} or one of them is null; nothing was deleted
   */
  DeletionReport deleteAll(Collection<ObjectKey> keys);

  /**
   * Deletes all objects below a prefix and their pending twins, unless there are more than {@link
   * #PREFIX_LIMIT}.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @return a result for each object; some of them may have failed
   * @throws StorageException as for {@link #deletePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or has another form
   */
  default DeletionReport deletePrefix(String prefix) {
    return deletePrefix(prefix, PREFIX_LIMIT);
  }

  /**
   * Deletes all objects below a prefix and their pending twins, unless there are more than a limit.
   *
   * <p>All of them are listed before the first is deleted. Objects uploaded in the meantime, for
   * instance with a presigned upload that has not expired, may remain. In a bucket that keeps
   * versions the objects become former versions.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @param limit the largest number of objects, twins included, at least 1
   * @return a result for each object; some of them may have failed
   * @throws StorageException of kind {@code LIMIT_EXCEEDED} if there are more, and nothing was
   *     deleted; if listing or deleting failed or the thread was interrupted, with a report of what
   *     was deleted
   * @throws IllegalArgumentException if the prefix is empty or has another form, or the limit is
   *     less than 1
   */
  DeletionReport deletePrefix(String prefix, int limit);

  /**
   * Erases all objects below a prefix and their pending twins with every version and delete marker,
   * unless there are more than {@link #PREFIX_LIMIT}.
   *
   * <p>To erase an account, use {@link #eraseOwner}: below a prefix may be those of others.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @return a result for each version and delete marker; some of them may have failed
   * @throws StorageException as for {@link #erasePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or has another form
   */
  default DeletionReport erasePrefix(String prefix) {
    return erasePrefix(prefix, PREFIX_LIMIT);
  }

  /**
   * Erases all objects below a prefix and their pending twins with every version and delete marker,
   * unless there are more than a limit.
   *
   * <p>It cannot be undone. All of them are listed before the first is deleted, and again at the
   * end: what is still there, because it was uploaded in the meantime or the store did not list it
   * before, is reported as failed with kind {@code CHANGED}. Let presigned uploads expire first, or
   * erase again. Backups, replicas and copies in a CDN are not touched.
   *
   * @param prefix whole segments ending in a slash, such as {@code avatars/user-42/}
   * @param limit the largest number of versions and delete markers, those of twins included, at
   *     least 1
   * @return a result for each version and delete marker; some of them may have failed
   * @throws StorageException as for {@link #deletePrefix(String, int)}
   * @throws IllegalArgumentException if the prefix is empty or has another form, or the limit is
   *     less than 1
   */
  DeletionReport erasePrefix(String prefix, int limit);

  /**
   * Erases the uploads of an owner with every version and delete marker, as the erasure of an
   * account under the GDPR requires, unless there are more than {@link #PREFIX_LIMIT}.
   *
   * <p>These are exactly the objects whose keys have the form that this library gives to uploads of
   * the owner under one of the policies, published or pending: {@code <prefix><owner>/<32
   * hexadecimal digits>.<extension>}, of any {@link ImageType}. Nobody else's are touched, even if
   * the owner's id is that of a longer prefix. What else is stored for the owner is not touched
   * either.
   *
   * <p>All of them are listed before the first is deleted, and again at the end, as for {@link
   * #erasePrefix(String, int)}.
   *
   * @param policies every policy that uploads are or were signed under
   * @param owner the owner that the uploads were signed for
   * @return a result for each version and delete marker; some of them may have failed
   * @throws StorageException as for {@link #erasePrefix(String, int)}
   * @throws IllegalArgumentException if there is no policy, or the owner cannot have uploads
   */
  default DeletionReport eraseOwner(Collection<UploadPolicy> policies, String owner) {
    return eraseOwner(policies, owner, PREFIX_LIMIT);
  }

  /**
   * Erases the uploads of an owner as {@link #eraseOwner(Collection, String)} does, unless there
   * are more than a limit.
   *
   * @param policies every policy that uploads are or were signed under
   * @param owner the owner that the uploads were signed for
   * @param limit the largest number of versions and delete markers, at least 1
   * @return a result for each version and delete marker; some of them may have failed
   * @throws StorageException as for {@link #erasePrefix(String, int)}
   * @throws IllegalArgumentException if there is no policy, the owner cannot have uploads, or the
   *     limit is less than 1
   */
  DeletionReport eraseOwner(Collection<UploadPolicy> policies, String owner, int limit);
}
