/** AWS Signature Version 4, as far as presigned requests need it; not exported. */
@NullMarked
package com.healthmetrics.aws.internal.sigv4;

import org.jspecify.annotations.NullMarked;
