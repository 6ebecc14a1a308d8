/** The command that proves an environment; not exported. */
@NullMarked
package com.healthmetrics.aws.doctor;

import org.jspecify.annotations.NullMarked;
