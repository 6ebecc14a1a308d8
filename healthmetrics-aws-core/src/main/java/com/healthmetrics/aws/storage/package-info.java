/**
 * What may be uploaded, signing it, and what is stored.
 *
 * <p>Start with {@link com.healthmetrics.aws.storage.UploadUrlSigner}: an {@link
 * com.healthmetrics.aws.storage.UploadPolicy} says what is allowed, an {@link
 * com.healthmetrics.aws.storage.UploadRequest} what somebody wishes, and the {@link
 * com.healthmetrics.aws.storage.PresignedUpload} that results carries everything the browser must
 * send. An {@link com.healthmetrics.aws.storage.ObjectStore} looks at, reads and deletes what was
 * uploaded.
 */
@NullMarked
package com.healthmetrics.aws.storage;

import org.jspecify.annotations.NullMarked;
