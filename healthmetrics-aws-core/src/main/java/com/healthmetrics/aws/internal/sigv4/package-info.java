/** AWS Signature Version 4, for presigned requests; not exported. */
@NullMarked
package com.healthmetrics.aws.internal.sigv4;

import org.jspecify.annotations.NullMarked;
