/**
 * Rules about a rendered email: what may send it to the spam folder, or makes it hard to read or
 * unsafe.
 */
@NullMarked
package com.healthmetrics.aws.testkit.lint;

import org.jspecify.annotations.NullMarked;
