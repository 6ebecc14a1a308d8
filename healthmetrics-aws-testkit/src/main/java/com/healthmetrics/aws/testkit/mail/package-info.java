/** A strict SES on loopback and the mails it received, and a mailbox to assert about them. */
@NullMarked
package com.healthmetrics.aws.testkit.mail;

import org.jspecify.annotations.NullMarked;
