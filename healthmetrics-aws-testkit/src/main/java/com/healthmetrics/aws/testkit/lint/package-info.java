/** Rules about a rendered email: what makes it end as spam, hard to read, or unsafe. */
@NullMarked
package com.healthmetrics.aws.testkit.lint;

import org.jspecify.annotations.NullMarked;
