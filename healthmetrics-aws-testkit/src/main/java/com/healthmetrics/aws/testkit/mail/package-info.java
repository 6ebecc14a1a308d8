/** A strict SES on loopback, the emails it accepted, and a mailbox with assertions about them. */
@NullMarked
package com.healthmetrics.aws.testkit.mail;

import org.jspecify.annotations.NullMarked;
