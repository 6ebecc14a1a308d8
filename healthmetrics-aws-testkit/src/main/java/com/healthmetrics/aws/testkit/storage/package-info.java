/** A strict S3 on loopback that answers presigned URLs and browser forms as AWS does. */
@NullMarked
package com.healthmetrics.aws.testkit.storage;

import org.jspecify.annotations.NullMarked;
