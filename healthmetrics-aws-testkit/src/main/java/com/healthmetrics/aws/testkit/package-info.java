/** A testkit for applications that use HealthMetrics AWS: strict loopback servers and a clock. */
@NullMarked
package com.healthmetrics.aws.testkit;

import org.jspecify.annotations.NullMarked;
