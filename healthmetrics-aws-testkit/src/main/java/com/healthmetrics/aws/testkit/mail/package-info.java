/** A strict SES on loopback and the mails it received. */
@NullMarked
package com.healthmetrics.aws.testkit.mail;

import org.jspecify.annotations.NullMarked;
