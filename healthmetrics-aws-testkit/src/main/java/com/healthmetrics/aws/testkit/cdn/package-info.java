/** A CloudFront distribution on loopback that serves what a local S3 holds. */
@NullMarked
package com.healthmetrics.aws.testkit.cdn;

import org.jspecify.annotations.NullMarked;
