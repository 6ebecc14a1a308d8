/**
 * What the loopback servers share: HTTP plumbing, SigV4 recomputation, strict JSON and encodings.
 */
@NullMarked
package com.healthmetrics.aws.testkit.internal;

import org.jspecify.annotations.NullMarked;
