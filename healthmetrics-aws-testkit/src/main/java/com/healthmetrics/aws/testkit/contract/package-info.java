/**
 * Suites that every implementation of an interface of the library has to pass; extend one to test
 * an implementation of your own.
 *
 * <p>They need JUnit Jupiter and AssertJ, which the testkit leaves to you.
 */
@NullMarked
package com.healthmetrics.aws.testkit.contract;

import org.jspecify.annotations.NullMarked;
