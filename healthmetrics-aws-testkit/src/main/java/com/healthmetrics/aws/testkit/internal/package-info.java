/** Shared code of the loopback servers: HTTP, SigV4 verification, strict JSON and encodings. */
@NullMarked
package com.healthmetrics.aws.testkit.internal;

import org.jspecify.annotations.NullMarked;
