/** Injects the strict servers into JUnit tests. Needs JUnit Jupiter 5.12 or newer, or 6. */
@NullMarked
package com.healthmetrics.aws.testkit.junit;

import org.jspecify.annotations.NullMarked;
