/**
 * Uploads to a bucket, their verification, and the stored objects.
 *
 * <p>Start with {@link com.healthmetrics.aws.storage.S3Bucket}, or in tests with {@link
 * com.healthmetrics.aws.storage.InMemoryBucket}. Its {@link
 * com.healthmetrics.aws.storage.UploadUrlSigner} checks an {@link
 * com.healthmetrics.aws.storage.UploadRequest} against an {@link
 * com.healthmetrics.aws.storage.UploadPolicy} and returns a {@link
 * com.healthmetrics.aws.storage.PresignedUpload} with everything the browser must send. Its {@link
 * com.healthmetrics.aws.storage.UploadVerifier} inspects what was uploaded, and its {@link
 * com.healthmetrics.aws.storage.ObjectStore} inspects, reads and deletes objects.
 *
 * <p>Unless stated otherwise, a null argument is a {@link NullPointerException}, and no method
 * returns null.
 */
@NullMarked
package com.healthmetrics.aws.storage;

import org.jspecify.annotations.NullMarked;
