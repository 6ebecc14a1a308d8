/**
 * Object keys and the URLs that a browser loads; signed URLs and cookies for private objects.
 *
 * <p>Start with {@link com.healthmetrics.aws.cdn.CdnUrlResolver}.
 *
 * <p>Unless stated otherwise, a null argument is a {@link NullPointerException}, and no method
 * returns null.
 */
@NullMarked
package com.healthmetrics.aws.cdn;

import org.jspecify.annotations.NullMarked;
