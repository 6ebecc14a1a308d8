/**
 * The development server: uploads and emails in the browser, without an AWS account.
 *
 * <p>Start with {@link com.healthmetrics.aws.testkit.dev.DevServer}.
 */
@NullMarked
package com.healthmetrics.aws.testkit.dev;

import org.jspecify.annotations.NullMarked;
