/**
 * Contract suites for the interfaces of the library; extend one to test your own implementation.
 *
 * <p>They need JUnit Jupiter and AssertJ, which the testkit does not depend on.
 */
@NullMarked
package com.healthmetrics.aws.testkit.contract;

import org.jspecify.annotations.NullMarked;
