/**
 * Emails, their templates, and the mailers that send them.
 *
 * <p>Start with {@link com.healthmetrics.aws.mail.AccountEmails}, which writes the emails an
 * account needs and sends them through a {@link com.healthmetrics.aws.mail.TransactionalMailer}: a
 * {@link com.healthmetrics.aws.mail.SesMailer}, in tests an {@link
 * com.healthmetrics.aws.mail.InMemoryMailer}, at a developer's desk a {@link
 * com.healthmetrics.aws.mail.LoggingMailer}. A {@link com.healthmetrics.aws.mail.MailerChain} adds
 * observation, idempotency, a recipient guard and a rate limit. Emails of your own come from {@link
 * com.healthmetrics.aws.mail.EmailTemplates}. What becomes of an accepted email is a {@link
 * com.healthmetrics.aws.mail.MailEvent}.
 *
 * <p>Unless stated otherwise, a null argument is a {@link NullPointerException}, and no method
 * returns null.
 */
@NullMarked
package com.healthmetrics.aws.mail;

import org.jspecify.annotations.NullMarked;
