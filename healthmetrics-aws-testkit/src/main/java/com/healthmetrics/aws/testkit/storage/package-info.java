/** A strict S3 bucket on loopback for presigned URLs, signed requests and browser forms. */
@NullMarked
package com.healthmetrics.aws.testkit.storage;

import org.jspecify.annotations.NullMarked;
