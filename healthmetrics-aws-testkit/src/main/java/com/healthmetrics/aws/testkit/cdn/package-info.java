/** A strict CloudFront distribution on loopback in front of a local S3 bucket. */
@NullMarked
package com.healthmetrics.aws.testkit.cdn;

import org.jspecify.annotations.NullMarked;
