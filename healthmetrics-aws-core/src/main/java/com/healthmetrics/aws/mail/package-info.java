/**
 * Mails, what they are made from, and who sends them.
 *
 * <p>Start with {@link com.healthmetrics.aws.mail.AccountEmails}, which writes the mails an account
 * needs and hands them to a {@link com.healthmetrics.aws.mail.TransactionalMailer}. Mails of your
 * own come from {@link com.healthmetrics.aws.mail.EmailTemplates}. Mailers wrap one another: {@link
 * com.healthmetrics.aws.mail.RateLimitedMailer}, {@link com.healthmetrics.aws.mail.RecipientGuard},
 * {@link com.healthmetrics.aws.mail.IdempotentMailer} and {@link
 * com.healthmetrics.aws.mail.ObservedMailer}, in this order from the inside.
 */
@NullMarked
package com.healthmetrics.aws.mail;

import org.jspecify.annotations.NullMarked;
