/**
 * The entry point: S3, CloudFront and SES for one application, configured from its environment.
 *
 * <p>Start with {@link com.healthmetrics.aws.HealthMetricsAws}.
 *
 * <p>Unless stated otherwise, a null argument is a {@link NullPointerException}, and no method
 * returns null.
 */
@NullMarked
package com.healthmetrics.aws;

import org.jspecify.annotations.NullMarked;
