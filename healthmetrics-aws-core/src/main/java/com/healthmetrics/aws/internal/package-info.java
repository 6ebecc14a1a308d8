/** Encodings and checks that several rooms share; not exported. */
@NullMarked
package com.healthmetrics.aws.internal;

import org.jspecify.annotations.NullMarked;
