/** Encodings and checks that several packages share; not exported. */
@NullMarked
package com.healthmetrics.aws.internal;

import org.jspecify.annotations.NullMarked;
