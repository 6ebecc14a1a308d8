/**
 * From object keys to the URLs that a browser loads, and back.
 *
 * <p>Start with {@link com.healthmetrics.aws.cdn.CdnUrlResolver}.
 */
@NullMarked
package com.healthmetrics.aws.cdn;

import org.jspecify.annotations.NullMarked;
