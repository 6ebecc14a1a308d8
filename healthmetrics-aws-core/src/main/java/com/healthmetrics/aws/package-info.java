/**
 * The entry point: everything an application needs of AWS, configured from its environment.
 *
 * <p>Start with {@link com.healthmetrics.aws.HealthMetricsAws}.
 */
@NullMarked
package com.healthmetrics.aws;

import org.jspecify.annotations.NullMarked;
